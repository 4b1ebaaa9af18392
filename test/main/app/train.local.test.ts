import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportRun, train } from '../../../main/app/train.ts';
import type { TrainRequest } from '../../../main/app/train.ts';
import { decodeState } from '../../../models/search/train/run/state-codec.ts';
import { writeTrainingImages } from '../../helpers/training-images.ts';
import { isAppError } from '../../../main/core/errors.ts';

const ZOO_STATE = join(import.meta.dirname, '../../../models/zoo/tandem-x2-fast/train-state.bin');

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tandem-train-'));
});
afterEach(() => rm(root, { recursive: true }));

function requestOf(change: Partial<TrainRequest> = {}): TrainRequest {
  return {
    model: 'tandem-x2-fast',
    run: 'first',
    trainFolder: join(root, 'runs'),
    dataFolder: join(root, 'no-data'),
    cacheFolder: join(root, 'cache'),
    steps: 10,
    decaySteps: null,
    rate: null,
    optimiser: null,
    seed: null,
    body: null,
    tune: false,
    resume: false,
    decayNow: false,
    finishAtMs: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onNote: () => undefined,
    ...change,
  };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isAppError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no refusal';
}

describe('train', () => {
  it('names the models there are when asked for another', async () => {
    expect(await refusal(train(requestOf({ model: 'tandem-x9' })))).toMatch(
      /^wrong-usage: expected one of the models tandem-x2-fast.* but got 'tandem-x9'$/,
    );
  });

  it('refuses a decay that is longer than all, or would be left aside', async () => {
    expect(await refusal(train(requestOf({ decaySteps: 11 })))).toBe(
      'wrong-usage: expected a decay of at most 10 steps, all there are, but got 11',
    );
    expect(await refusal(train(requestOf({ decaySteps: 5, resume: true })))).toBe(
      'wrong-usage: expected --decay-now beside --resume and --decay but got none',
    );
  });

  it('says in one sentence that there is no data, and gives the run free again', async () => {
    expect(await refusal(train(requestOf()))).toMatch(/^data-missing: /);
    expect(existsSync(join(root, 'runs/first/pid'))).toBe(false);
  });

  it('never starts over a training that is there', async () => {
    await mkdir(join(root, 'runs/first'), { recursive: true });
    await writeFile(join(root, 'runs/first/checkpoint.bin'), 'anything');
    expect(await refusal(train(requestOf()))).toMatch(/^output-exists: .*use --resume$/);
    expect(await refusal(train(requestOf({ resume: true })))).toMatch(
      /^input-unreadable: expected a whole training state/,
    );
  });

  it('counts what a body of the same scale has seen', { timeout: 60_000 }, async () => {
    const dataFolder = join(root, 'images');
    await writeTrainingImages(dataFolder, 4);
    const first = await train(requestOf({ dataFolder, steps: 2 }));
    const body = join(root, 'runs/first/checkpoint.bin');
    const second = await train(requestOf({ dataFolder, steps: 2, run: 'second', body }));
    expect(first.lrPixels).toBeGreaterThan(0);
    expect(second.lrPixels).toBe(2 * first.lrPixels);
  });

  it('tunes a model of the zoo by what it is judged by, its masks as they are', { timeout: 60_000 }, async () => {
    const dataFolder = join(root, 'images');
    await writeTrainingImages(dataFolder, 4);
    const zoo = decodeState(await readFile(ZOO_STATE));
    const report = await train(requestOf({ dataFolder, tune: true, steps: 3 }));
    expect(report).toMatchObject({ step: zoo.step + 3, finished: true });
    const { config, vectors, lrPixels } = decodeState(await readFile(join(root, 'runs/first/checkpoint.bin')));
    expect(config).toEqual({
      ...zoo.config,
      ...{ loss: 'psnr', optimiser: 'muon', schedule: { ...zoo.config.schedule, rate: 5e-4 } },
    });
    expect(vectors.mask).toEqual(zoo.vectors.mask);
    expect(vectors.average).not.toEqual(zoo.vectors.average);
    expect(lrPixels).toBe(zoo.lrPixels + 3 * config.batch * config.schedule.decayPatch ** 2);
  });

  it('refuses what tuning would leave aside', async () => {
    expect(await refusal(train(requestOf({ tune: true, seed: 3 })))).toBe(
      'wrong-usage: expected --tune without --seed but got both',
    );
    expect(await refusal(train(requestOf({ tune: true, resume: true })))).toBe(
      'wrong-usage: expected --tune without --resume but got both',
    );
    expect(await refusal(train(requestOf({ tune: true, decayNow: true })))).toBe(
      'wrong-usage: expected --tune without --decay-now but got both',
    );
    expect(await refusal(train(requestOf({ tune: true, model: 'tandem-x9' })))).toMatch(
      /^wrong-usage: expected a model of the zoo .* but got 'tandem-x9'$/,
    );
  });

  it('refuses a body that is not there, or of other layers, and leaves nothing', async () => {
    expect(await refusal(train(requestOf({ body: join(root, 'none.bin') })))).toMatch(/^input-missing: /);
    expect(await refusal(train(requestOf({ model: 'tandem-x3-fine', body: ZOO_STATE })))).toMatch(
      /^wrong-usage: expected a body of layers 1-24 3x3, .* but got 1-16 3x3/,
    );
    expect(existsSync(join(root, 'runs/first/checkpoint.bin'))).toBe(false);
  });

  it('says that there is nothing to go on with, or to export', async () => {
    expect(await refusal(train(requestOf({ resume: true })))).toMatch(/^input-missing: .*there is no checkpoint$/);
    const { run, trainFolder, dataFolder, cacheFolder } = requestOf();
    const to = join(root, 'model');
    expect(await refusal(exportRun({ run, trainFolder, dataFolder, cacheFolder, to }))).toMatch(/^input-missing: /);
    expect(existsSync(to)).toBe(false);
  });
});
