import type { Plane } from '../../main/core/frame.ts';
import type { ProgramPicture } from './program.ts';

/** Copies planes of samples into the layout of a program's source buffer. What fills the rows up is left as it is. */
export function writePicture(planes: readonly Plane[], layout: ProgramPicture, bytes: Uint8Array): void {
  eachRow(planes, layout, bytes, (row, at) => bytes.set(row, at));
}

/** Copies a program's target buffer into planes of samples. */
export function readPicture(bytes: Uint8Array, layout: ProgramPicture, planes: readonly Plane[]): void {
  eachRow(planes, layout, bytes, (row, at) => row.set(bytes.subarray(at, at + row.length)));
}

/** Visits each row's bytes and where it lies in the buffer. @throws RangeError when sizes do not fit */
function eachRow(
  planes: readonly Plane[],
  { planes: count, width, height, rowBytes }: ProgramPicture,
  bytes: Uint8Array,
  visit: (row: Uint8Array, at: number) => void,
): void {
  if (planes.length !== count || bytes.length < count * height * rowBytes) {
    throw new RangeError(`expected ${count} planes in ${count * height * rowBytes} bytes but got ${planes.length}`);
  }
  planes.forEach(({ data, stride, width: w, height: h }, plane) => {
    if (w !== width || h !== height) throw new RangeError(`expected planes of ${width}x${height} but got ${w}x${h}`);
    const size = data.BYTES_PER_ELEMENT;
    for (let y = 0; y < height; y += 1) {
      const row = new Uint8Array(data.buffer, data.byteOffset + y * stride * size, width * size);
      visit(row, (plane * height + y) * rowBytes);
    }
  });
}
