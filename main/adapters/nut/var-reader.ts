import { AppError } from '../../core/errors.ts';

/** A sentence about a NUT stream that is not what it should be. */
export function nutError(expected: string, got: string): AppError {
  return new AppError('ffmpeg-failed', `expected ${expected} in the NUT stream but got ${got}`);
}

/** Reads NUT's numbers from bytes that are all here. */
export class VarReader {
  readonly bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) throw nutError('another byte', 'the end of a packet');
    return byte;
  }

  /** `v`: seven bits a byte, highest first, top bit set on all but the last. Values beyond 2^53 lose precision. */
  v(): number {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
    throw nutError('a number of at most ten bytes', 'a longer one');
  }

  /** `v` of up to 64 bits read as two's complement: how ffmpeg writes a negative time into a field without a sign. */
  v64(): number {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      value = value * 128n + BigInt(byte & 127);
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    throw nutError('a number of at most ten bytes', 'a longer one');
  }

  /** `s`: signed, folded into `v`. */
  s(): number {
    const value = this.v() + 1;
    return value % 2 === 1 ? -Math.floor(value / 2) : value / 2;
  }

  /** `vb`: a count and that many bytes, copied. */
  vb(): Uint8Array {
    return this.take(this.v());
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw nutError(`${String(count)} more bytes`, `${String(this.left)}`);
    this.position += count;
    return this.bytes.slice(this.position - count, this.position);
  }

  u32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4);
    return a * 2 ** 24 + (b << 16) + (c << 8) + d;
  }
}

/** Bytes of the number `value` as NUT's `v`. */
export function encodeV(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
  return bytes;
}

/** Bytes of `value` as NUT's `s`: the inverse of {@link VarReader.s}. */
export function encodeS(value: number): number[] {
  return encodeV(value > 0 ? 2 * value - 1 : -2 * value);
}
