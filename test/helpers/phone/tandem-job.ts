/** A job in tandem on a stand-in phone and this process, with frames that anybody can compute in integers. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForPhone } from '../../../main/adapters/phone/phone-state.ts';
import { createPhoneRuntime } from '../../../main/adapters/runtimes/phone/runtime.ts';
import { LaneCrew } from '../../../main/app/lane-crew.ts';
import type { CrewMember } from '../../../main/app/lane-crew.ts';
import { FramePool } from '../../../main/core/frame-pool.ts';
import type { Frame, FrameFormat } from '../../../main/core/frame.ts';
import type { FrameSink, FrameSource, SinkSummary } from '../../../main/core/frame-stream.ts';
import { createLumaPath } from '../../../main/core/picture-path.ts';
import { runPipeline } from '../../../main/core/pipeline.ts';
import type { PauseGate } from '../../../main/core/pause-gate.ts';
import { openRestedSession } from '../../../main/core/rested-session.ts';
import type { RuntimeModel, RuntimeSession } from '../../../main/core/runtime.ts';
import { createSessionLane } from '../../../main/core/session-lane.ts';
import type { FrameRow } from '../../../main/core/stats.ts';
import { tinyFormat } from '../fake-frames.ts';
import type { StandIn, StandInStage } from './stand-in.ts';
import { trivialProgram, trivialResult } from './trivial-program.ts';

export const [WIDTH, HEIGHT] = [64, 36];
const source: FrameFormat = { ...tinyFormat, width: WIDTH, height: HEIGHT };
const target: FrameFormat = { ...tinyFormat, width: 2 * WIDTH, height: 2 * HEIGHT };
const clock = (): number => performance.now();

export const pictureOf = (index: number): Uint8Array =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 3 + index * 29 + (i >> 6) * index) % 251);

const model: RuntimeModel = {
  ...{ name: 'trivial', onnx: new Uint8Array(), scale: 2, colour: 'y', inputMaximum: 1, receptiveField: 1 },
};

/** This process: as slow as wanted. */
export function ownMember(frameMs: number, name = 'own'): CrewMember {
  const session: RuntimeSession = {
    arithmetic: 'int8',
    run: async ([input], [output]) => {
      await sleep(frameMs);
      output!.data.set(trivialResult(input!.data as Uint8Array, WIDTH, HEIGHT));
    },
    close: () => Promise.resolve(),
  };
  const path = createLumaPath({ source, target, scale: 2 });
  return {
    name,
    open: () => Promise.resolve(createSessionLane({ name, session, path, target, clock })),
  };
}

export function phoneMember({ host }: StandInStage, { adbd }: StandIn, name = 'phone', stallMs = 10_000): CrewMember {
  const runtime = createPhoneRuntime(host.phone(adbd.serial), {
    compile: () => trivialProgram(WIDTH, HEIGHT),
    stallMs,
  });
  const geometry = { width: WIDTH, height: HEIGHT, bitDepth: 8, scale: 2 };
  return {
    name,
    open: async () => {
      const session = await runtime.open(model, geometry, { arithmetic: 'int8' });
      return createSessionLane({ name, session, path: createLumaPath({ source, target, scale: 2 }), target, clock });
    },
    comesBack: (signal) => waitForPhone(host, adbd.serial, signal),
  };
}

/** The same as jobs have it: it lets go of its phone while the gate is shut. */
export function restingPhoneMember({ host }: StandInStage, { adbd }: StandIn, gate: PauseGate): CrewMember {
  const runtime = createPhoneRuntime(host.phone(adbd.serial), { compile: () => trivialProgram(WIDTH, HEIGHT) });
  const geometry = { width: WIDTH, height: HEIGHT, bitDepth: 8, scale: 2 };
  const path = createLumaPath({ source, target, scale: 2 });
  const open = () => runtime.open(model, geometry, { arithmetic: 'int8' });
  return {
    name: 'phone',
    open: async () => {
      const session = await openRestedSession(open, gate);
      return createSessionLane({ name: 'phone', session, path, target, clock, gate });
    },
  };
}

/** Gives frames until told to stop. */
class EndlessSource implements FrameSource {
  readonly format = source;
  readonly #pool = new FramePool(source);
  isOver = false;
  given = 0;

  async *frames(): AsyncGenerator<Frame> {
    while (!this.isOver) {
      // Other things happen, too.
      await new Promise((resolve) => setImmediate(resolve));
      const index = this.given++;
      const frame = this.#pool.acquire({ index, pts: index, duration: 1 });
      frame.planes[0]!.data.set(pictureOf(index));
      yield frame;
    }
  }

  close(): Promise<void> {
    this.isOver = true;
    return Promise.resolve();
  }
}

class HashingSink implements FrameSink {
  readonly #hash = createHash('sha256');
  readonly indices: number[] = [];

  push(frame: Frame): Promise<void> {
    this.indices.push(frame.index);
    this.#hash.update(frame.planes[0]!.data as Uint8Array);
    frame.close();
    return Promise.resolve();
  }

  finish(): Promise<SinkSummary> {
    return Promise.resolve({ frames: this.indices.length, firstPts: 0, lastPts: this.indices.length - 1 });
  }

  abort(): Promise<void> {
    return Promise.resolve();
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

export interface TandemJob {
  readonly crew: LaneCrew;
  readonly rows: readonly FrameRow[];
  /** What a person was told. */
  readonly told: readonly string[];
  /** Ends the source and waits. @returns whether each frame came once, in order, with the bits of a run without a fault */
  finish(): Promise<{ frames: number; isInOrder: boolean; isSame: boolean }>;
}

export async function startJob(members: readonly CrewMember[], gate?: PauseGate): Promise<TandemJob> {
  const told: string[] = [];
  const rows: FrameRow[] = [];
  const crew = await LaneCrew.open(members, clock, (sentence) => told.push(sentence));
  const dispatcher = crew.makeDispatcher();
  const [frames, sink] = [new EndlessSource(), new HashingSink()];
  const window = (): number => Math.min(64, dispatcher.appetite) + 3;
  const onRow = (row: FrameRow): unknown => rows.push(row);
  const run = runPipeline({ source: frames, dispatcher, sink, window, clock, onRow, gate });
  run.catch(() => undefined); // awaited in finish
  return {
    ...{ crew, rows, told },
    finish: async () => {
      frames.isOver = true;
      try {
        await run;
      } finally {
        await crew.close();
      }
      const expected = createHash('sha256');
      for (let i = 0; i < frames.given; i++) expected.update(trivialResult(pictureOf(i), WIDTH, HEIGHT));
      const isInOrder = sink.indices.length === frames.given && sink.indices.every((index, i) => index === i);
      return { frames: frames.given, isInOrder, isSame: sink.digest() === expected.digest('hex') };
    },
  };
}
