import type { Pause, Planned, Progress } from '../contract/messages.ts';
import type { PauseGate } from '../core/pause-gate.ts';
import type { TimingSlice } from '../core/timing-slices.ts';
import type { FrameTap } from './preview/frame-tap.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

export interface UpscaleContext {
  readonly adapters: UpscaleAdapters;
  readonly signal: AbortSignal;
  readonly onPlanned: (planned: Planned) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onPause?: (pause: Pause) => void;
  readonly onTiming?: (slice: TimingSlice) => void;
  /** Lets somebody look at frames as they are finished. */
  readonly tap?: FrameTap;
  /** Through which the job can be paused from outside. */
  readonly gate?: PauseGate;
}

/** The same once work has begun. */
export type WorkContext = UpscaleContext & { readonly gate: PauseGate };
