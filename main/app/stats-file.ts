import { STAGE_NAMES } from '../core/stats.ts';
import type { Arithmetic } from '../core/runtime.ts';
import type { FrameRow } from '../core/stats.ts';
import { writeDurably } from './durable-file.ts';
import { explainingWrites } from './fs-errors.ts';

/**
 * Writes one row per frame, stages in milliseconds: a JSON array of objects, or CSV for any other ending.
 * @param arithmetic of the job
 */
export async function writeStats(path: string, rows: Iterable<FrameRow>, arithmetic: Arithmetic): Promise<void> {
  const named = Array.from(rows, (row) => nameColumns(row, arithmetic));
  const text = path.toLowerCase().endsWith('.json') ? toJson(named) : toCsv(named);
  await explainingWrites(path, () => writeDurably(path, text));
}

type Row = Readonly<Record<string, string | number>>;

/** Times to the microsecond: more digits are noise. */
function nameColumns(row: FrameRow, arithmetic: Arithmetic): Row {
  const times = STAGE_NAMES.map((stage) => [`${stage}Ms`, Math.round(row[stage] * 1000) / 1000]);
  const { index, ptsSeconds, lane } = row;
  return { index, ptsSeconds, lane, arithmetic, ...(Object.fromEntries(times) as Row) };
}

function toJson(rows: readonly Row[]): string {
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}

function toCsv(rows: readonly Row[]): string {
  const header = Object.keys(rows[0] ?? {}).join(',');
  return [header, ...rows.map((row) => Object.values(row).join(',')), ''].join('\n');
}
