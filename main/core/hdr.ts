/** HDR metadata that travels beside the frames: what the mastering monitor could show, and how bright the film gets. */

/** x and y of CIE 1931, in units of 1/50000, as codecs and containers write them. */
export type Chromaticity = readonly [x: number, y: number];

/** SMPTE ST 2086. */
export interface MasteringDisplay {
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
  readonly white: Chromaticity;
  /** Units of 1/10000 cd/m². */
  readonly minLuminance: number;
  readonly maxLuminance: number;
}

/** CTA-861.3, in cd/m². */
export interface ContentLight {
  readonly max: number;
  readonly average: number;
}

export interface HdrMetadata {
  readonly masteringDisplay: MasteringDisplay | null;
  readonly contentLight: ContentLight | null;
}

/** What the Dolby Vision configuration record says; `null` where frames carry such data without a record. */
export interface DolbyVision {
  readonly profile: number | null;
  /** 0: the base layer alone is no picture that a common screen shows. */
  readonly baseCompatibility: number | null;
}
