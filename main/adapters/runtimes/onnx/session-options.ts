import type { InferenceSession } from 'onnxruntime-node';

/** How a session computes. */
export interface SessionChoice {
  readonly threads: number;
  /** Idle threads busy-wait for work: faster alone, harmful beside an encoder on the same cores. */
  readonly spin: boolean;
}

/** Options of an inference session. `all` is what turns on onnxruntime's blocked (NCHWc) convolutions. */
export function sessionOptions({ threads, spin }: SessionChoice): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: spin ? '1' : '0' } } },
  };
}
