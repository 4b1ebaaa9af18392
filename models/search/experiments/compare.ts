import { join } from 'node:path';
import { evaluateRow, latencyPool, openEvaluation } from '../stages/architecture.ts';
import type { EvaluationRow } from '../stages/architecture.ts';
import { Pace } from '../stages/stage.ts';
import type { StageContext } from '../stages/stage.ts';
import { replay } from '../optimise/replay.ts';
import type { ReplayRow } from '../optimise/replay.ts';
import { appendRow, readRows, writeJson } from '../records.ts';
import { parseEncoding } from '../space/text.ts';
import { uniform } from '../train/random.ts';

const SEEDS = 20;
const AT = [40, 80, 160] as const;

export interface StrategyComparison {
  readonly rows: number;
  /** dB, of the table. */
  readonly best: number;
  readonly replays: readonly ReplayRow[];
}

export const tableFile = (folder: string): string => join(folder, 'compare', 'table.jsonl');

/**
 * Evaluates encodings drawn by chance under the target into a table, once, and replays the three ways of searching on it.
 * @returns null when the signal stopped it; the rows so far are kept
 */
export async function compareStrategies(context: StageContext, rowCount: number): Promise<StrategyComparison | null> {
  const { settings, folder, signal, onProgress } = context;
  const tools = await openEvaluation(context);
  const rows = await readRows<EvaluationRow>(tableFile(folder));
  const pace = new Pace(rows.length);
  while (rows.length < rowCount) {
    if (signal.aborted) return null;
    let at = 0;
    const draw = (): number => uniform(settings.seed + 31 * rows.length + 5, at++);
    const row = await evaluateRow(latencyPool(settings, tools.latency, rows).random(draw), tools);
    await appendRow(tableFile(folder), row);
    rows.push(row);
    const done = rows.length;
    const detail = `${row.psnr.toFixed(3)} dB at ${row.ms.toFixed(2)} ms`;
    onProgress({ stage: 'compare', done, total: rowCount, secondsLeft: pace.secondsLeft(done, rowCount), detail });
  }
  const comparison = replayTable(settings.space, rows);
  await writeJson(join(folder, 'compare', 'done.json'), comparison);
  return comparison;
}

function replayTable(space: StageContext['settings']['space'], rows: readonly EvaluationRow[]): StrategyComparison {
  const table = rows.map(({ encoding, gmac, psnr }) => ({ encoding: parseEncoding(encoding), cost: gmac, psnr }));
  const at = AT.filter((n) => n < rows.length);
  return {
    rows: rows.length,
    best: Math.max(...rows.map(({ psnr }) => psnr)),
    replays: replay(space, table, SEEDS, at),
  };
}
