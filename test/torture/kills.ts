/**
 * SIGKILL of the engine, an ffmpeg, the shell, or all at once, at a random moment of a job: the job must go on to the
 * decoded frames and stamps of one that was not interrupted, and leave neither process nor file behind.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { readJournal } from '../../main/app/journal.ts';
import { workFolderOf } from '../../main/app/work-folder.ts';
import { makeClip } from '../helpers/make-clip.ts';
import type { ClipOptions } from '../helpers/make-clip.ts';
import { startCli, waitFor } from '../helpers/run-cli.ts';
import type { CliEnd } from '../helpers/run-cli.ts';
import { randomOf } from './random.ts';
import { CaseRecord } from './record.ts';

export const KILL_TARGETS = ['engine', 'ffmpeg', 'shell', 'all'] as const;
export type KillTarget = (typeof KILL_TARGETS)[number];

export interface KillRow {
  readonly number: number;
  readonly clip: string;
  readonly target: KillTarget;
  /** From the start of the command. */
  readonly killedAtMs: number;
  /** Finished frames that the last interruption left. */
  readonly framesKept: number;
  readonly kills: number;
  /** What brought the job to its end. */
  readonly endedBy: 'resume' | 'upscale' | 'nothing';
  /** Empty where all is as it must be. */
  readonly problem: string;
}

export interface KillOptions {
  readonly count: number;
  readonly seed: number;
  readonly folder: string;
  readonly tell: (row: KillRow) => void;
}

const VFR = "select='not(mod(n,3))+eq(mod(n,7),4)'";

/** B-frames and far key frames, so that going on needs a run-up; one with even and one with uneven stamps. */
const CLIPS: Readonly<Record<string, ClipOptions>> = {
  'even.mp4': { frames: 620, size: '160x90', sound: true, args: ['-g', '60', '-bf', '2'] },
  'uneven.mkv': {
    frames: 430,
    size: '160x90',
    sound: true,
    filters: [VFR],
    args: ['-vsync', 'vfr', '-g', '45', '-bf', '2'],
  },
};

interface Whole {
  readonly clip: string;
  readonly frames: string;
  readonly wallMs: number;
}

/** Runs the cases that the folder's record does not hold yet. @returns all rows of this seed up to `count` */
export async function runKills({ count, seed, folder, tell }: KillOptions): Promise<KillRow[]> {
  const record = new CaseRecord<KillRow>(folder, `kills-${seed}`);
  const ffmpeg = (await locateFfmpeg()).ffmpeg.path;
  const wholes = new Map<string, Whole>();
  for (let number = 0; number < count; number++) {
    if (record.has(number)) continue;
    const clip = Object.keys(CLIPS)[Math.floor(number / KILL_TARGETS.length) % 2]!;
    const whole = wholes.get(clip) ?? (await makeWhole(ffmpeg, folder, clip));
    wholes.set(clip, whole);
    const row = await runCase(ffmpeg, folder, whole, number, randomOf(seed, number));
    record.add(row);
    tell(row);
  }
  return record.rows.filter((row) => row.number < count);
}

const SETTINGS = ['--preset', 'veryfast', '--threads', '1'];

async function makeWhole(ffmpeg: string, folder: string, clip: string): Promise<Whole> {
  makeClip(ffmpeg, join(folder, clip), CLIPS[clip]);
  const output = join(folder, `whole-${clip}`);
  rmSync(output, { force: true });
  const startMs = performance.now();
  const end = await startCli(['upscale', clip, '-o', output, ...SETTINGS], folder).ended;
  if (end.code !== 0) throw new Error(`the uninterrupted job failed: ${end.stderr}`);
  return { clip, frames: decodeAll(ffmpeg, output), wallMs: performance.now() - startMs };
}

/** Every stream's decoded frames and their stamps, as one hash. */
function decodeAll(ffmpeg: string, path: string): string {
  const args = ['-v', 'error', '-i', path, '-map', '0', '-f', 'framemd5', '-'];
  return createHash('sha256')
    .update(execFileSync(ffmpeg, args, { maxBuffer: 2 ** 28 }))
    .digest('hex');
}

async function runCase(
  ffmpeg: string,
  folder: string,
  whole: Whole,
  number: number,
  random: () => number,
): Promise<KillRow> {
  const target = KILL_TARGETS[number % KILL_TARGETS.length]!;
  const place = join(folder, `case-${number}`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const output = join(place, `out-${whole.clip}`);
  const attempt = (command: readonly string[], aim: KillTarget | null) =>
    runAttempt(command, folder, aim, random() * whole.wallMs, random());
  const upscale = ['upscale', whole.clip, '-o', output, ...SETTINGS];
  // A job that died before its journal was written can only be begun anew, as `resume` says.
  const again = (): string[] => (existsSync(join(workFolderOf(output), 'journal.json')) ? ['resume', output] : upscale);
  let killedAtMs: number | null = null;
  let kills = 0;
  const problems: string[] = [];
  // A job that is faster than the moment drawn is begun anew: every case is one kill at least.
  while (killedAtMs === null) {
    rmSync(output, { force: true });
    const first = await attempt(upscale, target);
    ({ killedAtMs } = first);
    problems.push(...first.problems);
  }
  kills += 1;
  if (number % 5 === 4 && !existsSync(output)) {
    const second = await attempt(again(), 'all');
    if (second.killedAtMs !== null) kills += 1;
    problems.push(...second.problems);
  }
  const journal = await readJournal(workFolderOf(output)).catch(() => null);
  const framesKept = journal?.segments.reduce((sum, { frames }) => sum + frames, 0) ?? 0;
  let endedBy: KillRow['endedBy'] = 'nothing';
  if (!existsSync(output) || journal !== null) {
    const command = again();
    endedBy = command[0] as 'resume' | 'upscale';
    const { end, problems: more } = await runAttempt(command, folder, null, 0, 0);
    problems.push(...more);
    if (end.code !== 0) problems.push(`${command[0]!} ended with code ${String(end.code)}: ${lastLine(end)}`);
  }
  problems.push(...lookAt(ffmpeg, place, output, whole));
  if (problems.length === 0) rmSync(place, { recursive: true });
  return {
    number,
    clip: whole.clip,
    target,
    killedAtMs: Math.round(killedAtMs),
    framesKept,
    kills,
    endedBy,
    problem: problems.join(' | '),
  };
}

function lookAt(ffmpeg: string, place: string, output: string, whole: Whole): string[] {
  const problems: string[] = [];
  const left = readdirSync(place).filter((name) => join(place, name) !== output);
  if (left.length > 0) problems.push(`left behind: ${left.join(', ')}`);
  if (!existsSync(output)) problems.push('there is no output');
  else if (decodeAll(ffmpeg, output) !== whole.frames) problems.push('frames or stamps differ');
  return problems;
}

interface Attempt {
  readonly end: CliEnd;
  /** Null where the command had ended before. */
  readonly killedAtMs: number | null;
  readonly problems: readonly string[];
}

const ORPHAN_SECONDS = 20;

async function runAttempt(
  command: readonly string[],
  folder: string,
  target: KillTarget | null,
  atMs: number,
  draw: number,
): Promise<Attempt> {
  const startMs = performance.now();
  const job = startCli(command, folder);
  const { child } = job;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  let killedAtMs: number | null = null;
  while (target !== null && killedAtMs === null && isRunning()) {
    const waitMs = atMs - (performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, waitMs > 1 ? waitMs : 2));
    const victims = isRunning() ? pick(job.listProcesses(), child.pid!, target, draw) : [];
    for (const pid of victims) killQuietly(pid);
    if (victims.length > 0) killedAtMs = performance.now() - startMs;
  }
  const end = await job.ended;
  const problems: string[] = await waitFor(
    'all processes to end',
    () => job.listProcesses().length === 0,
    ORPHAN_SECONDS,
  ).then(
    () => [],
    () => [
      `orphans: ${job
        .listProcesses()
        .map(({ command: line }) => line)
        .join('; ')}`,
    ],
  );
  if (killedAtMs !== null && target !== 'shell' && target !== 'all' && end.code !== 0 && !isSentence(lastLine(end))) {
    problems.push(`no sentence: ${end.stderr.slice(-300)}`);
  }
  return { end, killedAtMs, problems };
}

function pick(
  processes: readonly { pid: number; command: string }[],
  shell: number,
  target: KillTarget,
  draw: number,
): number[] {
  if (target === 'all') return processes.map(({ pid }) => pid);
  if (target === 'shell') return [shell];
  const fits = (command: string) =>
    target === 'engine' ? command.includes('engine/main.ts') : /^\S*ff(mpeg|probe)[^/ ]* /.test(command);
  const found = processes.filter(({ command }) => fits(command));
  return found.length === 0 ? [] : [found[Math.floor(draw * found.length)]!.pid];
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

function lastLine({ stderr }: CliEnd): string {
  return stderr.trim().split('\n').at(-1) ?? '';
}

/** No stack and no bare code. */
function isSentence(line: string): boolean {
  return line.includes(' ') && !/^\s+at |error of its own/.test(line);
}
