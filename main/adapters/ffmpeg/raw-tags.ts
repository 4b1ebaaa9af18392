import type { PixelFormat } from '../../core/pixel-format.ts';

/** How NUT names raw video (equal in ffmpeg 4.1, 5.1 and 7.0). Full range has no name of its own: it travels beside the pipe. */
const RAW_TAGS = {
  gray: '59383030',
  gray10le: '5931000a',
  gray12le: '5931000c',
  gray16le: '59310010',
  yuv410p: '59555639',
  yuv411p: '59343142',
  yuv420p: '49343230',
  yuvj420p: '49343230',
  yuv422p: '59343242',
  yuvj422p: '59343242',
  yuv440p: '34343050',
  yuvj440p: '34343050',
  yuv444p: '34343450',
  yuvj444p: '34343450',
  yuv420p10le: '59330b0a',
  yuv422p10le: '59330a0a',
  yuv444p10le: '5933000a',
  yuv420p12le: '59330b0c',
  yuv422p12le: '59330a0c',
  yuv444p12le: '5933000c',
  yuva420p: '59340b08',
  yuva422p: '59340a08',
  yuva444p: '59340008',
  yuva420p10le: '59340b0a',
  yuva422p10le: '59340a0a',
  yuva444p10le: '5934000a',
  yuva444p12le: '5934000c',
  gbrp: '47330008',
  gbrp10le: '4733000a',
  gbrp12le: '4733000c',
  gbrp16le: '47330010',
  gbrap: '47340008',
  gbrap10le: '4734000a',
  gbrap16le: '47340010',
} as const satisfies Record<PixelFormat, string>;

/** Four bytes for a stream header. */
export function rawTag(format: PixelFormat): Uint8Array {
  return Buffer.from(RAW_TAGS[format], 'hex');
}

/** Planar formats that this ffmpeg's NUT has no name for, and which it cannot read back: size tells whether it is right. */
const UNNAMED_TAG = '5247420f';

/** True when a stream of this tag carries planes of this format. */
export function isRawTag(tag: Uint8Array, format: PixelFormat): boolean {
  const got = Buffer.from(tag).toString('hex');
  return got === RAW_TAGS[format] || (got === UNNAMED_TAG && format === 'yuva444p12le');
}
