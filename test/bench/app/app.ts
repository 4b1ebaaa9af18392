/**
 * The app in a real Chromium: first paint, preview of a dropped clip, a page at rest, a queue of 500 clips scrolled, and an
 * hour of stats. Run alone: npm run bench -- app
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath, openBrowser } from '../../helpers/browser/open-browser.ts';
import type { OpenBrowser } from '../../helpers/browser/open-browser.ts';
import { withTrainingsPaused } from '../pause-trainings.ts';
import { measureDrops } from './drop-to-preview.ts';
import { measureFirstPaint } from './first-paint.ts';
import { measureHourOfStats } from './hour-of-stats.ts';
import { measureLongQueue } from './long-queue.ts';

/** One figure, and what is asked of it. */
export interface AppRow {
  readonly figure: string;
  readonly unit: string;
  readonly value: number;
  /** The value must be less; `null` where nothing is asked. */
  readonly wanted: number | null;
  /** What it was taken from, and what else was seen. */
  readonly basis: string;
}

export async function benchApp(): Promise<AppRow[]> {
  if (chromiumPath === null) {
    console.error('skipped: no Chromium on the PATH (TANDEM_CHROMIUM names one)');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-app-'));
  let browser: OpenBrowser | null = null;
  try {
    browser = await openBrowser();
    const bench = { folder, browser };
    return await withTrainingsPaused(async () => [
      ...(await measureFirstPaint(bench)),
      ...(await measureDrops(bench)),
      ...(await measureLongQueue(bench)),
      ...(await measureHourOfStats(bench)),
    ]);
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface AppBench {
  readonly folder: string;
  readonly browser: OpenBrowser;
}

export function formatAppRows(rows: readonly AppRow[]): string {
  const lines = rows.map(({ figure, unit, value, wanted, basis }) => {
    const verdict = wanted === null ? '' : `${value < wanted ? 'below' : 'NOT below'} ${String(wanted)}`;
    return [figure, `${value.toPrecision(3)} ${unit}`, verdict, basis] as const;
  });
  const widths = [0, 1, 2].map((column) => Math.max(0, ...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n');
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
