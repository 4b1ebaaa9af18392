import { join } from 'node:path';
import { calibrateOne, fitLatency } from '../latency.ts';
import type { Calibration } from '../latency.ts';
import { appendRow, readRows } from '../records.ts';
import { sampleEncoding } from '../space/draw.ts';
import { formatEncoding } from '../space/text.ts';
import { uniform } from '../train/random.ts';
import { Pace } from './stage.ts';
import type { Stage } from './stage.ts';

/** Measures whole networks of the space, pruned at several shares, and checks the layers' costs against them. */
export const runLatency: Stage = async ({ settings, folder, device, signal, onProgress }) => {
  const path = join(folder, 'latency', 'measured.jsonl');
  const rows = await readRows<Calibration>(path);
  const pace = new Pace(rows.length);
  let at = 0;
  const draw = (): number => uniform(settings.seed + 101, at++);
  const encodings = Array.from({ length: settings.calibrations }, () => sampleEncoding(settings.space, draw));
  for (const [i, encoding] of encodings.entries()) {
    if (i < rows.length) continue;
    if (signal.aborted) return null;
    const kept = [1, 0.5, 0.25][i % 3]!;
    const row = await calibrateOne(device, encoding, formatEncoding(encoding), kept);
    await appendRow(path, row);
    rows.push(row);
    const [done, total] = [rows.length, encodings.length];
    const detail = `${row.measuredMs.toFixed(2)} ms measured`;
    onProgress({ stage: 'latency', done, total, secondsLeft: pace.secondsLeft(done, total), detail });
  }
  return fitLatency(device, rows);
};
