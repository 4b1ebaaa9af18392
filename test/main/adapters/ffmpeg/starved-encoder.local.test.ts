/** An encoder must write the same bytes however the machine's load falls on its threads: a resumed job has another moment. */
import { spawn, execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { availableParallelism, constants, setPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENCODERS } from '../../../../main/adapters/ffmpeg/encoders/table.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { canListProcesses } from '../../../helpers/processes.ts';

const ffmpegs = await findFfmpegs();
const [WIDTH, HEIGHT, FRAMES] = [320, 180, 120];
const FRAME_BYTES = (WIDTH * HEIGHT * 3) / 2;
const RAW = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p'];
/** Of 40 runs with x264's own thread for looking ahead, 11 were other than the rest. */
const ROUNDS = 8;

const pictures = execFileSync(
  ffmpegs[0]!.tools.ffmpeg.path,
  [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${WIDTH}x${HEIGHT}:rate=25`],
    ...['-frames:v', String(FRAMES), ...RAW, '-'],
  ],
  { maxBuffer: 2 ** 28 },
);

/** Encodes all frames while every thread whose turn it is gets what the others leave. @returns a hash of the packets */
async function encodeStarved(ffmpeg: string, encode: readonly string[], round: number): Promise<string> {
  const input = [...RAW, '-s', `${WIDTH}x${HEIGHT}`, '-r', '25', '-probesize', '32', '-i', 'pipe:0'];
  const args = ['-v', 'error', ...input, ...encode, '-f', 'framemd5', '-'];
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const hash = createHash('sha256');
  child.stdout.on('data', (chunk: Buffer) => hash.update(chunk));
  const closed = once(child, 'close');
  for (let frame = 0; frame < FRAMES; frame++) {
    const isTaken = child.stdin.write(pictures.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES));
    if (!isTaken) await once(child.stdin, 'drain');
    if (frame === 20) starveSome(child.pid!, round);
  }
  child.stdin.end();
  const [code] = (await closed) as [number | null];
  expect(code).toBe(0);
  return hash.digest('hex');
}

/** On Linux a thread has a priority of its own. */
function starveSome(pid: number, round: number): void {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  const isChosen = (_: number, i: number): boolean => ((i * 7 + round * 5) % 11) % 2 === 0;
  for (const thread of threads.filter(isChosen)) setPriority(thread, constants.priority.PRIORITY_LOW);
}

describe.skipIf(!canListProcesses)('x264 whose threads are starved', () => {
  let load: ChildProcess[] = [];
  beforeAll(() => {
    load = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  });
  afterAll(() => {
    for (const child of load) child.kill('SIGKILL');
  });

  const x264 = ENCODERS.find(({ choice }) => choice === 'x264')!;
  const color = { range: null, matrix: null, primaries: null, transfer: null, chromaLocation: null };
  const hdr = { masteringDisplay: null, contentLight: null };
  const common = { rate: { num: 25, den: 1 }, pixelFormat: 'yuv420p', color, hdr } as const;

  it.each(ffmpegs)('writes the same with ffmpeg $name', async ({ tools }) => {
    const request = { ...common, preset: 'veryfast', crf: 16, threads: 2 } as const;
    const encode = ['-c:v', x264.name, ...x264.args(request)];
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) seen.add(await encodeStarved(tools.ffmpeg.path, encode, round));
    expect(seen.size).toBe(1);
  });
});
