/** What became visible of fields when frames were looked at: ffmpeg's `idet` over a sample. Counts of frames. */
export interface FieldSample {
  readonly topFirst: number;
  readonly bottomFirst: number;
  readonly progressive: number;
  readonly undetermined: number;
  /** Frames that show a field of the frame before once more: the mark of pulldown. */
  readonly repeated: number;
}

/** What a person wants of fields: one frame for two of them, one for each, none of it, or what the source needs. */
export const DEINTERLACING = ['auto', 'off', 'frame', 'field'] as const;
export type Deinterlacing = (typeof DEINTERLACING)[number];
