/**
 * Undoes what Residual.java does: a picture as its difference from the enlarged input, without loss. A small difference
 * is one code of 4 bits (u8 samples, the even sample low) or 8 bits (u16); code 0 stands for a whole sample that follows
 * behind all codes. The enlarged input is bilinear in integers, weights in whole n-ths with n = 2 * scale.
 */
import type { WirePicture } from './program-codec.ts';
import type { Payload } from './wire.ts';

/**
 * @param input the picture that was sent, samples as the program takes them
 * @param packed bytes of the result's payload
 * @param output where the picture goes
 * @throws RangeError when the payload does not fit the picture
 */
export function unpackResidual(
  kind: Exclude<Payload, 'plain'>,
  picture: WirePicture,
  { input, packed, output }: { input: Uint8Array; packed: Uint8Array; output: Uint8Array },
): void {
  const wide = picture.bytesPerSample === 2;
  if (wide !== (kind === 'residual8')) throw new RangeError(`expected no ${kind} for samples of this size`);
  const { scale, width, height } = picture;
  const outWidth = width * scale;
  const codes = new CodeReader(packed, kind, outWidth * height * scale);
  const source = samplesOf(input, wide);
  const target = samplesOf(output, wide);
  const base = new BaseRows(picture, source);
  let at = 0;
  for (let y = 0; y < height * scale; y++) {
    const row = base.row(y);
    for (let x = 0; x < outWidth; x++, at++) target[at] = codes.next(at, row[x]!);
  }
  codes.expectEnd();
  if (wide && target.buffer !== output.buffer) output.set(new Uint8Array(target.buffer));
}

/** A view, or a copy where the bytes do not lie at a whole sample. */
function samplesOf(bytes: Uint8Array, wide: boolean): Uint8Array | Uint16Array {
  if (!wide) return bytes;
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

class CodeReader {
  readonly #packed: Uint8Array;
  readonly #narrow: boolean;
  #escape: number;

  constructor(packed: Uint8Array, kind: Payload, count: number) {
    this.#packed = packed;
    this.#narrow = kind === 'residual4';
    this.#escape = this.#narrow ? (count + 1) >> 1 : count;
    if (packed.length < this.#escape) {
      throw new RangeError(`expected at least ${this.#escape} bytes of residual but got ${packed.length}`);
    }
  }

  next(at: number, base: number): number {
    if (this.#narrow) {
      const code = (this.#packed[at >> 1]! >> (4 * (at & 1))) & 15;
      return code === 0 ? this.#packed[this.#escape++]! : base + code - 8;
    }
    const code = this.#packed[at]!;
    if (code !== 0) return base + code - 128;
    this.#escape += 2;
    return this.#packed[this.#escape - 2]! | (this.#packed[this.#escape - 1]! << 8);
  }

  expectEnd(): void {
    if (this.#escape === this.#packed.length) return;
    throw new RangeError(`expected ${this.#escape} bytes of residual but got ${this.#packed.length}`);
  }
}

class BaseRows {
  readonly #picture: WirePicture;
  readonly #source: Uint8Array | Uint16Array;
  readonly #mixed: Int32Array;
  readonly #row: Int32Array;

  constructor(picture: WirePicture, source: Uint8Array | Uint16Array) {
    this.#picture = picture;
    this.#source = source;
    this.#mixed = new Int32Array(picture.width);
    this.#row = new Int32Array(picture.width * picture.scale);
  }

  row(y: number): Int32Array {
    const { width, height, scale } = this.#picture;
    const [source, mixed, row] = [this.#source, this.#mixed, this.#row];
    const n = 2 * scale;
    const offset = 2 * (y % scale) + 1 - scale;
    const near = Math.floor(y / scale);
    const far = Math.min(height - 1, Math.max(0, near + (offset < 0 ? -1 : 1)));
    const weight = Math.abs(offset);
    for (let x = 0; x < width; x++) {
      mixed[x] = (n - weight) * source[near * width + x]! + weight * source[far * width + x]!;
    }
    for (let phase = 0; phase < scale; phase++) {
      const shift = 2 * phase + 1 - scale;
      const step = shift < 0 ? -1 : 1;
      const share = Math.abs(shift);
      for (let x = 0; x < width; x++) {
        const beside = Math.min(width - 1, Math.max(0, x + step));
        const sum = (n - share) * mixed[x]! + share * mixed[beside]!;
        row[x * scale + phase] = Math.trunc((sum + (n * n) / 2) / (n * n));
      }
    }
    return row;
  }
}
