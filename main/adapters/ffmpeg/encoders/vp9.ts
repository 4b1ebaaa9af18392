import { ownQuality } from './same-quality.ts';
import { atPreset } from './spec.ts';
import type { EncoderSpec } from './spec.ts';

export const vp9: EncoderSpec = {
  choice: 'vp9',
  name: 'libvpx-vp9',
  codec: 'vp9',
  formats: [
    ...(['yuv420p', 'yuv422p', 'yuv440p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le'] as const),
    ...(['yuv420p12le', 'yuv422p12le', 'yuv444p12le', 'gbrp', 'gbrp10le', 'gbrp12le'] as const),
  ],
  canBeLossless: true,
  largestSide: 16384,
  takesOddSizes: true,
  args: ({ preset, crf, threads }) => [
    ...[
      '-deadline',
      atPreset(preset, [...new Array<string>(3).fill('realtime'), ...new Array<string>(7).fill('good')]),
    ],
    ...['-cpu-used', String(atPreset(preset, [8, 7, 6, 5, 4, 3, 2, 1, 0, 0]))],
    ...(crf === 0 ? ['-lossless', '1'] : ['-crf', String(ownQuality('vp9', preset, crf)), '-b:v', '0']),
    ...['-threads', String(threads), '-row-mt', '1'],
  ],
};
