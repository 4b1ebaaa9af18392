import { join } from 'node:path';
import { AppError } from '../../../main/core/errors.ts';
import type { CheckedLatency } from '../latency.ts';
import { fixedFrom } from '../prune/pruning.ts';
import type { PruningConfig } from '../prune/pruning.ts';
import { appendRow, readRows, writeJson } from '../records.ts';
import type { Scheme } from '../space/scheme.ts';
import { coreSeconds, readSpent, spending } from '../spent.ts';
import { Pace, isStageDone, readStage } from '../stages/stage.ts';
import type { StageContext } from '../stages/stage.ts';
import { loadStage } from '../stages/training.ts';
import { METHOD } from '../settings.ts';
import { layersOf } from '../train/net/config.ts';
import type { NetConfig } from '../train/net/config.ts';
import { plainNet } from '../train/presets.ts';
import { RunFolder } from '../train/run/run-folder.ts';
import { planDecay } from '../train/run/schedule.ts';
import type { ScheduleConfig } from '../train/run/schedule.ts';
import { chooseBackend } from '../train/run/session.ts';
import { createState } from '../train/run/state.ts';
import type { TrainingState } from '../train/run/state.ts';
import { Trainer } from '../train/run/trainer.ts';
import { judge, onnxOf } from './judge.ts';
import { trainRun } from './train-run.ts';

const WIDTHS = [4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64];
/** Of either kind; they share the search's core-seconds evenly. */
const NETS = 3;
/** Targets of the pruned ones, over the searched network's time, and how much slower each is while it is dense. */
const PRUNED_TO = [0.75, 1, 1.33] as const;
const SLOWER = 1.6;
const SCHEME: Scheme = 'block8x4';
/** Of a pruned network's steps; the rest has its masks fixed. */
const SHARES = { dense: 0.4, regularise: 0.08, move: 0.12 } as const;
/** Steps that are timed, after as many that are not. */
const TIMED_STEPS = 8;
const FEWEST_STEPS = 20;
type Kind = 'dense' | 'pruned';

/** One plain network, after its share of what the search took. */
export interface BaselineRow {
  readonly kind: Kind;
  readonly channels: number;
  readonly steps: number;
  readonly coreSeconds: number;
  /** dB on the validation split, f32. */
  readonly psnr: number;
  /** Of the exported network for a 1280x720 output, f32, with all threads, measured whole. */
  readonly ms: number;
}

type TrainedRow = Omit<BaselineRow, 'ms'>;

export interface BaselineReport {
  readonly device: string;
  /** What the search took: latency, supernet, architecture, ratios and fine-tuning. */
  readonly searchCoreSeconds: number;
  readonly searched: { readonly psnr: number; readonly ms: number };
  readonly rows: readonly BaselineRow[];
  /** dB of either kind at the searched network's time, on the line through the neighbours; null outside of what was trained. */
  readonly atEqualMs: Readonly<Record<Kind, number | null>>;
}

export const baselinesFile = (folder: string): string => join(folder, 'baselines', 'done.json');

/**
 * What the search is worth: plain networks of three widths, and wider ones pruned by the same method, for as many
 * core-seconds in all, either kind, as the search took.
 * @returns null when the signal stopped it; what is done is kept
 * @throws AppError `wrong-usage` before the search has fine-tuned its network, or where it had no time as its target
 */
export async function compareBaselines(context: StageContext): Promise<BaselineReport | null> {
  const { settings, folder, device, onProgress } = context;
  const latency = await readStage<CheckedLatency>(folder, 'latency');
  if (latency === null || settings.dense !== null || !isStageDone(folder, 'finetune')) {
    throw new AppError('wrong-usage', 'expected a search for a time that has done finetune but this one has not');
  }
  const spent = await readSpent(folder);
  const stages = ['latency', 'supernet', 'architecture', 'ratios', 'finetune'];
  const searchCoreSeconds = stages.reduce((sum, stage) => sum + (spent[stage] ?? 0), 0);
  const found = await loadStage(folder, 'finetune');
  const nets = await chooseNets(context, found);
  const path = join(folder, 'baselines', 'rows.jsonl');
  const trainedRows = await readRows<TrainedRow>(path);
  const pace = new Pace(trainedRows.length);
  for (const net of nets.slice(trainedRows.length)) {
    const row = await trainBaseline(context, net, searchCoreSeconds / NETS, latency);
    if (row === null) return null;
    await appendRow(path, row);
    trainedRows.push(row);
    const [done, total] = [trainedRows.length, nets.length];
    const detail = `${row.kind}, ${row.channels} channels: ${row.psnr.toFixed(3)} dB`;
    onProgress({ stage: 'baselines', done, total, secondsLeft: pace.secondsLeft(done, total), detail });
  }
  // All in one go: times of different hours do not compare.
  const searched = { psnr: await judge(context, found), ms: await measure(context, found) };
  const rows: BaselineRow[] = [];
  for (const [i, row] of trainedRows.entries()) {
    rows.push({ ...row, ms: await measure(context, await folderOf(folder, nets[i]!).load()) });
  }
  const at = (kind: Kind): number | null =>
    interpolate(
      rows.filter((row) => row.kind === kind),
      searched.ms,
    );
  const atEqualMs = { dense: at('dense'), pruned: at('pruned') };
  const report = { device: device.name, searchCoreSeconds, searched, rows, atEqualMs };
  await writeJson(baselinesFile(folder), report);
  return report;
}

interface PlainNet {
  readonly kind: Kind;
  readonly channels: number;
  /** Milliseconds that it is pruned to; its own where it is dense. */
  readonly targetMs: number;
}

/** Dense ones whose times lie on both sides of the searched network's, and wider ones to be pruned to either side of it. */
async function chooseNets(context: StageContext, found: TrainingState): Promise<PlainNet[]> {
  const path = join(context.folder, 'baselines', 'nets.jsonl');
  const known = await readRows<PlainNet>(path);
  if (known.length > 0) return known;
  const targetMs = await measure(context, found);
  const times: { channels: number; ms: number }[] = [];
  for (const channels of WIDTHS) {
    const ms = await measureNet(context, plainNet(context.settings.scale, channels));
    times.push({ channels, ms });
    if (ms > SLOWER * PRUNED_TO.at(-1)! * targetMs) break;
  }
  const above = Math.max(
    1,
    times.findIndex(({ ms }) => ms > targetMs),
  );
  const first = Math.max(0, Math.min(above - 2, times.length - NETS));
  const dense = times
    .slice(first, first + NETS)
    .map(({ channels, ms }): PlainNet => ({ kind: 'dense', channels, targetMs: ms }));
  const pruned = PRUNED_TO.map((factor): PlainNet => {
    const goal = factor * targetMs;
    const { channels } = times.find(({ ms }) => ms > SLOWER * goal) ?? times.at(-1)!;
    return { kind: 'pruned', channels, targetMs: goal };
  });
  const nets = [...dense, ...pruned];
  for (const net of nets) await appendRow(path, net);
  return nets;
}

const nameOf = ({ kind, channels, targetMs }: PlainNet): string => `${kind}-${channels}-${targetMs.toFixed(1)}ms`;

function folderOf(folder: string, net: PlainNet): RunFolder {
  return new RunFolder(join(folder, 'baselines'), nameOf(net));
}

async function trainBaseline(
  context: StageContext,
  plain: PlainNet,
  budget: number,
  { model }: CheckedLatency,
): Promise<TrainedRow | null> {
  const { kind, channels, targetMs } = plain;
  const { settings, folder } = context;
  const { batch, schedule, averageDecay, everySteps, strength } = settings.training;
  const net = plainNet(settings.scale, channels);
  const config = { ...METHOD, net, seed: settings.seed, batch, schedule, averageDecay };
  const run = folderOf(folder, plain);
  const perStep = run.hasCheckpoint() ? 0 : await timeStep(context, createState(config, 1));
  const start = (): TrainingState => {
    const steps = Math.max(FEWEST_STEPS, Math.floor(budget / (perStep * meanCost(schedule))));
    if (kind === 'dense') return createState(config, steps);
    const part = (share: number): number => Math.ceil((share * steps) / everySteps) * everySteps;
    const pruning: PruningConfig = {
      denseSteps: part(SHARES.dense),
      regulariseSteps: part(SHARES.regularise),
      moveSteps: part(SHARES.move),
      ...{ everySteps, strength },
      schemes: layersOf(net).map(({ index }): Scheme => (index === 0 ? 'none' : SCHEME)),
      budget: { unit: 'ms', most: targetMs, latency: model },
    };
    const state = createState({ ...config, pruning }, steps);
    // The decay begins once the masks stand.
    const decay = planDecay(Math.max(steps, fixedFrom(pruning) + FEWEST_STEPS));
    state.plan = { start: Math.max(decay.start, fixedFrom(pruning)), steps: decay.steps };
    return state;
  };
  const account = `baselines/${nameOf(plain)}`;
  const state = await spending(folder, account, () => trainRun(context, run, start));
  if (state === null) return null;
  const spent = (await readSpent(folder))[account] ?? 0;
  return { kind, channels, steps: state.step, coreSeconds: spent, psnr: await judge(context, state) };
}

/** Of a step over one with the small patches: the last fifth has large ones. */
function meanCost({ patch, decayPatch }: ScheduleConfig): number {
  return 0.8 + 0.2 * (decayPatch / patch) ** 2;
}

/** @returns core-seconds of one step with the small patches */
async function timeStep({ training, openPass }: StageContext, state: TrainingState): Promise<number> {
  const trainer = new Trainer({ ...state, plan: planDecay(1000) }, training, await chooseBackend(openPass));
  try {
    for (let i = 0; i < TIMED_STEPS; i++) await trainer.step();
    const since = coreSeconds();
    for (let i = 0; i < TIMED_STEPS; i++) await trainer.step();
    return (coreSeconds() - since) / TIMED_STEPS;
  } finally {
    await trainer.close();
  }
}

async function measure({ device }: StageContext, state: TrainingState): Promise<number> {
  return device.measure({ onnx: await onnxOf(state), scale: state.config.net.scale });
}

/** As it is before training: its time is the same. */
function measureNet(context: StageContext, net: NetConfig): Promise<number> {
  const state = createState({ net, seed: 1, batch: 1, loss: 'l1', schedule: ANY_SCHEDULE, averageDecay: 0 }, 1);
  return measure(context, state);
}

const ANY_SCHEDULE: ScheduleConfig = { rate: 0, warmupSteps: 0, patch: 8, decayPatch: 8 };

/** @returns dB at that time on the line between the neighbours; of two at one time the better; null outside */
export function interpolate(rows: readonly Pick<BaselineRow, 'ms' | 'psnr'>[], ms: number): number | null {
  const sorted = rows.toSorted((a, b) => a.ms - b.ms);
  const right = sorted.findIndex((row) => row.ms >= ms);
  const [a, b] = [sorted[right - 1], sorted[right]];
  if (b === undefined) return null;
  if (a === undefined) return b.ms === ms ? b.psnr : null;
  return a.psnr + ((ms - a.ms) / (b.ms - a.ms)) * (b.psnr - a.psnr);
}
