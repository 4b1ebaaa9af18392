/** Colour description of a stream, in ffmpeg's words; `null` where the source says nothing. Nothing is ever guessed here. */
export interface ColorInfo {
  /** `tv` is limited (studio) range, `pc` full range. */
  readonly range: 'tv' | 'pc' | null;
  /** Matrix coefficients, ffmpeg's `color_space`: bt709, smpte170m, bt470bg, bt2020nc … */
  readonly matrix: string | null;
  readonly primaries: string | null;
  readonly transfer: string | null;
  /** ffmpeg's `chroma_location`: left, center, topleft … `null` is treated as left by the chroma resampler. */
  readonly chromaLocation: string | null;
}
