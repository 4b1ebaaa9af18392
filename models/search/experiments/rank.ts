import { join } from 'node:path';
import { AppError } from '../../../main/core/errors.ts';
import { evaluateEncoding } from '../evaluate.ts';
import type { EvaluationTools } from '../evaluate.ts';
import { bootstrap, kendallTau } from '../optimise/rank.ts';
import { predictLatency, structuralMask } from '../latency.ts';
import { samples720p } from '../prune/budget.ts';
import type { LatencyModel } from '../prune/budget.ts';
import { appendRow, readRows, writeJson } from '../records.ts';
import { sampleEncoding } from '../space/draw.ts';
import { netOf } from '../space/encoding.ts';
import type { Cell, Encoding } from '../space/encoding.ts';
import type { Scheme } from '../space/scheme.ts';
import type { SearchSettings } from '../settings.ts';
import { formatEncoding } from '../space/text.ts';
import { openEvaluation } from '../stages/architecture.ts';
import { Pace } from '../stages/stage.ts';
import type { StageContext } from '../stages/stage.ts';
import { countWeights } from '../train/net/config.ts';
import { uniform } from '../train/random.ts';
import { trainRun } from './train-run.ts';
import { RunFolder } from '../train/run/run-folder.ts';
import { createState } from '../train/run/state.ts';
import { validate } from '../train/run/validate.ts';

/** Encodings are within this share of one budget. */
const WITHIN = 0.15;
/** How a drawn architecture is pruned to see whether it is fast enough. */
const PRUNED: Scheme = 'block8x4';
const MOST_TRIES = 20_000;
/** The first few are trained once more from other weights: the noise floor. */
const TWICE = 6;

interface RankRow {
  readonly encoding: string;
  readonly gmac: number;
  /** dB: by the supernet's own weights, after a short training of them, and trained alone. */
  readonly inherited: number;
  readonly tuned: number;
  readonly alone: number;
  /** Trained alone from other weights; null for most. */
  readonly again: number | null;
}

interface Tau {
  readonly tau: number;
  /** 95 %, bootstrap over the encodings. */
  readonly interval: readonly [number, number];
}

export interface RankReport {
  readonly encodings: number;
  readonly aloneSteps: number;
  readonly inherited: Tau;
  readonly tuned: Tau;
  readonly macs: Tau;
  /** dB between two trainings of one encoding, root of the mean square; null when none was trained twice. */
  readonly noise: number | null;
}

export interface RankOptions {
  readonly encodings: number;
  readonly aloneSteps: number;
}

/**
 * Does the supernet rank? Encodings of nearly equal cost, unpruned, are each trained alone, and their order compared with
 * the supernet's.
 * @returns null when the signal stopped it; what is done is kept
 */
export async function rankSupernet(context: StageContext, options: RankOptions): Promise<RankReport | null> {
  const { folder, settings, signal, onProgress } = context;
  const tools = await openEvaluation(context);
  const path = join(folder, 'rank', 'rows.jsonl');
  const rows = await readRows<RankRow>(path);
  const encodings = drawAlike(settings, tools.latency, options.encodings);
  const pace = new Pace(rows.length);
  for (const [i, encoding] of encodings.entries()) {
    if (i < rows.length) continue;
    const alone = await trainAlone(context, tools, encoding, `${i}-a`, options.aloneSteps);
    const again = i < TWICE ? await trainAlone(context, tools, encoding, `${i}-b`, options.aloneSteps) : null;
    if (signal.aborted || alone === null) return null;
    const { psnr: inherited } = await evaluateEncoding(encoding, tools, 0);
    const { psnr: tuned } = await evaluateEncoding(encoding, tools);
    const row: RankRow = { encoding: formatEncoding(encoding), gmac: gmacOf(encoding), inherited, tuned, alone, again };
    await appendRow(path, row);
    rows.push(row);
    const [done, total] = [rows.length, encodings.length];
    const detail = `supernet ${inherited.toFixed(3)} dB, alone ${alone.toFixed(3)} dB`;
    onProgress({ stage: 'rank', done, total, secondsLeft: pace.secondsLeft(done, total), detail });
  }
  const report = rankRows(rows, options.aloneSteps);
  await writeJson(join(folder, 'rank', 'done.json'), report);
  return report;
}

function gmacOf(encoding: Encoding): number {
  return (countWeights(netOf(encoding)) * samples720p(encoding.scale)) / 1e9;
}

/**
 * Unpruned encodings of nearly one cost: the middle one's of those that would meet the target once they are pruned, since
 * among such the search chooses.
 */
function drawAlike(settings: SearchSettings, latency: LatencyModel, count: number): Encoding[] {
  const { space, seed, architecture, targetMs } = settings;
  let at = 0;
  const draw = (): number => uniform(seed + 977, at++);
  const dense = { ...space, schemes: ['none' as const] };
  const isWithin = (encoding: Encoding): boolean => {
    const pruned = { ...encoding, cells: encoding.cells.map(prunedCell), tail: PRUNED };
    return predictLatency(pruned, structuralMask(pruned, architecture.referenceKept), latency) <= targetMs;
  };
  const costs: number[] = [];
  for (let tries = 0; tries < MOST_TRIES && costs.length < 101; tries++) {
    const encoding = sampleEncoding(dense, draw);
    if (isWithin(encoding)) costs.push(gmacOf(encoding));
  }
  if (costs.length === 0) throw nothingWithin(targetMs);
  const middle = costs.sort((a, b) => a - b)[costs.length >> 1]!;
  const found = new Map<string, Encoding>();
  for (let tries = 0; tries < MOST_TRIES && found.size < count; tries++) {
    const encoding = sampleEncoding(dense, draw);
    if (Math.abs(gmacOf(encoding) / middle - 1) <= WITHIN) found.set(formatEncoding(encoding), encoding);
  }
  return [...found.values()];
}

const prunedCell = (cell: Cell): Cell => ({ ...cell, schemes: cell.schemes.map(() => PRUNED) });

function nothingWithin(targetMs: number): AppError {
  const message = `expected architectures within ${targetMs} ms on this device but the ${MOST_TRIES} that were drawn are slower`;
  return new AppError('wrong-usage', message);
}

/** @returns dB of the encoding's own network trained from fresh weights; null when it was stopped */
async function trainAlone(
  context: StageContext,
  { images }: EvaluationTools,
  encoding: Encoding,
  run: string,
  steps: number,
): Promise<number | null> {
  const { settings, folder } = context;
  const { batch, schedule, averageDecay } = settings.training;
  const seed = settings.seed + (run.endsWith('b') ? 1000 : 0);
  const config = { net: netOf(encoding), seed, batch, loss: 'l1' as const, schedule, averageDecay };
  const state = await trainRun(context, new RunFolder(join(folder, 'rank'), run), () => createState(config, steps));
  return state && (await validate(config.net, state.vectors.average, state.vectors.mask, images));
}

export function rankRows(rows: readonly RankRow[], aloneSteps: number): RankReport {
  let at = 0;
  const draw = (): number => uniform(4242, at++);
  const tauOf = (value: (row: RankRow) => number): Tau => {
    const over = (indices: readonly number[]): number =>
      kendallTau(
        indices.map((i) => value(rows[i]!)),
        indices.map((i) => rows[i]!.alone),
      );
    return { tau: over(rows.map((_, i) => i)), interval: bootstrap(rows.length, over, draw) };
  };
  const twice = rows.filter((row): row is RankRow & { again: number } => row.again !== null);
  const square = twice.reduce((sum, { alone, again }) => sum + (alone - again) ** 2, 0);
  return {
    encodings: rows.length,
    aloneSteps,
    inherited: tauOf((row) => row.inherited),
    tuned: tauOf((row) => row.tuned),
    macs: tauOf((row) => row.gmac),
    noise: twice.length === 0 ? null : Math.sqrt(square / twice.length),
  };
}
