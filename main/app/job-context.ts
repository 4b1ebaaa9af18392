import type { Notice, Pause, Planned, Progress } from '../contract/messages.ts';
import type { PauseGate } from '../core/pause-gate.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

export interface UpscaleContext {
  readonly adapters: UpscaleAdapters;
  readonly signal: AbortSignal;
  readonly onPlanned: (planned: Planned) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onNotice?: (notice: Notice) => void;
  readonly onPause?: (pause: Pause) => void;
  /** Through which the job can be paused from outside. */
  readonly gate?: PauseGate;
}

/** The same once work has begun. */
export type WorkContext = UpscaleContext & { readonly gate: PauseGate };
