import type { HdrMetadata } from '../../../core/hdr.ts';
import { ownQuality } from './same-quality.ts';
import type { EncoderRequest, EncoderSpec } from './spec.ts';

export const x265: EncoderSpec = {
  choice: 'x265',
  name: 'libx265',
  codec: 'hevc',
  formats: [
    ...(['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le'] as const),
    ...(['yuv420p12le', 'yuv422p12le', 'yuv444p12le', 'gray', 'gray10le', 'gray12le'] as const),
    ...(['gbrp', 'gbrp10le', 'gbrp12le'] as const),
  ],
  canBeLossless: true,
  largestSide: 16384,
  takesOddSizes: false,
  args: (request) => {
    const { preset, crf } = request;
    const quality = crf === 0 ? [] : ['-crf', String(ownQuality('x265', preset, crf))];
    return ['-preset', preset, ...quality, '-x265-params', parameters(request).join(':')];
  },
};

/** One frame at a time, the rows of it on all threads: the bits depend on neither machine nor moment. */
function parameters({ crf, threads, rate, hdr, color }: EncoderRequest): string[] {
  return [
    ...['log-level=error', 'info=0', `pools=${String(threads)}`, 'frame-threads=1'],
    `fps=${String(rate.num)}/${String(rate.den)}`,
    ...(crf === 0 ? ['lossless=1'] : []),
    ...(color.range === null ? [] : [`range=${color.range === 'pc' ? 'full' : 'limited'}`]),
    ...chromaLocation(color.chromaLocation),
    ...hdrParameters(hdr),
  ];
}

const CHROMA_LOCATIONS = ['left', 'center', 'topleft', 'top', 'bottomleft', 'bottom'];

function chromaLocation(name: string | null): string[] {
  const code = name === null ? -1 : CHROMA_LOCATIONS.indexOf(name);
  return code < 0 ? [] : [`chromaloc=${String(code)}`];
}

function hdrParameters({ masteringDisplay, contentLight }: HdrMetadata): string[] {
  const parts: string[] = [];
  if (masteringDisplay !== null) {
    const { red, green, blue, white, minLuminance, maxLuminance } = masteringDisplay;
    const points = [`G(${green.join()})`, `B(${blue.join()})`, `R(${red.join()})`, `WP(${white.join()})`];
    parts.push(`master-display=${points.join('')}L(${String(maxLuminance)},${String(minLuminance)})`);
  }
  if (contentLight !== null) parts.push(`max-cll=${String(contentLight.max)},${String(contentLight.average)}`);
  return parts;
}
