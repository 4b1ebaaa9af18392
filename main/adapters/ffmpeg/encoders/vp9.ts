import { atPreset, between } from './spec.ts';
import type { EncoderSpec, Step } from './spec.ts';

/** Where VP9's scale of 63 steps has x264's PSNR at these numbers of its own, by `npm run bench -- encoders`. */
const VP9_QUALITIES: readonly Step[] = [
  ...([
    [0, 1],
    [16, 18],
    [23, 37],
    [28, 50],
    [33, 63],
    [51, 63],
  ] as const),
];

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
    ...(crf === 0 ? ['-lossless', '1'] : ['-crf', String(between(VP9_QUALITIES, crf)), '-b:v', '0']),
    ...['-threads', String(threads), '-row-mt', '1'],
  ],
};
