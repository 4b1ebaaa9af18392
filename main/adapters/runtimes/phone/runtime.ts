import { pictureBytes } from '../../../../models/format/program.ts';
import type { Program } from '../../../../models/format/program.ts';
import { readPicture, writePicture } from '../../../../models/format/program-picture.ts';
import { AppError } from '../../../core/errors.ts';
import type { Arithmetic, Runtime, RuntimeGeometry, RuntimeModel, RuntimeSession } from '../../../core/runtime.ts';
import type { AdbPhone } from '../../phone/adb-host.ts';
import { LEAST_FRAMES_PER_SECOND, measureLink, planLink } from '../../phone/link-test.ts';
import type { LinkPlan } from '../../phone/link-test.ts';
import { chooseArithmetic } from '../model-file.ts';
import { MOST_SOCKETS, openPhoneSession } from '../../phone/phone-session.ts';
import type { PhoneSession } from '../../phone/phone-session.ts';

/** The model as a program in GLSL ES. @throws AppError `model-unsupported` */
export type CompileForPhone = (model: RuntimeModel, geometry: RuntimeGeometry, arithmetic: Arithmetic) => Program;

export interface PhoneRuntimeOptions {
  readonly compile: CompileForPhone;
  /** Silence after which the phone counts as hung. */
  readonly stallMs?: number;
}

/** Computes on the GPU of one phone. */
export function createPhoneRuntime(phone: AdbPhone, { compile, stallMs }: PhoneRuntimeOptions): Runtime {
  return {
    name: 'phone',
    probe: async () => {
      const answer = await phone.shell('getprop ro.product.model').catch(() => null);
      if (answer !== null) return { ok: true, description: `${answer} (${phone.serial})` };
      return { ok: false, reason: 'no-device', message: `the phone ${phone.serial} does not answer` };
    },
    open: async (model, geometry, { arithmetic = chooseArithmetic(model, geometry) } = {}) => {
      const program = compile(model, geometry, arithmetic);
      const stall = stallMs === undefined ? {} : { stallMs };
      const session = await openPhoneSession(phone, { sockets: MOST_SOCKETS, ...stall });
      try {
        await session.link.load(program);
        return makeSession(session, program, await choosePlan(session, program));
      } catch (error) {
        await session.close();
        throw error;
      }
    },
  };
}

/** @throws AppError `runtime-unavailable` where the phone would not be of help */
async function choosePlan({ link, serial }: PhoneSession, program: Program): Promise<LinkPlan> {
  const [input, output] = [program.source, program.target].map((picture) => new Uint8Array(pictureBytes(picture)));
  const bytes = { inputBytes: input!.length, outputBytes: output!.length };
  const figures = await measureLink(link, bytes);
  // The first picture also pays for what the driver puts off until then.
  await link.run(input!, output!, 'plain');
  const { computeMs } = await link.run(input!, output!, 'plain');
  const plan = planLink(figures, {
    ...bytes,
    computeMs,
    bytesPerSample: program.bitDepth > 8 ? 2 : 1,
  });
  if (plan.framesPerSecond >= LEAST_FRAMES_PER_SECOND) return plan;
  const rate = plan.framesPerSecond.toPrecision(2);
  const why =
    plan.limit === 'link'
      ? 'its connection is too slow; a USB 3 cable straight into the computer helps most'
      : 'its GPU is too slow for this model and size';
  throw new AppError('runtime-unavailable', `the phone ${serial} would add ${rate} frames a second only: ${why}`);
}

function makeSession(session: PhoneSession, program: Program, plan: LinkPlan): RuntimeSession {
  const { link } = session;
  const idle: { input: Uint8Array; output: Uint8Array }[] = [];
  const make = () => ({
    input: new Uint8Array(pictureBytes(program.source)),
    output: new Uint8Array(pictureBytes(program.target)),
  });
  const { payload, inFlight, sockets, framesPerSecond, limit } = plan;
  const model = link.report.get('model') ?? 'phone';
  const held = limit === 'link' ? 'the cable' : 'its GPU';
  return {
    arithmetic: program.arithmetic,
    slots: inFlight,
    note: `${model} helps with about ${framesPerSecond.toPrecision(2)} frames a second, held by ${held} (${inFlight} in flight on ${sockets} ${sockets === 1 ? 'socket' : 'sockets'}, ${payload}).`,
    run: async (input, output, onTimes) => {
      const buffers = idle.pop() ?? make();
      writePicture(input, program.source, buffers.input);
      const times = await link.run(buffers.input, buffers.output, payload);
      readPicture(buffers.output, program.target, output);
      idle.push(buffers);
      onTimes?.(times);
    },
    close: () => session.close(),
  };
}
