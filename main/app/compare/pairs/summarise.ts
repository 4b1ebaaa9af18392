import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CallInput, CallOutput, EngineApi } from '../../../contract/api.ts';
import { comparePairs } from './compare-pairs.ts';
import { formatPairsCsv } from './report-csv.ts';
import { makePairsPage } from './report-page.ts';
import type { PairRow } from './scores.ts';

const WORST_FRAMES = 3;
/** Points of a page's curve. */
const MOST_POINTS = 300;

/** Compares, writes the page and the table, and gives what fits a message. */
export async function summariseComparison(
  request: CallInput<EngineApi, 'comparePairs'>,
): Promise<CallOutput<EngineApi, 'comparePairs'>> {
  const { referencePath, candidatePaths, align, msSsim } = request;
  const options = { align, msSsim, crop: 0, lumaOnly: false, vmaf: false, worst: WORST_FRAMES };
  const rows = await comparePairs(referencePath, candidatePaths, options);
  await writeFile(request.pagePath, await makePairsPage(rows));
  await writeFile(request.csvPath, formatPairsCsv(rows));
  return rows.map((row) => ({
    candidate: basename(row.candidate),
    ...{ width: row.width, height: row.height, frames: row.frames, psnrY: row.psnrY, psnrRgb: row.psnrRgb },
    ...{ ssimY: row.ssimY, msSsimY: row.msSsimY, aligned: [...row.aligned], worst: [...row.worst] },
    isEqual: row.planes[0]!.psnrOfMeanError === null,
    curve: curveOf(row),
  }));
}

/** A long clip shows the least of each stretch. */
function curveOf({ scores }: PairRow): (number | null)[] {
  const step = Math.max(1, Math.ceil(scores.length / MOST_POINTS));
  return Array.from({ length: Math.ceil(scores.length / step) }, (_, i) => {
    const known = scores.slice(i * step, (i + 1) * step).flatMap(({ psnrY }) => (psnrY === null ? [] : [psnrY]));
    return known.length === 0 ? null : Math.min(...known);
  });
}
