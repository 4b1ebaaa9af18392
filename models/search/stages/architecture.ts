import { join } from 'node:path';
import { AppError } from '../../../main/core/errors.ts';
import { evaluateEncoding, evaluationImages } from '../evaluate.ts';
import type { Evaluation, EvaluationTools } from '../evaluate.ts';
import { predictLatency, structuralMask } from '../latency.ts';
import type { CheckedLatency } from '../latency.ts';
import { propose, spacePool } from '../optimise/strategies.ts';
import type { Evaluated, Pool } from '../optimise/strategies.ts';
import { costOfMasks } from '../prune/budget.ts';
import type { LatencyModel } from '../prune/budget.ts';
import { appendRow, readRows } from '../records.ts';
import type { SearchSettings } from '../settings.ts';
import { netOf } from '../space/encoding.ts';
import type { Encoding } from '../space/encoding.ts';
import { formatEncoding, parseEncoding } from '../space/text.ts';
import { mergeSupernet } from '../supernet/inherit.ts';
import { uniform } from '../train/random.ts';
import { chooseBackend } from '../train/run/session.ts';
import { Pace, readStage } from './stage.ts';
import type { Stage, StageContext } from './stage.ts';
import { loadSupernet } from './supernet.ts';

/** One row of `evaluations.jsonl`. */
export interface EvaluationRow extends Evaluation {
  readonly encoding: string;
  readonly seconds: number;
}

/** What the stage leaves. */
export interface ChosenArchitecture {
  readonly encoding: string;
  readonly evaluation: EvaluationRow;
  /** Best quality at each latency, fastest first. */
  readonly front: readonly EvaluationRow[];
}

export const evaluationsFile = (folder: string): string => join(folder, 'architecture', 'evaluations.jsonl');

/** @returns what evaluations need, read from the stages before. @throws AppError `input-missing` where one is not done */
export async function openEvaluation(context: StageContext): Promise<EvaluationTools> {
  const { settings, folder, training, validation } = context;
  const checked = await readStage<CheckedLatency>(folder, 'latency');
  if (checked === null) {
    throw new AppError(
      'input-missing',
      `expected a latency model in ${folder} but there is none; run that stage first`,
    );
  }
  const { vectors } = await loadSupernet(folder);
  return {
    settings,
    supernet: await mergeSupernet(settings.space, vectors.average),
    latency: checked.model,
    training,
    images: evaluationImages(settings, validation),
    backend: await chooseBackend(context.openPass),
  };
}

/** Bayesian optimisation of quality under the latency target; every evaluation is kept, and none is done twice. */
export const runArchitecture: Stage = async (context) => {
  const { settings, folder, signal, onProgress } = context;
  const tools = await openEvaluation(context);
  const rows = await readRows<EvaluationRow>(evaluationsFile(folder));
  const total = settings.architecture.evaluations;
  const pace = new Pace(rows.length);
  while (rows.length < total) {
    if (signal.aborted) return null;
    const encoding = nextEncoding(settings, tools.latency, rows);
    const row = await evaluateRow(encoding, tools);
    await appendRow(evaluationsFile(folder), row);
    rows.push(row);
    const done = rows.length;
    const best = chooseBest(rows, settings.targetMs);
    const detail = `${row.psnr.toFixed(3)} dB at ${row.ms.toFixed(2)} ms, best ${best.psnr.toFixed(3)} dB`;
    onProgress({ stage: 'architecture', done, total, secondsLeft: pace.secondsLeft(done, total), detail });
  }
  const evaluation = chooseBest(rows, settings.targetMs);
  return { encoding: evaluation.encoding, evaluation, front: paretoFront(rows) } satisfies ChosenArchitecture;
};

export async function evaluateRow(encoding: Encoding, tools: EvaluationTools): Promise<EvaluationRow> {
  const since = performance.now();
  const evaluation = await evaluateEncoding(encoding, tools);
  return { encoding: formatEncoding(encoding), ...evaluation, seconds: (performance.now() - since) / 1000 };
}

/** A pure function of the settings and the rows so far: a resumed search goes the same way. */
function nextEncoding(settings: SearchSettings, latency: LatencyModel, rows: readonly EvaluationRow[]): Encoding {
  let at = 0;
  const draw = (): number => uniform(settings.seed + 7 * rows.length + 1, at++);
  const history = rows.map(({ encoding, gmac, psnr }): Evaluated => ({
    encoding: parseEncoding(encoding),
    cost: gmac,
    psnr,
  }));
  return propose('bayesian', history, latencyPool(settings, latency, rows), draw);
}

/** All encodings whose network, pruned at the reference share, meets the target and is not done yet. */
export function latencyPool(settings: SearchSettings, latency: LatencyModel, rows: readonly EvaluationRow[]): Pool {
  const known = new Set(rows.map(({ encoding }) => encoding));
  const masks = new Map<string, { ms: number; gmac: number }>();
  const cost = (encoding: Encoding) => {
    const name = formatEncoding(encoding);
    let found = masks.get(name);
    if (found === undefined) {
      const mask = structuralMask(encoding, settings.architecture.referenceKept);
      const gmac = costOfMasks(netOf(encoding), mask, { unit: 'gmac', most: 0, dataType: 'f32' });
      masks.set(name, (found = { ms: predictLatency(encoding, mask, latency), gmac }));
    }
    return found;
  };
  const limits = {
    costOf: (e: Encoding): number => cost(e).gmac,
    isWithin: (e: Encoding): boolean => cost(e).ms <= settings.targetMs,
  };
  return spacePool(settings.space, limits, (e) => known.has(formatEncoding(e)));
}

/** @returns the best within the target; the fastest where none is */
function chooseBest(rows: readonly EvaluationRow[], targetMs: number): EvaluationRow {
  const within = rows.filter(({ ms }) => ms <= targetMs);
  if (within.length === 0) return rows.reduce((a, b) => (b.ms < a.ms ? b : a));
  return within.reduce((a, b) => (b.psnr > a.psnr ? b : a));
}

/** @returns the rows that no other beats in both, fastest first */
export function paretoFront<R extends { readonly ms: number; readonly psnr: number }>(rows: readonly R[]): R[] {
  let best = -Infinity;
  return rows
    .toSorted((a, b) => a.ms - b.ms || b.psnr - a.psnr)
    .filter(({ psnr }) => {
      if (psnr <= best) return false;
      best = psnr;
      return true;
    });
}
