import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { canListProcesses } from '../helpers/processes.ts';
import { runCli, startCli, waitFor } from '../helpers/run-cli.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-lose-'));
const at = (name: string): string => join(folder, name);
const quick = ['--model', './tiny.onnx', '--preset', 'ultrafast', '--threads', '1'];

beforeAll(async () => {
  const { path } = (await locateFfmpeg()).ffmpeg;
  writeTinyModel(at('tiny.onnx'), 2);
  makeClip(path, at('long.mp4'), { frames: 3000 });
  makeClip(path, at('other.mp4'), { frames: 3000, filters: ['negate'] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a job and waits until its second segment is being written. */
async function startJob(input: string, output: string) {
  const job = startCli(['upscale', input, '-o', output, ...quick], folder);
  const parts = output.split('/');
  const work = at([...parts.slice(0, -1), `.${parts.at(-1)!}.tandem-part`].join('/'));
  await waitFor('the second segment', () => existsSync(join(work, '000001.nut')));
  return { ...job, work };
}

const lastLine = (stderr: string): string => stderr.trim().split('\n').at(-1) ?? '';

describe.skipIf(!canListProcesses)('a job whose world changes midway', () => {
  it('says that its folder is gone, and calls nothing done', async () => {
    mkdirSync(at('sub'));
    const { ended, listProcesses } = await startJob('long.mp4', 'sub/out.mp4');
    rmSync(at('sub'), { recursive: true, force: true });
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(lastLine(stderr)).toMatch(/out\.mp4|segment/);
    expect(lastLine(stderr)).not.toMatch(/error of its own/);
    expect(existsSync(at('sub/out.mp4'))).toBe(false);
    await waitFor('all processes to end', () => listProcesses().length === 0, 20);
  });

  it('notices that the input was replaced, keeps what is finished, and goes on when it is back', async () => {
    renameSync(at('long.mp4'), at('kept.mp4'));
    makeClipLike('kept.mp4', 'long.mp4');
    const { ended, work } = await startJob('long.mp4', 'replaced.mp4');
    makeClipLike('other.mp4', 'long.mp4');
    const { code, stderr } = await ended;
    expect({ code, stderr: lastLine(stderr) }).toMatchObject({ code: 1 });
    expect(lastLine(stderr)).toMatch(
      /long\.mp4 to stay as it is until the job is done but it was replaced; \d+ finished/,
    );
    expect(existsSync(at('replaced.mp4'))).toBe(false);
    const refused = await runCli(['resume', 'replaced.mp4'], folder);
    expect(refused.code).toBe(1);
    expect(lastLine(refused.stderr)).toMatch(
      /^expected to go on with an interrupted job .*long\.mp4 had .*--restart begins/,
    );
    makeClipLike('kept.mp4', 'long.mp4');
    const resumed = await runCli(['resume', 'replaced.mp4'], folder);
    expect({ code: resumed.code, stderr: resumed.stderr }).toMatchObject({ code: 0 });
    expect(resumed.stderr).toMatch(/written\s+anew/);
    expect(resumed.stdout).toMatch(/kept +3000 of 3000 frames/);
    expect(existsSync(work)).toBe(false);
  });

  it('lists, goes on by the clip, and throws away on demand', async () => {
    const { child, ended } = await startJob('long.mp4', 'listed.mp4');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const listed = await runCli(['resume', '--list'], folder);
    expect(listed.stdout).toMatch(/^listed\.mp4: \d+ frames are finished, interrupted$/m);
    const discarded = await runCli(['resume', 'long.mp4', '--discard'], folder);
    expect(discarded.stdout).toMatch(/^listed\.mp4: threw away \d+ finished frames$/m);
    expect((await runCli(['resume'], folder)).code).toBe(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is paused by SIGTSTP: nothing computes then, and SIGCONT lets it go on to the same file', async () => {
    const whole = readFileSync(at('replaced.mp4'));
    const { child, ended, listProcesses, work } = await startJob('long.mp4', 'paused.mp4');
    const engine = listProcesses().find(({ command }) => command.includes('engine/main.ts'))!.pid;
    const threads = threadsOf(engine);
    child.kill('SIGTSTP');
    await waitFor('the shell to stand', () => stateOf(child.pid!) === 'T');
    // What had begun is finished first, a segment that was being flushed at most.
    await waitFor('silence', () => isSilent(listProcesses().map(({ pid }) => pid)));
    // The model's own threads have ended with its session.
    expect(threadsOf(engine)).toBeLessThan(threads);
    const journal = readFileSync(join(work, 'journal.json'), 'utf8');
    await sleep(500);
    expect(readFileSync(join(work, 'journal.json'), 'utf8')).toBe(journal);
    child.kill('SIGCONT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/paused: /);
    expect(readFileSync(at('paused.mp4')).equals(whole)).toBe(true);
  });

  it('sleeps with its machine: all of it stands still for a while, and goes on to the same file', async () => {
    const source = readFileSync(at('long.mp4'));
    const { child, ended, listProcesses } = await startJob('long.mp4', 'slept.mp4');
    // A machine that sleeps stops every process at once, and wakes them at once; clocks of the wall run on.
    const all = [child.pid!, ...listProcesses().map(({ pid }) => pid)];
    expect(all.length).toBeGreaterThanOrEqual(4);
    const signalAll = (signal: NodeJS.Signals) => all.forEach((pid) => trySignal(pid, signal));
    signalAll('SIGSTOP');
    await sleep(SLEEP_MS);
    signalAll('SIGCONT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(at('slept.mp4')).equals(readFileSync(at('replaced.mp4')))).toBe(true);
    expect(readFileSync(at('long.mp4')).equals(source)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** Longer than every limit by which one of our processes waits for another. */
const SLEEP_MS = 8000;

/** One that ended a moment ago is none to signal. */
function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error;
  }
}

/** Another file under the same name, as a program that saves does it. */
function makeClipLike(source: string, name: string): void {
  const bytes = readFileSync(at(source));
  writeFileSync(at(`${name}.new`), bytes);
  renameSync(at(`${name}.new`), at(name));
}

/** State letter and clock ticks of a process. */
function statOf(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const threadsOf = (pid: number): number => readdirSync(`/proc/${pid}/task`).length;

const stateOf = (pid: number): string => statOf(pid)[0] ?? '';

/** True when these processes took hardly any of the processor since the last look. */
let lastTicks = -1;
function isSilent(pids: readonly number[]): boolean {
  const ticks = pids.reduce((sum, pid) => {
    try {
      return sum + Number(statOf(pid)[11]) + Number(statOf(pid)[12]);
    } catch {
      return sum;
    }
  }, 0);
  const isQuiet = lastTicks >= 0 && Math.abs(ticks - lastTicks) <= 1;
  lastTicks = ticks;
  return isQuiet;
}
