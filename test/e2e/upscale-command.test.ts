import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import type { UpscaleResult } from '../../main/contract/messages.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { canListProcesses } from '../helpers/processes.ts';
import { runCli, startCli, waitFor } from '../helpers/run-cli.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-e2e-'));
const at = (name: string): string => join(folder, name);
const quick = ['--model', './tiny.onnx', '--preset', 'ultrafast', '--threads', '1'];
let inputs: string[] = [];

beforeAll(async () => {
  const { path } = (await locateFfmpeg()).ffmpeg;
  writeTinyModel(at('tiny.onnx'), 2);
  makeClip(path, at('short.mp4'), { frames: 10, sound: true });
  makeClip(path, at('long.mp4'), { frames: 6000 });
  inputs = readdirSync(folder).sort();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing but the inputs may be in the folder. */
const expectNothingLeft = (): void => expect(readdirSync(folder).sort()).toEqual(inputs);

/** Of the long job only what it had finished may be left, if anything; it is cleared away. */
function expectFinishedWorkOnly(): void {
  const work = at('.long-x2.mp4.tandem-part');
  if (existsSync(work)) {
    const names = readdirSync(work);
    expect(names).toContain('journal.json');
    expect(names.filter((name) => !/^(journal\.json|\d{6}\.(nut|spool))$/.test(name))).toEqual([]);
    rmSync(work, { recursive: true });
  }
  expectNothingLeft();
}

/** Starts the long job and waits until frames arrive in its first segment. */
async function startLongJob() {
  const job = startCli(['upscale', 'long.mp4', ...quick], folder);
  await waitFor('the first segment', () => existsSync(at('.long-x2.mp4.tandem-part/000000.nut')));
  return job;
}

describe('tandem upscale', () => {
  it('makes a larger clip beside the input and tells where the time went', async () => {
    const { code, stdout, stderr } = await runCli(['upscale', 'short.mp4', ...quick], folder);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(
      /^short\.mp4: 64x48 to 128x96, tiny in f32 on (sparse|onnx), 1 thread\n {2}to short-x2\.mp4\n/,
    );
    expect(stdout).toMatch(/ms a frame +p50 +p95 +p99 +max\n/);
    for (const stage of ['decode wait', 'queue', 'compute', 'encode wait']) expect(stdout).toContain(`\n  ${stage}`);
    expect(stdout).toMatch(/bottleneck {2}the (model|decoder|encoder): /);
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
    rmSync(at('short-x2.mp4'));
    expectNothingLeft();
  });

  it('prints one JSON document, takes several inputs and names the one that failed', async () => {
    mkdirSync(at('out'));
    const args = ['upscale', 'short.mp4', 'nowhere.mp4', ...quick, '-o', 'out'];
    const { code, stdout } = await runCli([...args, '--json'], folder);
    const { results } = JSON.parse(stdout) as { results: { result?: UpscaleResult; error?: { code: string } }[] };
    expect(code).toBe(1);
    expect(results[0]?.result).toMatchObject({ frames: 10, outputPath: at('out/short-x2.mp4') });
    expect(results[1]?.error?.code).toBe('input-missing');
    const again = await runCli(args, folder);
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(
      /0 of 2 done\n {2}failed {2}short\.mp4: .*exists already.*\n {2}failed {2}nowhere\.mp4: /,
    );
    rmSync(at('out'), { recursive: true });
    expectNothingLeft();
  });

  it('answers wrong usage with one sentence and exit code 2', async () => {
    const wrong: [string[], RegExp][] = [
      [['--scale', '5'], /--scale.*2, 3, 4/],
      [['--crf', '60'], /--crf.*0 to 51/],
      [['--preset', 'fastest'], /--preset/],
      [['--from', 'noon'], /--from.*1:30/],
      [['--from', '3', '--to', '2'], /--to after --from/],
      [['--stats', 'frames.txt'], /--stats.*\.json or \.csv/],
      [['--model', 'no-such-model'], /zoo/],
      [['-o', 'clip.xyz'], /clip\.xyz/],
      [['--colour', 'red'], /--colour/],
    ];
    for (const [options, sentence] of wrong) {
      const { code, stdout, stderr } = await runCli(['upscale', 'short.mp4', ...quick, ...options], folder);
      expect({ options, code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
      expect(stderr.split('\n')[0]).toMatch(sentence);
    }
    const sound = await runCli(['upscale', 'short.mp4', ...quick, '-o', 'clip.webm'], folder);
    expect(sound).toMatchObject({ code: 1, stdout: '' });
    expect(sound.stderr).toMatch(/WebM cannot hold aac/);
    expect((await runCli(['upscale'], folder)).code).toBe(2);
    expectNothingLeft();
  });

  it('says so when there is no ffmpeg', async () => {
    const { code, stdout, stderr } = await runCli(['upscale', 'short.mp4', ...quick], folder, {
      FFMPEG_BIN: at('none'),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim()).toMatch(/^expected FFMPEG_BIN to name a working ffmpeg but got .*none$/);
    expectNothingLeft();
  });

  it.skipIf(!canListProcesses)('ends with one sentence when ffmpeg is killed midway', async () => {
    for (const feature of ['-f nut -i pipe:0', 'long.mp4']) {
      const { ended, listProcesses } = await startLongJob();
      const ffmpeg = await waitFor('ffmpeg', () =>
        listProcesses().find(({ command }) => command.includes('ffmpeg') && command.includes(feature)),
      );
      process.kill(ffmpeg.pid, 'SIGKILL');
      const { code, stdout, stderr } = await ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.trim().split('\n').at(-1)).toMatch(/could not (en|de)code .*ffmpeg was ended by SIGKILL/);
      expect(listProcesses()).toEqual([]);
      expectFinishedWorkOnly();
    }
  });

  it.skipIf(!canListProcesses)('outlives its engine and says how it died', async () => {
    const { ended, listProcesses } = await startLongJob();
    const engine = listProcesses().find(({ command }) => command.includes('engine/main.ts'));
    process.kill(engine!.pid, 'SIGKILL');
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^expected the engine to end its job but it was ended by SIGKILL($|; \d+ finished frames are kept)/,
    );
    expect(listProcesses()).toEqual([]);
    expectFinishedWorkOnly();
  });

  it.skipIf(!canListProcesses)(
    'stops at once on Ctrl-C with exit code 130 and leaves finished segments alone',
    async () => {
      const { child, ended, listProcesses } = await startLongJob();
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr.trim().split('\n').at(-1)).toMatch(/^stopped: /);
      expect(listProcesses()).toEqual([]);
      expectFinishedWorkOnly();
    },
  );

  it.skipIf(!canListProcesses)('leaves no orphan when it is killed itself', async () => {
    const { child, listProcesses } = await startLongJob();
    child.kill('SIGKILL');
    await waitFor('the engine to end', () => listProcesses().length === 0, 30);
    expectFinishedWorkOnly();
  });
});

/** Mounts a small disk; null, with the reason printed, where that is not allowed. */
function mountDisk(name: string, options: string): string | null {
  const path = at(name);
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
    return path;
  } catch (error) {
    rmSync(path, { recursive: true });
    console.warn(`skipped: no disk can be mounted here (${(error as Error).message.split('\n')[0]!})`);
    return null;
  }
}

/** Writes until there is no room. */
function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [1 << 20, 1 << 12]) for (;;) if (!tryWrite(file, size)) break;
  } finally {
    closeSync(file);
  }
}

function tryWrite(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) > 0;
  } catch {
    return false;
  }
}

describe('tandem upscale on disks that refuse', () => {
  const full = mountDisk('full', 'size=48m');
  const sealed = mountDisk('sealed', 'size=300k,ro');
  afterAll(() => {
    for (const path of [full, sealed]) if (path !== null) execFileSync('umount', [path]);
  });

  it.skipIf(full === null)('waits while the disk is full, says so, and goes on to the same frames', async () => {
    const lossless = ['upscale', 'long.mp4', ...quick, '--crf', '0', '--to', '80'];
    expect((await runCli([...lossless, '-o', 'whole.mp4'], folder)).code).toBe(0);
    const job = startCli([...lossless, '-o', 'full/out.mp4'], folder);
    const work = at('full/.out.mp4.tandem-part');
    await waitFor('a finished segment', () => existsSync(join(work, '000001.nut')));
    fillDisk(at('full/filler'));
    await waitFor('the pause', () => /paused: .* are needed in .* but .* are free/.test(job.stderr()));
    rmSync(at('full/filler'));
    const { code, stderr } = await job.ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/there is room again: the job goes on/);
    expect(readFileSync(at('full/out.mp4')).equals(readFileSync(at('whole.mp4')))).toBe(true);
    expect(readdirSync(full!)).toEqual(['out.mp4']);
    rmSync(at('whole.mp4'));
  });

  it.skipIf(sealed === null)('says that the folder is read-only', async () => {
    const { code, stderr } = await runCli(['upscale', 'short.mp4', '-o', 'sealed/out.mp4', ...quick], folder);
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^expected to be allowed to write .*sealed\/out\.mp4 but it is read-only$/);
    expectNothingLeft();
  });
});
