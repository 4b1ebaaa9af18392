/** Notes on the picture's shape that ffmpeg does not write by itself: Google's Spherical Video V2, put into an MP4 of ffmpeg's. */
import { readFileSync, writeFileSync } from 'node:fs';

const box = (name: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const zeros = (bytes: number) => Buffer.alloc(bytes);
/** Version and flags of a full box. */
const plain = zeros(4);

/** Two views, one above the other, of a whole sphere. https://github.com/google/spatial-media */
const SHAPES = Buffer.concat([
  box('st3d', plain, Buffer.from([1])),
  box(
    'sv3d',
    box('svhd', plain, Buffer.from('Tandem\0')),
    box('proj', box('prhd', plain, zeros(12)), box('equi', plain, zeros(16))),
  ),
]);

/** The file must have its index at its end, as ffmpeg leaves it. */
export function addSphere(path: string): void {
  const source = readFileSync(path);
  const parents = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1'];
  const places = parents.reduce<number[]>((found, name) => [...found, source.indexOf(name, found.at(-1) ?? 0) - 4], []);
  for (const at of places) source.writeUInt32BE(source.readUInt32BE(at) + SHAPES.length, at);
  const entry = places.at(-1)!;
  const end = entry + source.readUInt32BE(entry) - SHAPES.length;
  writeFileSync(path, Buffer.concat([source.subarray(0, end), SHAPES, source.subarray(end)]));
}
