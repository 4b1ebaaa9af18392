import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

export interface Caption {
  readonly text: string;
  /** Frames at which it appears and goes. */
  readonly from: number;
  readonly to: number;
}

const RATE = 25;

/** Pop-on captions of EIA-608's first channel, as pairs of bytes by frame. */
function bytePairs(captions: readonly Caption[]): Map<number, readonly [number, number]> {
  const pairs = new Map<number, readonly [number, number]>();
  for (const { text, from, to } of captions) {
    const letters = Array.from({ length: Math.ceil(text.length / 2) }, (_, i): [number, number] => [
      text.charCodeAt(2 * i),
      2 * i + 1 < text.length ? text.charCodeAt(2 * i + 1) : 0,
    ]);
    // Resume caption loading, row 15, the letters; shown (end of caption) at `from`, erased at `to`.
    const loading: [number, number][] = [[0x14, 0x20], [0x14, 0x70], ...letters];
    loading.forEach((pair, i) => pairs.set(from - loading.length + i, pair));
    pairs.set(from, [0x14, 0x2f]);
    pairs.set(to, [0x14, 0x2c]);
  }
  return pairs;
}

/** Seven bits and a bit that makes the number of ones odd. */
function withParity(byte: number): number {
  let ones = 0;
  for (let bits = byte; bits > 0; bits >>= 1) ones += bits & 1;
  return ones % 2 === 0 ? byte | 0x80 : byte;
}

/** A supplemental message of H.264 with one pair, as ATSC A/53 part 4 has it. */
function captionMessage([a, b]: readonly [number, number]): Buffer {
  const triplet = [0xfc, withParity(a), withParity(b)];
  const payload = [0xb5, 0x00, 0x31, ...Buffer.from('GA94'), 0x03, 0x41, 0xff, ...triplet, 0xff];
  return Buffer.from([0, 0, 0, 1, 0x06, 0x04, payload.length, ...payload, 0x80]);
}

/**
 * An H.264 clip of `frames` frames at 25 a second with closed captions inside its video, which ffmpeg has no way to write.
 * @param path `.mp4`, `.mkv`, `.ts`
 */
export function makeCaptionClip(ffmpeg: string, path: string, frames: number, captions: readonly Caption[]): string {
  const raw = `${path}.h264`;
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=96x64:rate=${RATE}`, '-frames:v', String(frames)];
  const plain = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast', '-bf', '0', '-g', String(RATE)];
  execFileSync(ffmpeg, ['-v', 'error', '-y', ...source, ...plain, '-x264-params', 'slices=1', '-f', 'h264', raw]);
  const pairs = bytePairs(captions);
  let frame = 0;
  const parts = splitUnits(readFileSync(raw)).flatMap((unit) => {
    const type = unit[unit[2] === 1 ? 3 : 4]! & 0x1f;
    const isSlice = type === 1 || type === 5;
    return isSlice ? [captionMessage(pairs.get(frame++) ?? [0, 0]), unit] : [unit];
  });
  writeFileSync(raw, Buffer.concat(parts));
  execFileSync(ffmpeg, ['-v', 'error', '-y', '-r', String(RATE), '-f', 'h264', '-i', raw, '-c', 'copy', path]);
  return path;
}

/** A byte stream of H.264 cut before each start code. */
function splitUnits(bytes: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf('000001', 0, 'hex'); at >= 0; at = bytes.indexOf('000001', at + 3, 'hex')) {
    starts.push(at > 0 && bytes[at - 1] === 0 ? at - 1 : at);
  }
  return starts.map((start, i) => bytes.subarray(start, starts[i + 1] ?? bytes.length));
}
