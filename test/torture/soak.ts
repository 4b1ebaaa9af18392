/**
 * One long job at a tiny size through the fast model, in the real engine: its memory must not grow, every frame must be
 * there, and every frame must keep its time. A run that was stopped goes on with the job.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { readJournal } from '../../main/app/journal.ts';
import { workFolderOf } from '../../main/app/work-folder.ts';
import { inspectMedia } from '../helpers/inspect-media.ts';
import { startCli } from '../helpers/run-cli.ts';
import { CaseRecord } from './record.ts';

export interface SoakSample {
  readonly number: number;
  /** Which start of the engine it belongs to. */
  readonly run: number;
  /** Finished frames of the job. */
  readonly frames: number;
  readonly residentBytes: number;
  readonly shellBytes: number;
}

export interface SoakEnd {
  readonly isDone: boolean;
  readonly frames: number;
  readonly expectedFrames: number;
  /** Greatest difference of a frame's time from the source's; null before the end. */
  readonly driftSeconds: number | null;
  /** Of the engine's longest run while frames come, without its beginning; null with too few samples. */
  readonly slopeBytesPer10000: number | null;
  /** Likewise of the command line. */
  readonly shellSlopeBytesPer10000: number | null;
  /** Of the engine, the joining at the end included. */
  readonly peakBytes: number;
  readonly runs: number;
}

export interface SoakOptions {
  readonly frames: number;
  readonly folder: string;
  /** Stops the job in good order after this time. */
  readonly seconds?: number | undefined;
  readonly tell: (sample: SoakSample) => void;
}

const SAMPLE_EVERY_MS = 1000;

export async function runSoak({ frames, folder, seconds = Infinity, tell }: SoakOptions): Promise<SoakEnd> {
  const record = new CaseRecord<SoakSample>(folder, `soak-${frames}`);
  const tools = await locateFfmpeg();
  const input = join(folder, `soak-${frames}.mp4`);
  const output = join(folder, `soak-${frames}-out.mp4`);
  if (!existsSync(input)) makeLongClip(tools.ffmpeg.path, input, frames);
  if (!existsSync(output) || existsSync(workFolderOf(output))) await runJob(record, input, output, seconds, tell);
  const samples = record.rows;
  // When the last frame is done the joining has begun, which is another work.
  const settled = longestRun(samples.filter((sample) => sample.frames < frames));
  const end = {
    expectedFrames: frames,
    slopeBytesPer10000: slopeOf(settled, ({ residentBytes }) => residentBytes),
    shellSlopeBytesPer10000: slopeOf(settled, ({ shellBytes }) => shellBytes),
    peakBytes: Math.max(0, ...samples.map(({ residentBytes }) => residentBytes)),
    runs: new Set(samples.map(({ run }) => run)).size,
  };
  if (!existsSync(output)) return { ...end, isDone: false, frames: samples.at(-1)?.frames ?? 0, driftSeconds: null };
  const [source, made] = [
    await inspectMedia(tools.ffprobe.path, input),
    await inspectMedia(tools.ffprobe.path, output),
  ];
  const drifts = made.times.map((time, i) => Math.abs(time - (source.times[i] ?? Infinity)));
  return { ...end, isDone: true, frames: made.times.length, driftSeconds: drifts.reduce((a, b) => Math.max(a, b), 0) };
}

function makeLongClip(ffmpeg: string, path: string, frames: number): void {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=32x24:rate=24000/1001'];
  const video = [
    '-frames:v',
    String(frames),
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '250',
    '-pix_fmt',
    'yuv420p',
  ];
  execFileSync(ffmpeg, ['-v', 'error', '-y', ...source, ...video, path], { stdio: 'inherit' });
}

async function runJob(
  record: CaseRecord<SoakSample>,
  input: string,
  output: string,
  seconds: number,
  tell: (sample: SoakSample) => void,
): Promise<void> {
  const run = (record.rows.at(-1)?.run ?? 0) + 1;
  const command = existsSync(workFolderOf(output))
    ? ['resume', output]
    : ['upscale', input, '-o', output, '--preset', 'ultrafast', '--threads', '1'];
  const job = startCli(command, join(output, '..'));
  const state = { hasStopped: false };
  const endMs = performance.now() + 1000 * seconds;
  const timer = setInterval(() => {
    void sample().catch(() => undefined);
    if (performance.now() < endMs || state.hasStopped) return;
    state.hasStopped = true;
    job.child.kill('SIGINT');
  }, SAMPLE_EVERY_MS);
  const sample = async (): Promise<void> => {
    const engine = job.listProcesses().find(({ command: line }) => line.includes('engine/main.ts'));
    const journal = await readJournal(workFolderOf(output));
    if (engine === undefined || journal === null) return;
    const frames = journal.segments.reduce((sum, segment) => sum + segment.frames, 0);
    if (frames === 0 || frames === record.rows.at(-1)?.frames) return;
    const memory = { residentBytes: residentBytes(engine.pid), shellBytes: residentBytes(job.child.pid!) };
    const row = { number: record.rows.length, run, frames, ...memory };
    record.add(row);
    tell(row);
  };
  const end = await job.ended;
  clearInterval(timer);
  if (end.code !== 0 && !state.hasStopped) throw new Error(`the job failed: ${end.stderr.slice(-500)}`);
}

function residentBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

function longestRun(samples: readonly SoakSample[]): SoakSample[] {
  const runs = Map.groupBy(samples, ({ run }) => run);
  return [...runs.values()].sort((a, b) => spanOf(b) - spanOf(a))[0] ?? [];
}

function spanOf(samples: readonly SoakSample[]): number {
  return samples.at(-1)!.frames - samples[0]!.frames;
}

/** Share of a run in which memory still settles: the heap grows to its working size, code is compiled. */
const SETTLING_SHARE = 0.3;
const FEWEST_SAMPLES = 10;

/** Least squares over frames. */
function slopeOf(samples: readonly SoakSample[], bytesOf: (sample: SoakSample) => number): number | null {
  if (samples.length < FEWEST_SAMPLES) return null;
  const from = samples[0]!.frames + SETTLING_SHARE * spanOf(samples);
  const settled = samples.filter(({ frames }) => frames >= from);
  const mean = (of: (sample: SoakSample) => number): number =>
    settled.reduce((sum, sample) => sum + of(sample), 0) / settled.length;
  const [x, y] = [mean(({ frames }) => frames), mean(bytesOf)];
  const over = settled.reduce((sum, s) => sum + (s.frames - x) * (bytesOf(s) - y), 0);
  const under = settled.reduce((sum, s) => sum + (s.frames - x) ** 2, 0);
  return under === 0 ? null : (10_000 * over) / under;
}
