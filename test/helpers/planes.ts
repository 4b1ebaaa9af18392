import type { Plane, Samples } from '../../main/core/frame.ts';
import { randomNumbers } from './onnx-net.ts';

export interface PlaneInit {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: number;
  /** Samples between the end of a row and the next. */
  readonly gap?: number;
  readonly shared?: boolean;
}

/** A plane of zeros. */
export function emptyPlane({ width, height, bitDepth = 8, gap = 0, shared = false }: PlaneInit): Plane {
  const stride = width + gap;
  const bytes = stride * height * (bitDepth > 8 ? 2 : 1);
  const buffer = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  const data: Samples = bitDepth > 8 ? new Uint16Array(buffer) : new Uint8Array(buffer);
  return { data, width, height, stride };
}

/** A plane of codes that depend on the seed alone. */
export function randomPlane(init: PlaneInit, seed: number): Plane {
  const plane = emptyPlane(init);
  const maximum = 2 ** (init.bitDepth ?? 8) - 1;
  randomNumbers(plane.data.length, seed).forEach((v, i) => {
    plane.data[i] = Math.round(((v + 1) / 2) * maximum);
  });
  return plane;
}

/** Greatest difference of two planes in code values. */
export function greatestDifference(a: Plane, b: Plane): number {
  let worst = 0;
  for (let y = 0; y < a.height; y += 1) {
    for (let x = 0; x < a.width; x += 1) {
      worst = Math.max(worst, Math.abs((a.data[y * a.stride + x] ?? 0) - (b.data[y * b.stride + x] ?? 0)));
    }
  }
  return worst;
}
