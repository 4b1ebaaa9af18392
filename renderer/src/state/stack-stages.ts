import type { Timing } from '../../../main/contract/engine-messages.ts';

export interface StackedLayer<Stage extends string> {
  readonly stage: Stage;
  /** For an SVG polygon. */
  readonly points: string;
}

/** Stages that took time, stacked over time, the first at the bottom. */
export function stackStages<Stage extends string>(
  timings: readonly Timing[],
  stages: readonly Stage[],
  width: number,
  height: number,
): { layers: StackedLayer<Stage>[]; topMs: number } {
  const at = (timing: Timing, stage: Stage): number => timing.meanMs[stage] ?? 0;
  const shown = stages.filter((stage) => timings.some((timing) => at(timing, stage) > 0));
  const totals = timings.map((timing) => shown.reduce((sum, stage) => sum + at(timing, stage), 0));
  const topMs = Math.max(1e-3, ...totals);
  const x = (index: number): number => (timings.length < 2 ? width : (index / (timings.length - 1)) * width);
  const y = (ms: number): number => height - (ms / topMs) * height;
  const base = timings.map(() => 0);
  const layers = shown.map((stage) => {
    const lower = timings.map((_, i) => `${round(x(i))},${round(y(base[i]!))}`).reverse();
    timings.forEach((timing, i) => (base[i] = base[i]! + at(timing, stage)));
    const upper = timings.map((_, i) => `${round(x(i))},${round(y(base[i]!))}`);
    return { stage, points: [...upper, ...lower].join(' ') };
  });
  return { layers, topMs };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
