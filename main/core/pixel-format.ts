/** The planar pixel formats a frame may have. Names are ffmpeg's. Little-endian for more than 8 bit. */

export interface PixelFormatInfo {
  /** Bits per sample, 8 to 16. Samples are `Uint8Array` at 8 and `Uint16Array` above. */
  readonly bitDepth: number;
  /** `gray` has luma alone; `yuv` has luma and two chroma planes; `rgb` is planar G, B, R. */
  readonly family: 'gray' | 'yuv' | 'rgb';
  /** Chroma plane size is `ceil(size / 2 ** shift)`. */
  readonly chromaShiftX: 0 | 1 | 2;
  readonly chromaShiftY: 0 | 1 | 2;
  readonly hasAlpha: boolean;
  /** The deprecated `yuvj*` names carry full range in the name. */
  readonly impliesFullRange: boolean;
}

function info(
  family: PixelFormatInfo['family'],
  bitDepth: number,
  chromaShiftX: 0 | 1 | 2 = 0,
  chromaShiftY: 0 | 1 | 2 = 0,
  more: Partial<PixelFormatInfo> = {},
): PixelFormatInfo {
  return { family, bitDepth, chromaShiftX, chromaShiftY, hasAlpha: false, impliesFullRange: false, ...more };
}

const FULL = { impliesFullRange: true } as const;
const ALPHA = { hasAlpha: true } as const;

/** Every planar format Tandem knows. What a given version upscales is decided by the job, not here. */
export const PIXEL_FORMATS = {
  gray: info('gray', 8),
  gray10le: info('gray', 10),
  gray12le: info('gray', 12),
  gray16le: info('gray', 16),
  yuv410p: info('yuv', 8, 2, 2),
  yuv411p: info('yuv', 8, 2, 0),
  yuv420p: info('yuv', 8, 1, 1),
  yuvj420p: info('yuv', 8, 1, 1, FULL),
  yuv422p: info('yuv', 8, 1, 0),
  yuvj422p: info('yuv', 8, 1, 0, FULL),
  yuv440p: info('yuv', 8, 0, 1),
  yuvj440p: info('yuv', 8, 0, 1, FULL),
  yuv444p: info('yuv', 8),
  yuvj444p: info('yuv', 8, 0, 0, FULL),
  yuv420p10le: info('yuv', 10, 1, 1),
  yuv422p10le: info('yuv', 10, 1, 0),
  yuv444p10le: info('yuv', 10),
  yuv420p12le: info('yuv', 12, 1, 1),
  yuv422p12le: info('yuv', 12, 1, 0),
  yuv444p12le: info('yuv', 12),
  yuva420p: info('yuv', 8, 1, 1, ALPHA),
  yuva422p: info('yuv', 8, 1, 0, ALPHA),
  yuva444p: info('yuv', 8, 0, 0, ALPHA),
  yuva420p10le: info('yuv', 10, 1, 1, ALPHA),
  yuva422p10le: info('yuv', 10, 1, 0, ALPHA),
  yuva444p10le: info('yuv', 10, 0, 0, ALPHA),
  yuva444p12le: info('yuv', 12, 0, 0, ALPHA),
  gbrp: info('rgb', 8),
  gbrp10le: info('rgb', 10),
  gbrp12le: info('rgb', 12),
  gbrp16le: info('rgb', 16),
  gbrap: info('rgb', 8, 0, 0, ALPHA),
  gbrap10le: info('rgb', 10, 0, 0, ALPHA),
  gbrap16le: info('rgb', 16, 0, 0, ALPHA),
} as const satisfies Record<string, PixelFormatInfo>;

export type PixelFormat = keyof typeof PIXEL_FORMATS;

/** The format with exactly these properties, `null` where there is none. Never one of the names that imply full range. */
export function findPixelFormat(wanted: Omit<PixelFormatInfo, 'impliesFullRange'>): PixelFormat | null {
  const keys = ['family', 'bitDepth', 'chromaShiftX', 'chromaShiftY', 'hasAlpha'] as const;
  const found = (Object.entries(PIXEL_FORMATS) as [PixelFormat, PixelFormatInfo][]).find(
    ([, format]) => !format.impliesFullRange && keys.every((key) => format[key] === wanted[key]),
  );
  return found?.[0] ?? null;
}

/** True for a format in {@link PIXEL_FORMATS}. */
export function isPixelFormat(name: string): name is PixelFormat {
  return Object.hasOwn(PIXEL_FORMATS, name);
}

/** Facts about a format. */
export function pixelFormatInfo(format: PixelFormat): PixelFormatInfo {
  return PIXEL_FORMATS[format];
}

export interface PlaneSize {
  readonly width: number;
  readonly height: number;
}

/** Sizes of all planes of a picture, luma (or G) first, alpha last, in samples. */
export function planeSizes(format: PixelFormat, width: number, height: number): PlaneSize[] {
  const { family, chromaShiftX, chromaShiftY, hasAlpha } = pixelFormatInfo(format);
  const full = { width, height };
  const chroma = { width: ceilShift(width, chromaShiftX), height: ceilShift(height, chromaShiftY) };
  const planes = family === 'gray' ? [full] : family === 'rgb' ? [full, full, full] : [full, chroma, chroma];
  return hasAlpha ? [...planes, full] : planes;
}

/** Bytes of one picture, planes packed one after another without padding: the layout of `rawvideo`. */
export function pictureBytes(format: PixelFormat, width: number, height: number): number {
  const bytesPerSample = pixelFormatInfo(format).bitDepth > 8 ? 2 : 1;
  return planeSizes(format, width, height).reduce((sum, p) => sum + p.width * p.height, 0) * bytesPerSample;
}

function ceilShift(value: number, shift: number): number {
  return (value + (1 << shift) - 1) >> shift;
}
