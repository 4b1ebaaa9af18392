import { createOnnxRuntime } from '../../main/adapters/runtimes/onnx/runtime.ts';
import { createSparseRuntime } from '../../main/adapters/runtimes/sparse/runtime.ts';
import { createTuning } from '../../main/adapters/runtimes/webgpu/tuning-cache.ts';
import { createWebgpuRuntime } from '../../main/adapters/runtimes/webgpu/runtime.ts';
import { loadModel } from '../../main/app/models.ts';
import type { Plane } from '../../main/core/frame.ts';
import type { Arithmetic, Runtime, RuntimeSession } from '../../main/core/runtime.ts';
import { randomPicture } from '../helpers/random-picture.ts';
import { contest } from './contest.ts';

const [WIDTH, HEIGHT] = [640, 360];
const MODEL = 'tandem-x2-fast';
/** Pictures submitted at once: sending and fetching are hidden as in a job. */
const PICTURES = 8;

/** The GPU against the engine and onnxruntime on this computer, 640x360 -> 1280x720; without a real GPU it says so. */
export async function benchWebgpu(): Promise<object[]> {
  const gpu = createWebgpuRuntime({ tuning: createTuning() });
  const probe = await gpu.probe();
  if (!probe.ok) return [{ net: MODEL, runtime: 'webgpu', skipped: probe.message }];
  const model = await loadModel(MODEL);
  const geometry = { width: WIDTH, height: HEIGHT, bitDepth: 8, scale: model.scale };
  const wanted: [Runtime, Arithmetic][] = [
    [createOnnxRuntime(), 'f32'],
    [createSparseRuntime(), 'f32'],
    [createSparseRuntime(), 'int8'],
    [gpu, 'f32'],
    [gpu, 'f16'],
    [gpu, 'int8'],
  ];
  const entries = await Promise.all(
    wanted.map(async ([runtime, arithmetic]) => ({
      name: `${runtime.name}-${arithmetic}`,
      session: await runtime.open(model, geometry, { arithmetic }),
    })),
  );
  const timings = await contest(
    entries.map(({ name, session }) => ({ name, run: () => runAll(session) })),
    5,
  );
  for (const { session } of entries) await session.close();
  const onnx = timings.get('onnx-f32')!.msMin;
  return entries.map(({ name }) => {
    const { msMedian, msMin } = timings.get(name)!;
    const perPicture = { msMedian: msMedian / PICTURES, msMin: msMin / PICTURES };
    return { net: MODEL, runtime: name, device: probe.description, ...perPicture, ratioToOnnx: onnx / msMin };
  });
}

async function runAll(session: RuntimeSession): Promise<void> {
  const slots = session.slots ?? 1;
  for (let first = 0; first < PICTURES; first += slots) {
    const count = Math.min(slots, PICTURES - first);
    await Promise.all(Array.from({ length: count }, (_, i) => session.run([pictureOf(first + i)], [outputPlane()])));
  }
}

const pictures = Array.from({ length: PICTURES }, (_, i) =>
  randomPicture({ width: WIDTH, height: HEIGHT, seed: i + 1 }),
);

function pictureOf(index: number): Plane {
  return { data: pictures[index]!.planes[0]!, width: WIDTH, height: HEIGHT, stride: WIDTH };
}

function outputPlane(): Plane {
  const [width, height] = [WIDTH * 2, HEIGHT * 2];
  return { data: new Uint8Array(width * height), width, height, stride: width };
}
