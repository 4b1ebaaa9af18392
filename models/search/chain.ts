import { AppError } from '../../main/core/errors.ts';
import { compareStrategies } from './experiments/compare.ts';
import { compareBaselines } from './experiments/baselines.ts';
import { compareDistillation } from './experiments/distillation.ts';
import { comparePrunings } from './experiments/prunings.ts';
import { rankSupernet } from './experiments/rank.ts';
import { writeResults } from './page/page.ts';
import { runArchitecture } from './stages/architecture.ts';
import { runExport } from './stages/export.ts';
import { runLatency } from './stages/latency.ts';
import { spending } from './spent.ts';
import { STAGES, finishStage, isStageDone } from './stages/stage.ts';
import type { ExperimentName, Stage, StageContext, StageName } from './stages/stage.ts';
import { runSupernet } from './stages/supernet.ts';
import { runFinetune, runQuantise, runRatios } from './stages/training.ts';
import type { SearchSettings } from './settings.ts';

const RUN: Readonly<Record<StageName, Stage>> = {
  latency: runLatency,
  supernet: runSupernet,
  architecture: runArchitecture,
  ratios: runRatios,
  finetune: runFinetune,
  quantise: runQuantise,
  export: runExport,
};

/** @returns the stages a search goes through, in order: a given dense network needs no architecture */
export function stagesOf({ dense, gmac }: SearchSettings): StageName[] {
  return STAGES.filter((stage) => {
    if (stage === 'latency') return gmac === null;
    return dense === null || (stage !== 'supernet' && stage !== 'architecture');
  });
}

/**
 * Runs the stages that are not done yet, or just one.
 * @returns whether all of them are done; false when the signal stopped it
 * @throws AppError `wrong-usage` for a stage whose predecessors are not done
 */
export async function runChain(context: StageContext, only: StageName | null): Promise<boolean> {
  const { folder, settings, signal } = context;
  const stages = stagesOf(settings);
  if (only !== null) checkOrder(folder, stages, only);
  for (const stage of only === null ? stages : [only]) {
    if (isStageDone(folder, stage)) continue;
    const figures = signal.aborted ? null : await spending(folder, stage, () => RUN[stage](context));
    if (figures === null) return false;
    await finishStage(folder, stage, figures);
    await writeResults(folder, settings, context.model);
  }
  return true;
}

const EXPERIMENT: Readonly<Record<ExperimentName, (context: StageContext) => Promise<object | null>>> = {
  rank: (context) => rankSupernet(context, context.settings.experiments.rank),
  compare: (context) => compareStrategies(context, context.settings.experiments.compare.rows),
  prunings: comparePrunings,
  distillation: compareDistillation,
  baselines: compareBaselines,
};

/** @returns false when the signal stopped it */
export async function runExperiment(context: StageContext, name: ExperimentName): Promise<boolean> {
  const figures = await EXPERIMENT[name](context);
  await writeResults(context.folder, context.settings, context.model);
  return figures !== null;
}

function checkOrder(folder: string, stages: readonly StageName[], only: StageName): void {
  if (!stages.includes(only)) {
    throw new AppError('wrong-usage', `expected one of this search's stages ${stages.join(', ')} but got ${only}`);
  }
  const missing = stages.slice(0, stages.indexOf(only)).find((stage) => !isStageDone(folder, stage));
  if (missing === undefined) return;
  throw new AppError('wrong-usage', `expected ${missing} to be done before ${only} but it is not`);
}
