/**
 * Which session options serve the engine: threads, spinning and graph level, alone and beside x264 on the same cores.
 * Milliseconds of one 640x360 luma picture enlarged twice by a 16-channel net of 5 layers: median, least, and processor
 * time of all threads (which other programs disturb least), and x264's frames a second meanwhile.
 */
import { spawn } from 'node:child_process';
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
const SECONDS = 2.5;
const onnx = srNetBytes({ channels: 16, depth: 3 });

interface Timing {
  readonly medianMs: number;
  readonly leastMs: number;
  /** User and system time of all threads of this process. */
  readonly cpuMs: number;
}

interface Row extends Timing {
  readonly what: string;
  readonly encodeFps: number | null;
}

/** Calls for {@link SECONDS} after two calls to warm up. */
async function timeCalls(call: () => Promise<unknown>): Promise<Timing> {
  await call();
  await call();
  const times: number[] = [];
  const until = performance.now() + SECONDS * 1000;
  const cpuBefore = process.cpuUsage();
  while (performance.now() < until || times.length < 5) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  times.sort((a, b) => a - b);
  const cpuMs = (user + system) / 1000 / times.length;
  return { medianMs: times[times.length >> 1] ?? NaN, leastMs: times[0] ?? NaN, cpuMs };
}

async function timeSession(threads: number, spin: boolean, maxTileSamples?: number): Promise<Timing> {
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

async function timeLevel(graphOptimizationLevel: 'all' | 'extended' | 'basic'): Promise<Timing> {
  const options = { ...sessionOptions({ threads: 2, spin: false }), graphOptimizationLevel };
  const session = await ort.InferenceSession.create(onnx, options);
  const x = new ort.Tensor('float32', new Float32Array(WIDTH * HEIGHT).fill(0.5), [1, 1, HEIGHT, WIDTH]);
  const ms = await timeCalls(() => session.run({ x }));
  await session.release();
  return ms;
}

async function measureAll(): Promise<Row[]> {
  const rows: Row[] = [];
  const add = (what: string, timing: Timing, encodeFps: number | null = null): void => {
    rows.push({ what, ...timing, encodeFps });
  };
  for (const [threads, spin] of [
    [1, false],
    [2, false],
    [2, true],
  ] as const) {
    const what = `${threads} thread(s)${spin ? ', spinning' : ''}`;
    add(what, await timeSession(threads, spin));
    const { result, encodeFps } = await besideX264(() => timeSession(threads, spin));
    add(`${what}, beside x264`, result, encodeFps);
  }
  for (const level of ['all', 'extended', 'basic'] as const) add(`graph level ${level}`, await timeLevel(level));
  for (const rowsOfTile of [45, 90, 180]) {
    const maxTileSamples = WIDTH * rowsOfTile;
    add(`tiles of ${maxTileSamples} samples`, await timeSession(2, false, maxTileSamples));
  }
  return rows;
}

/** One row per choice. Where it is not said, 2 threads that do not spin. */
export function benchOnnxOptions(): Promise<readonly object[]> {
  return withTrainingsPaused(measureAll);
}
