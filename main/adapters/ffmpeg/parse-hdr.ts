/** HDR side data as ffprobe prints it. Pure; tested on captured text. */
import type { Chromaticity, DolbyVision, HdrMetadata, MasteringDisplay } from '../../core/hdr.ts';
import type { ProbeSideData } from './probe-json.ts';

/** Units of codecs and containers: a chromaticity counts 1/50000, a luminance 1/10000. */
const CHROMATICITY_UNITS = 50_000;
const LUMINANCE_UNITS = 10_000;

export function parseHdrMetadata(sideData: readonly ProbeSideData[]): HdrMetadata {
  const mastering = sideData.find((data) => data.red_x !== undefined);
  const light = sideData.find((data) => data.max_content !== undefined);
  return {
    masteringDisplay: mastering === undefined ? null : parseMasteringDisplay(mastering),
    contentLight: light === undefined ? null : { max: light.max_content ?? 0, average: light.max_average ?? 0 },
  };
}

/** `null` where a part is missing: half a description cannot be written. */
function parseMasteringDisplay(data: ProbeSideData): MasteringDisplay | null {
  const point = (x: string | undefined, y: string | undefined): Chromaticity => [
    toUnits(x, CHROMATICITY_UNITS),
    toUnits(y, CHROMATICITY_UNITS),
  ];
  const display = {
    red: point(data.red_x, data.red_y),
    green: point(data.green_x, data.green_y),
    blue: point(data.blue_x, data.blue_y),
    white: point(data.white_point_x, data.white_point_y),
    minLuminance: toUnits(data.min_luminance, LUMINANCE_UNITS),
    maxLuminance: toUnits(data.max_luminance, LUMINANCE_UNITS),
  };
  return Object.values(display).flat().every(Number.isFinite) ? display : null;
}

function toUnits(text: string | undefined, units: number): number {
  const [num = NaN, den = NaN] = (text ?? '').split('/').map(Number);
  return Math.round((num / den) * units);
}

export function parseDolbyVision(sideData: readonly ProbeSideData[]): DolbyVision | null {
  const record = sideData.find((data) => data.dv_profile !== undefined);
  if (record !== undefined) {
    return { profile: record.dv_profile ?? null, baseCompatibility: record.dv_bl_signal_compatibility_id ?? null };
  }
  const isSeen = sideData.some((data) => /DOVI|Dolby Vision/i.test(data.side_data_type ?? ''));
  return isSeen ? { profile: null, baseCompatibility: null } : null;
}
