import type { Plane } from './frame.ts';

/** Fills interleaved 8-bit R, G, B from three planes. */
type ToneMap = (planes: readonly Plane[], out: Uint8Array) => void;

/** Light that becomes the screen's white, in cd/m²: diffuse white of HDR (ITU-R BT.2408). */
const WHITE_NITS = 203;
/** Above this share of white, light is squeezed. */
const KNEE = 0.7;

/**
 * How HDR is shown on an ordinary screen: to linear light, BT.2020 to BT.709 primaries, highlights rolled off above
 * {@link KNEE}, sRGB's curve. `null` for a transfer that needs none.
 */
export function createToneMap(transfer: string | null, bitDepth: number): ToneMap | null {
  const toNits = transfer === 'smpte2084' ? pqToNits : transfer === 'arib-std-b67' ? hlgToNits : null;
  if (toNits === null) return null;
  const top = 2 ** bitDepth - 1;
  const light = Float32Array.from({ length: top + 1 }, (_, code) => toNits(code / top) / WHITE_NITS);
  const screen = Uint8Array.from({ length: SCREEN_STEPS + 1 }, (_, i) => Math.round(255 * srgb(i / SCREEN_STEPS)));
  return ([r, g, b], out) => {
    for (let i = 0, j = 0; i < r!.data.length; i++, j += 3) {
      const [red, green, blue] = [light[r!.data[i]!]!, light[g!.data[i]!]!, light[b!.data[i]!]!];
      out[j] = screen[show(1.6605 * red - 0.5876 * green - 0.0728 * blue)]!;
      out[j + 1] = screen[show(-0.1246 * red + 1.1329 * green - 0.0083 * blue)]!;
      out[j + 2] = screen[show(-0.0182 * red - 0.1006 * green + 1.1187 * blue)]!;
    }
  };
}

const SCREEN_STEPS = 4095;

/** Light to an index of the screen's table: linear up to the knee, then approaching white without reaching it. */
function show(light: number): number {
  if (light <= 0) return 0;
  if (light <= KNEE) return Math.round(light * SCREEN_STEPS);
  const over = (light - KNEE) / (1 - KNEE);
  return Math.round((KNEE + (1 - KNEE) * (over / (1 + over))) * SCREEN_STEPS);
}

/** SMPTE ST 2084. */
function pqToNits(code: number): number {
  const [m1, m2, c1, c2, c3] = [2610 / 16384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  const power = code ** (1 / m2);
  return 10_000 * (Math.max(0, power - c1) / (c2 - c3 * power)) ** (1 / m1);
}

/** ITU-R BT.2100 HLG for a display of 1000 cd/m², its system gamma applied per channel. */
function hlgToNits(code: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene = code <= 0.5 ? code ** 2 / 3 : (Math.exp((code - c) / a) + b) / 12;
  return 1000 * scene ** 1.2;
}

function srgb(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}
