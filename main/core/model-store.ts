import type { Frame, Plane } from './frame.ts';

/** Keeps what a model made of frames, so that it need not be made twice. */
export interface ModelStore {
  /** Fills `output` with what was kept for this frame. @returns false where nothing was */
  recall(frame: Frame, output: readonly Plane[]): Promise<boolean>;
  /**
   * Keeps a copy where it is worth it. Resolves when `output` may change again; never throws.
   * @param computeMs what it cost to make
   */
  keep(frame: Frame, output: readonly Plane[], computeMs: number): Promise<void>;
}
