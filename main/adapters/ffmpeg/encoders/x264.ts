import { ownQuality } from './same-quality.ts';
import type { EncoderSpec } from './spec.ts';

/**
 * All that x264's bits depend on is named: threads change them, and a rate that is not given is guessed from each
 * segment's first frames, so that the segments' headers would differ. Without `sync-lookahead=0` a thread of its own looks
 * ahead, and how far it has come when the last frame arrives decides over the quantisers of a segment's last dozen frames.
 */
export const x264: EncoderSpec = {
  choice: 'x264',
  name: 'libx264',
  codec: 'h264',
  // Grey goes as 4:2:0 without colour: that plays everywhere, and decoders show H.264's own grey as such.
  formats: ['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le'],
  canBeLossless: true,
  largestSide: 16384,
  takesOddSizes: false,
  args: ({ preset, crf, threads, rate }) => [
    // A crf of 0 is lossless at 8 bit only; a quantiser of 0 is at any depth.
    ...[
      '-preset',
      preset,
      ...(crf === 0 ? ['-qp', '0'] : ['-crf', String(ownQuality('x264', preset, crf))]),
      '-threads',
      String(threads),
    ],
    ...['-x264-params', `fps=${String(rate.num)}/${String(rate.den)}:sync-lookahead=0`],
  ],
};
