/** Encoders for editing and keeping: large files, nothing or next to nothing lost. */
import { convertFilters } from '../convert-filters.ts';
import type { EncoderRequest, EncoderSpec } from './spec.ts';

/** From Proxy to 4444: what the quality number asks for picks one, and full chroma takes the last. */
const PRORES_NAMES = ['apco', 'apcs', 'apcn', 'apch', 'ap4h'];
const PRORES_4444 = 4;

function proresProfile({ crf, pixelFormat }: EncoderRequest): number {
  if (pixelFormat !== 'yuv422p10le') return PRORES_4444;
  const worst = [30, 24, 18]; // Above these: Proxy, LT, standard; below HQ.
  return worst.filter((limit) => crf <= limit).length;
}

export const prores: EncoderSpec = {
  choice: 'prores',
  name: 'prores_ks',
  codec: 'prores',
  formats: ['yuv422p10le', 'yuv444p10le', 'yuva444p10le'],
  canBeLossless: false,
  largestSide: 16384,
  takesOddSizes: false,
  args: (request) => {
    const alpha = request.pixelFormat === 'yuva444p10le' ? ['-alpha_bits', '16'] : [];
    const profile = ['-profile:v', String(proresProfile(request))];
    return [...profile, '-vendor', 'apl0', ...alpha, '-threads', String(request.threads)];
  },
  fourcc: (request) => PRORES_NAMES[proresProfile(request)] ?? 'apch',
};

/** Version 3 with a checksum a slice: a damaged frame is noticed by whoever opens it in twenty years. */
export const ffv1: EncoderSpec = {
  choice: 'ffv1',
  name: 'ffv1',
  codec: 'ffv1',
  formats: [
    ...(['yuv420p', 'yuv422p', 'yuv440p', 'yuv444p', 'yuv411p', 'yuv410p', 'gray', 'gray10le', 'gray12le'] as const),
    ...(['gray16le', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le'] as const),
    ...(['yuv420p12le', 'yuv422p12le', 'yuv444p12le', 'yuva420p', 'yuva422p', 'yuva444p'] as const),
    ...(['yuva420p10le', 'yuva422p10le', 'yuva444p10le', 'gbrp', 'gbrap', 'gbrp10le', 'gbrp12le'] as const),
    ...(['gbrp16le', 'gbrap10le', 'gbrap16le'] as const),
  ],
  canBeLossless: true,
  largestSide: 32768,
  takesOddSizes: true,
  // RGB of eight bits it takes packed only.
  filters: (format, range) =>
    format === 'gbrp' ? convertFilters('bgr0', range) : format === 'gbrap' ? convertFilters('bgra', range) : [],
  args: ({ threads }) => ['-level', '3', '-slicecrc', '1', '-g', '1', '-threads', String(threads)],
};
