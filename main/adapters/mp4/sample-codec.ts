/** How each codec's packets stand in an MP4, and what its sample entry says. */
import type { VideoCodec } from '../../core/codecs.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { COLOR_CODES } from '../../core/color-codes.ts';
import { pixelFormatInfo } from '../../core/pixel-format.ts';
import { buildAvcC, toLengthPrefixed } from './annex-b.ts';
import { buildAv1C } from './av1c.ts';
import { box, fullBox, u16, u8 } from './boxes.ts';
import { buildHvcC } from './hvcc.ts';
import type { SampleCodec } from './movie.ts';

export interface CodecDescription {
  readonly toSample: (payload: Uint8Array) => Uint8Array;
  /** @param codecData ffmpeg's extradata; @param firstPayload the first packet as the encoder wrote it */
  readonly describe: (codecData: Uint8Array, firstPayload: Uint8Array) => SampleCodec;
}

const asItIs = (payload: Uint8Array): Uint8Array => payload;

const DESCRIPTIONS: Readonly<Record<VideoCodec, (plan: OutputPlan) => CodecDescription>> = {
  h264: () => ({
    toSample: toLengthPrefixed,
    describe: (data) => ({ fourcc: 'avc1', boxes: [box('avcC', buildAvcC(data))] }),
  }),
  hevc: () => ({
    toSample: toLengthPrefixed,
    describe: (data) => ({ fourcc: 'hvc1', boxes: [box('hvcC', buildHvcC(data))] }),
  }),
  av1: () => ({
    toSample: asItIs,
    describe: (_, first) => ({ fourcc: 'av01', boxes: [box('av1C', buildAv1C(first))] }),
  }),
  vp9: (plan) => ({ toSample: asItIs, describe: () => ({ fourcc: 'vp09', boxes: [vpcC(plan)] }) }),
  // Nothing in the stream tells its profile: the four letters do.
  prores: ({ encoder }) => ({ toSample: asItIs, describe: () => ({ fourcc: encoder.fourcc ?? 'apch', boxes: [] }) }),
  ffv1: () => ({ toSample: asItIs, describe: (data) => ({ fourcc: 'FFV1', boxes: [box('glbl', data)] }) }),
};

export function describeCodec(plan: OutputPlan): CodecDescription {
  return DESCRIPTIONS[plan.encoder.codec](plan);
}

const LEVEL_UNKNOWN = 0;

function vpcC({ picture }: OutputPlan): Uint8Array {
  const { bitDepth, chromaShiftX, chromaShiftY } = pixelFormatInfo(picture.encodedPixelFormat);
  const subsampling = chromaShiftX === 1 ? (chromaShiftY === 1 ? 1 : 2) : 3;
  const profile = (bitDepth > 8 ? 2 : 0) + (subsampling === 1 ? 0 : 1);
  const { color } = picture;
  const code = (of: keyof typeof COLOR_CODES) => COLOR_CODES[of][color[of] ?? ''] ?? 2;
  const depths = bitDepth * 16 + subsampling * 2 + (color.range === 'pc' ? 1 : 0);
  const codes = u8(code('primaries'), code('transfer'), code('matrix'));
  return fullBox('vpcC', 1, 0, u8(profile, LEVEL_UNKNOWN, depths), codes, u16(0));
}
