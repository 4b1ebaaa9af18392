import { pictureBytes } from '../../../models/format/program.ts';
import { readPicture, writePicture } from '../../../models/format/program-picture.ts';
import type { PhoneLink } from '../../../native-bridge/phone/phone-link.ts';
import { isAppError } from '../../core/errors.ts';
import type { Plane } from '../../core/frame.ts';
import type { Arithmetic, RuntimeModel } from '../../core/runtime.ts';
import { createReferenceRuntime } from '../runtimes/reference.ts';
import { createSparseRuntime } from '../runtimes/sparse/runtime.ts';
import { withFallback } from '../runtimes/with-fallback.ts';
import type { CompileForPhone } from '../runtimes/phone/runtime.ts';

const [WIDTH, HEIGHT] = [64, 48];
const TIMED_RUNS = 3;
const MOST_ERROR = { int8: 0, f32: 1, f16: 2 };
const MOST_BEYOND_ONE = 0.001;

export interface SelfTestResult {
  readonly model: string;
  readonly arithmetic: Arithmetic;
  /** Greatest difference to the CPU's result, in code values. */
  readonly maxError: number;
  /** Share of samples that differ. */
  readonly differing: number;
  /** int8 has to be equal to the last bit, f32 within one code value, f16 within two, and one nearly everywhere. */
  readonly isGood: boolean;
  /** On the phone's GPU, for a picture of so many samples. */
  readonly milliseconds: number;
  readonly samples: number;
  /** Why it could not be tried; null when it was. */
  readonly refusal: string | null;
}

/** A fixed picture through the phone and through the CPU, in each arithmetic that the model has. */
export async function selfTest(
  link: PhoneLink,
  model: RuntimeModel,
  compile: CompileForPhone,
): Promise<SelfTestResult[]> {
  const arithmetics: Arithmetic[] = model.onnxInt8 === undefined ? ['f32', 'f16'] : ['int8', 'f32', 'f16'];
  const results: SelfTestResult[] = [];
  for (const arithmetic of arithmetics) {
    const told = { model: model.name, arithmetic, samples: WIDTH * HEIGHT };
    try {
      results.push({ ...told, ...(await compare(link, model, arithmetic, compile)), refusal: null });
    } catch (error) {
      if (!isAppError(error) || error.code !== 'model-unsupported') throw error;
      const nothing = { maxError: 0, differing: 0, isGood: false, milliseconds: 0 };
      results.push({ ...told, ...nothing, refusal: error.message });
    }
  }
  return results;
}

async function compare(link: PhoneLink, model: RuntimeModel, arithmetic: Arithmetic, compile: CompileForPhone) {
  const geometry = { width: WIDTH, height: HEIGHT, bitDepth: 8, scale: model.scale };
  const program = compile(model, geometry, arithmetic);
  await link.load(program);
  const [input, output, expected] = [testPicture(), plane(model.scale), plane(model.scale)];
  const sent = new Uint8Array(pictureBytes(program.source));
  const got = new Uint8Array(pictureBytes(program.target));
  writePicture([input], program.source, sent);
  const times: number[] = [];
  for (let i = 0; i < TIMED_RUNS; i++) times.push((await link.run(sent, got, 'plain')).computeMs);
  readPicture(got, program.target, [output]);
  // The processor has no halves: f16 is an f32 that may be off by more.
  const wanted = arithmetic === 'f16' ? 'f32' : arithmetic;
  const runtime = withFallback(createSparseRuntime(), createReferenceRuntime());
  const cpu = await runtime.open(model, geometry, { arithmetic: wanted });
  await cpu.run([input], [expected]);
  await cpu.close();
  const errors = Array.from(output.data, (value, i) => Math.abs(value - expected.data[i]!));
  const maxError = errors.reduce((most, error) => Math.max(most, error), 0);
  const differing = errors.filter((error) => error > 0).length / errors.length;
  const beyondOne = errors.filter((error) => error > 1).length / errors.length;
  const isGood = maxError <= MOST_ERROR[arithmetic] && beyondOne <= MOST_BEYOND_ONE;
  return { maxError, differing, isGood, milliseconds: Math.min(...times) };
}

function plane(scale: number): Plane {
  const [width, height] = [WIDTH * scale, HEIGHT * scale];
  return { data: new Uint8Array(width * height), width, height, stride: width };
}

/** Waves, edges and noise: every code value, smooth and rough. */
function testPicture(): Plane {
  const picture = plane(1);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const wave = 96 * Math.sin((x * x + 3 * y * y) / 180);
      const noise = ((x * 7919 + y * 104_729) % 31) - 15;
      const edge = (x >> 3) % 3 === 0 ? 60 : 0;
      picture.data[y * WIDTH + x] = Math.max(0, Math.min(255, 110 + wave + noise + edge));
    }
  }
  return picture;
}
