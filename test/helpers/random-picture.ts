import type { Picture } from '../../models/compiler/interpret-packed.ts';
import { randomNumbers } from './onnx-net.ts';

export interface PictureInit {
  readonly width: number;
  readonly height: number;
  readonly planes?: number;
  readonly bitDepth?: number;
  readonly seed: number;
}

/** Soft gradients with some noise: all codes come up, neighbours are alike. */
export function randomPicture({ width, height, planes = 1, bitDepth = 8, seed }: PictureInit): Picture {
  const full = 2 ** bitDepth - 1;
  const make = (plane: number): Uint8Array | Uint16Array => {
    const noise = randomNumbers(width * height, seed * 10 + plane);
    const wave = (i: number): number =>
      0.5 +
      0.35 * Math.sin((i % width) / 3 + seed) * Math.cos(Math.floor(i / width) / 4 + plane) +
      0.25 * (noise[i] ?? 0);
    const samples = Array.from(noise, (_, i) => Math.round(Math.min(1, Math.max(0, wave(i))) * full));
    return bitDepth > 8 ? Uint16Array.from(samples) : Uint8Array.from(samples);
  };
  return { width, height, planes: Array.from({ length: planes }, (_, p) => make(p)) };
}

/** The picture as a network's input. */
export function toNumbers({ width, height, planes }: Picture, bitDepth: number, inputMaximum: number) {
  const full = 2 ** bitDepth - 1;
  const data = Float32Array.from(planes.flatMap((plane) => Array.from(plane, (v) => (v / full) * inputMaximum)));
  return { dims: [1, planes.length, height, width], data };
}
