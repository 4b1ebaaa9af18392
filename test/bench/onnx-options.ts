/**
 * Which session options serve the engine: threads, spinning and graph level, alone and beside x264 on the same cores.
 * Prints milliseconds of one 640x360 luma picture enlarged twice by a 16-channel net of 5 layers, and x264's frames a
 * second meanwhile. Run: node test/bench/onnx-options.ts
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import ffmpegInstaller from '@ffmpeg-installer/ffmpeg';
import * as ort from 'onnxruntime-node';
import { createOnnxRuntime } from '../../main/adapters/runtimes/onnx/runtime.ts';
import { sessionOptions } from '../../main/adapters/runtimes/onnx/session-options.ts';
import { srNetBytes } from '../helpers/onnx-net.ts';
import { emptyPlane, randomPlane } from '../helpers/planes.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const WIDTH = 640;
const HEIGHT = 360;
const RECEPTIVE_FIELD = 11;
const SECONDS = 3;
const onnx = srNetBytes({ channels: 16, depth: 3 });

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Milliseconds of each call during {@link SECONDS}, the first two left out. */
async function timeCalls(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until || times.length < 5) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return median(times.slice(2));
}

async function timeSession(threads: number, spin: boolean, maxTileSamples?: number): Promise<number> {
  const runtime = createOnnxRuntime({ spin });
  const model = {
    name: 'bench',
    onnx,
    scale: 2,
    colour: 'y',
    inputMaximum: 1,
    receptiveField: RECEPTIVE_FIELD,
  } as const;
  const options = maxTileSamples === undefined ? { threads } : { threads, maxTileSamples };
  const session = await runtime.open(model, { width: WIDTH, height: HEIGHT, bitDepth: 8, scale: 2 }, options);
  const input = [randomPlane({ width: WIDTH, height: HEIGHT, shared: true }, 1)];
  const output = [emptyPlane({ width: 2 * WIDTH, height: 2 * HEIGHT, shared: true })];
  const ms = await timeCalls(() => session.run(input, output));
  await session.close();
  return ms;
}

/** Encodes test pictures of 1280x720 as fast as it can while `work` runs. */
async function besideX264<T>(work: () => Promise<T>): Promise<{ result: T; encodeFps: number }> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30'];
  const encode = ['-c:v', 'libx264', '-crf', '16', '-pix_fmt', 'yuv420p', '-f', 'null', '-progress', 'pipe:1', '-'];
  const child = spawn(ffmpegInstaller.path, ['-v', 'error', ...source, ...encode], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let frames = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const match of text.matchAll(/frame=\s*(\d+)/g)) frames = Number(match[1]);
  });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const [from, start] = [frames, performance.now()];
  try {
    const result = await work();
    return { result, encodeFps: ((frames - from) * 1000) / (performance.now() - start) };
  } finally {
    child.kill('SIGKILL');
  }
}

async function timeLevel(graphOptimizationLevel: 'all' | 'extended' | 'basic'): Promise<number> {
  const options = { ...sessionOptions({ threads: 2, spin: false }), graphOptimizationLevel };
  const session = await ort.InferenceSession.create(onnx, options);
  const x = new ort.Tensor('float32', new Float32Array(WIDTH * HEIGHT).fill(0.5), [1, 1, HEIGHT, WIDTH]);
  const ms = await timeCalls(() => session.run({ x }));
  await session.release();
  return ms;
}

await withTrainingsPaused(async () => {
  console.log(`${availableParallelism()} cores; ms per picture`);
  for (const threads of [1, 2]) {
    for (const spin of threads === 1 ? [false] : [false, true]) {
      const alone = await timeSession(threads, spin);
      const { result, encodeFps } = await besideX264(() => timeSession(threads, spin));
      const name = `${threads} thread(s)${spin ? ', spinning' : ''}`;
      console.log(
        `${name}: alone ${alone.toFixed(1)}, beside x264 ${result.toFixed(1)} (x264 ${encodeFps.toFixed(1)} fps)`,
      );
    }
  }
  for (const level of ['all', 'extended', 'basic'] as const) {
    console.log(`graph level ${level}, 2 threads: ${(await timeLevel(level)).toFixed(1)}`);
  }
  for (const rows of [45, 90, 180]) {
    const ms = await timeSession(2, false, WIDTH * rows);
    console.log(`tiles of at most ${WIDTH * rows} samples, 2 threads: ${ms.toFixed(1)}`);
  }
});
process.exit();
