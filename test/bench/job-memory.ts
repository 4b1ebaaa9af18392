/**
 * Peak memory of a job's processes for 720p and 2160p input. Run alone: node test/bench/job-memory.ts
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { canListProcesses, makeMark } from '../helpers/processes.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const CLI = resolve(import.meta.dirname, '../../main/shells/cli/main.ts');
const SAMPLE_EVERY_MS = 200;
/**
 * More frames than the pipeline and the preset's look-ahead hold, so that the peak is the steady state's. An 8K output
 * takes seconds a frame: there a preset without look-ahead shows what is ours.
 */
const INPUTS = [
  { size: '1280x720', frames: 90, preset: 'medium' },
  { size: '3840x2160', frames: 14, preset: 'ultrafast' },
];

export interface JobMemoryRow {
  readonly input: string;
  readonly frames: number;
  readonly preset: string;
  /** Peak resident bytes of the engine, and of each of its ffmpeg processes summed. */
  readonly engineBytes: number;
  readonly ffmpegBytes: number;
}

export async function benchJobMemory(): Promise<JobMemoryRow[]> {
  if (!canListProcesses) return [];
  const { path: ffmpeg } = (await locateFfmpeg()).ffmpeg;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const rows: JobMemoryRow[] = [];
  try {
    await withTrainingsPaused(async () => {
      for (const { size, frames, preset } of INPUTS) {
        const clip = makeClip(ffmpeg, join(folder, `${size}.mp4`), { size, frames });
        rows.push({ input: size, frames, preset, ...(await watchJob(clip, preset)) });
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

async function watchJob(clip: string, preset: string): Promise<{ engineBytes: number; ffmpegBytes: number }> {
  const { env, list } = makeMark();
  const child = spawn(process.execPath, [CLI, 'upscale', clip, '--preset', preset, '--json'], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  let engineBytes = 0;
  const ffmpegBytes = new Map<number, number>();
  const timer = setInterval(() => {
    for (const { pid, command } of list()) {
      const bytes = peakBytes(pid);
      if (command.includes('engine/main.ts')) engineBytes = Math.max(engineBytes, bytes);
      else if (command.includes('-f nut')) ffmpegBytes.set(pid, Math.max(ffmpegBytes.get(pid) ?? 0, bytes));
    }
  }, SAMPLE_EVERY_MS);
  const code = await new Promise((done) => child.on('close', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`the job ended with exit code ${String(code)}`);
  return { engineBytes, ffmpegBytes: [...ffmpegBytes.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

function peakBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

if (import.meta.main) console.log(JSON.stringify(await benchJobMemory(), null, 2));
