import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../models/search/train/presets.ts';
import { runLoop } from '../../../../../models/search/train/run/loop.ts';
import type { LoopOptions, TrainingProgress } from '../../../../../models/search/train/run/loop.ts';
import { RunFolder } from '../../../../../models/search/train/run/run-folder.ts';
import { createState } from '../../../../../models/search/train/run/state.ts';
import type { TrainingConfig } from '../../../../../models/search/train/run/state.ts';
import { syntheticImage, syntheticSet } from '../synthetic-set.ts';

const preset = PRESETS['tandem-x2-fast']!;
const config: TrainingConfig = {
  ...preset,
  net: { ...preset.net, channels: 4, hiddenLayers: 1, kernels: [3, 3, 3] },
  batch: 2,
  schedule: { rate: 1e-3, warmupSteps: 1, patch: 8, decayPatch: 8 },
};

let root = '';
let folder: RunFolder;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tandem-train-'));
  folder = new RunFolder(root, 'run');
  await folder.claim();
});
afterEach(() => rm(root, { recursive: true }));

/** Reports and saves after every step; each look at the clock takes a second. */
function optionsFor(totalSteps: number, change: Partial<LoopOptions> = {}): LoopOptions & { seen: TrainingProgress[] } {
  const seen: TrainingProgress[] = [];
  let clock = 0;
  return {
    state: createState(config, totalSteps),
    folder,
    training: syntheticSet(2),
    validation: [syntheticImage(2, 16)],
    signal: new AbortController().signal,
    openPass: null,
    finishAtMs: null,
    reportEveryMs: 0,
    checkpointEveryMs: 0,
    onProgress: (progress) => seen.push(progress),
    now: () => (clock += 1000),
    seen,
    ...change,
  };
}

describe('a training run', () => {
  it('reports, logs and saves until the last step', async () => {
    const options = optionsFor(5);
    expect(await runLoop(options)).toBe(true);
    expect(options.seen.map((p) => p.step)).toEqual([1, 2, 3, 4, 5]);
    expect(options.seen.at(-1)).toMatchObject({ totalSteps: 5, lrPixels: 5 * 2 * 64, secondsLeft: 0 });
    expect(options.seen.at(-1)!.validationPsnr).toBeGreaterThan(5);
    expect((await folder.load()).step).toBe(5);
    const log = (await readFile(join(folder.path, 'log.jsonl'), 'utf8')).trim().split('\n');
    expect(log.length).toBe(5);
    expect(JSON.parse(log[4]!)).toMatchObject({ step: 5, isDecaying: true });
  });

  it('stops at once when told to and leaves a checkpoint to go on from', async () => {
    const stop = new AbortController();
    const options = optionsFor(100, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(await runLoop(options)).toBe(false);
    expect((await folder.load()).step).toBe(1);
    expect(await runLoop(optionsFor(0, { state: { ...(await folder.load()), plan: { start: 2, steps: 1 } } }))).toBe(
      true,
    );
    expect((await folder.load()).step).toBe(3);
  });

  it('begins the decay when another process asks for it', async () => {
    const options = optionsFor(1000, {
      onProgress: ({ step }) => (step === 8 ? void folder.requestDecay() : undefined),
    });
    await runLoop(options);
    expect(options.state.plan.start).toBeLessThan(12);
    expect(options.state.step).toBe(options.state.plan.start + options.state.plan.steps);
  });

  it('begins the decay early enough to end at the wanted time', async () => {
    const options = optionsFor(1_000_000, { finishAtMs: 200_000 });
    await runLoop(options);
    const last = options.seen.at(-1)!;
    const first = options.seen[0]!;
    expect(last.isDecaying).toBe(true);
    expect(options.state.plan.steps).toBe(Math.round(options.state.plan.start / 4));
    expect(first.secondsLeft).toBeLessThan(200);
    // The clock ran about four seconds a step; the end must lie near second 200.
    expect(Math.abs(options.now!() - 200_000)).toBeLessThan(30_000);
  });
});

describe('a run folder', () => {
  it('is claimed by one living process only', async () => {
    await writeFile(join(folder.path, 'pid'), String(process.ppid));
    await expect(folder.claim()).rejects.toThrow(`expected an idle run but process ${process.ppid} trains`);
    await writeFile(join(folder.path, 'pid'), '4194305');
    await folder.claim();
    expect(await readFile(join(folder.path, 'pid'), 'utf8')).toBe(String(process.pid));
    await folder.release();
    expect(await folder.owner()).toBe(null);
  });

  it('says when there is nothing to resume, and refuses names that leave its place', async () => {
    await expect(folder.load()).rejects.toThrow('there is no checkpoint');
    expect(() => new RunFolder(root, '../other')).toThrow('expected a run name');
  });
});
