import type { Stage, StageSummary } from './stats.ts';

/** Shares of wall time, 0 to 1. They overlap, so they need not sum to 1. */
export interface StageShares {
  /** The pipeline waited for the decoder. */
  readonly decode: number;
  /** The lanes computed (mean of all lanes). */
  readonly compute: number;
  /** The pipeline waited for the encoder. */
  readonly encode: number;
}

/**
 * @param sums milliseconds per stage over all frames
 * @param wallMs from the first frame asked for to the last one written
 * @param lanes how many lanes shared the computing
 */
export function shareStages(
  sums: Readonly<Partial<Record<Stage, number>>>,
  wallMs: number,
  lanes: number,
): StageShares {
  const share = (ms: number): number => (wallMs > 0 ? Math.min(1, ms / wallMs) : 0);
  return {
    decode: share(sums.decodeWait ?? 0),
    compute: share(((sums.send ?? 0) + (sums.compute ?? 0) + (sums.receive ?? 0)) / Math.max(1, lanes)),
    encode: share(sums.encodeWait ?? 0),
  };
}

/** One sentence that says what held the job up. */
export function describeBottleneck(stages: readonly StageSummary[], wallMs: number, lanes: number): string {
  const shares = shareStages(Object.fromEntries(stages.map(({ stage, sum }) => [stage, sum])), wallMs, lanes);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const others = `decoder waited for ${percent(shares.decode)}, encoder waited for ${percent(shares.encode)}`;
  if (shares.compute >= shares.decode && shares.compute >= shares.encode) {
    return `the model: it computed ${percent(shares.compute)} of the time (${others})`;
  }
  const model = `the model computed ${percent(shares.compute)}`;
  return shares.decode > shares.encode
    ? `the decoder: it was waited for ${percent(shares.decode)} of the time (${model})`
    : `the encoder: it was waited for ${percent(shares.encode)} of the time (${model})`;
}
