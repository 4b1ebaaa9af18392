import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../main/core/errors.ts';
import { appendRow, writeWhole } from '../records.ts';
import { createSupernet, decodeSupernet, encodeSupernet } from '../supernet/state.ts';
import type { SupernetState } from '../supernet/state.ts';
import { SupernetTrainer } from '../supernet/trainer.ts';
import { chooseBackend } from '../train/run/session.ts';
import type { SearchSettings } from '../settings.ts';
import { Pace } from './stage.ts';
import type { Stage } from './stage.ts';

const SAVE_EVERY_MS = 60_000;
const REPORT_EVERY_MS = 5_000;

const checkpointOf = (folder: string): string => join(folder, 'supernet', 'checkpoint.bin');

/** @throws AppError `input-missing` before the stage has saved anything */
export async function loadSupernet(folder: string): Promise<SupernetState> {
  const path = checkpointOf(folder);
  if (!existsSync(path)) {
    throw new AppError(
      'input-missing',
      `expected a trained supernet in ${folder} but there is none; run that stage first`,
    );
  }
  return decodeSupernet(await readFile(path));
}

async function openState(folder: string, { space, seed, supernet }: SearchSettings): Promise<SupernetState> {
  return existsSync(checkpointOf(folder)) ? loadSupernet(folder) : createSupernet({ space, seed, ...supernet });
}

/** Trains the supernet. */
export const runSupernet: Stage = async ({ settings, folder, training, openPass, signal, onProgress }) => {
  const state = await openState(folder, settings);
  const { steps } = settings.supernet;
  const pace = new Pace(state.step);
  const trainer = new SupernetTrainer(state, training, await chooseBackend(openPass));
  let [savedAt, reportedAt] = [Date.now(), Date.now()];
  let [loss, count] = [0, 0];
  const save = (): Promise<void> => writeWhole(checkpointOf(folder), encodeSupernet(state));
  const report = async (): Promise<void> => {
    const mean = loss / Math.max(1, count);
    const secondsLeft = pace.secondsLeft(state.step, steps);
    onProgress({ stage: 'supernet', done: state.step, total: steps, secondsLeft, detail: `loss ${mean.toFixed(5)}` });
    await appendRow(join(folder, 'supernet', 'log.jsonl'), { step: state.step, loss: mean });
    [loss, count, reportedAt] = [0, 0, Date.now()];
  };
  try {
    while (state.step < steps && !signal.aborted) {
      loss += await trainer.step();
      count += 1;
      if (Date.now() - reportedAt > REPORT_EVERY_MS) await report();
      if (Date.now() - savedAt > SAVE_EVERY_MS) {
        await save();
        savedAt = Date.now();
      }
    }
    if (count > 0) await report();
    await save();
  } finally {
    await trainer.close();
  }
  return state.step < steps ? null : { steps: state.step, lrPixels: state.lrPixels };
};
