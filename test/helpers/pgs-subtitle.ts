/** A Blu-ray subtitle (PGS) of white bars, as a `.sup` file: ffmpeg copies such streams and encodes none. */
import { writeFileSync } from 'node:fs';

const [WIDTH, HEIGHT] = [16, 4];
const u16 = (value: number) => [value >> 8, value & 255];

function segment(seconds: number, type: number, body: readonly number[]): Buffer {
  const head = Buffer.alloc(13);
  head.write('PG', 0, 'latin1');
  // Presentation and decoding.
  for (const at of [2, 6]) head.writeUInt32BE(Math.round(seconds * 90_000), at);
  head[10] = type;
  head.writeUInt16BE(body.length, 11);
  return Buffer.concat([head, Buffer.from(body)]);
}

/** Says which pictures are seen from now on: one, or none. */
function composition(seconds: number, number: number, isShown: boolean): Buffer {
  const picture = isShown ? [...u16(0), 0, 0, ...u16(8), ...u16(8)] : [];
  const state = isShown ? 0x80 : 0x00;
  const head = [...u16(64), ...u16(48), 0x10, ...u16(number), state, 0, 0, isShown ? 1 : 0];
  return segment(seconds, 0x16, [...head, ...picture]);
}

function show(seconds: number, number: number): Buffer[] {
  const windows = [1, 0, ...u16(8), ...u16(8), ...u16(WIDTH), ...u16(HEIGHT)];
  const palette = [0, 0, 1, 235, 128, 128, 255];
  const line = [0x00, 0x80 | WIDTH, 1, 0x00, 0x00]; // A run of colour 1, and the line's end.
  const runs = Array.from({ length: HEIGHT }, () => line).flat();
  const size = 4 + runs.length;
  const object = [...u16(0), 0, 0xc0, 0, ...u16(size), ...u16(WIDTH), ...u16(HEIGHT), ...runs];
  return [
    composition(seconds, number, true),
    segment(seconds, 0x17, windows),
    segment(seconds, 0x14, palette),
    segment(seconds, 0x15, object),
    segment(seconds, 0x80, []),
  ];
}

/** @param spans when a bar is seen, in seconds */
export function writePgs(path: string, spans: readonly (readonly [number, number])[]): void {
  const parts = spans.flatMap(([from, to], i) => [
    ...show(from, 2 * i),
    composition(to, 2 * i + 1, false),
    segment(to, 0x80, []),
  ]);
  writeFileSync(path, Buffer.concat(parts));
}
