/**
 * What the trainer asks of its data. Batches are a pure function of (seed, step, sample): a resumed training sees the
 * very patches an uninterrupted one would have seen.
 */
export interface BatchRequest {
  readonly seed: number;
  readonly step: number;
  /** Samples in the batch. */
  readonly batch: number;
  /** Side of the square LR patch in LR pixels. */
  readonly patch: number;
}

export interface TrainingSet {
  readonly scale: 2 | 3 | 4;
  /** Names of the source sets, for the manifest. */
  readonly sets: readonly string[];
  /**
   * Fills one batch.
   * @param lr out, `[batch, 1, patch, patch]`, 8-bit LR luma divided by 255; a share of the samples is drawn out to the full range
   * @param hr out, `[batch, scale*scale, patch, patch]`, HR luma (not rounded) in the same range, after space-to-depth in
   *   the channel order of ONNX DepthToSpace (CRD and DCR agree for one channel): channel = dy * scale + dx
   */
  fillBatch(request: BatchRequest, lr: Float32Array, hr: Float32Array): void;
}

/** One whole validation image, at protocol `model`: 8-bit LR luma, unrounded HR luma. */
export interface ValidationImage {
  readonly set: string;
  readonly file: string;
  readonly lrWidth: number;
  readonly lrHeight: number;
  /** `lrHeight * lrWidth` samples. */
  readonly lr: Uint8Array;
  /** `lrHeight*scale * lrWidth*scale` samples in code values (0..255), not rounded. */
  readonly hr: Float32Array;
}
