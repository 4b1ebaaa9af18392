import type { Plane, Samples } from '../../../core/frame.ts';

/** Shared copies of planes that are not in shared memory themselves, kept from picture to picture. */
export class SharedPlanes {
  readonly #copies = new Map<number, Samples>();

  /** The same planes where another thread can see them: as they are, or as a copy with their content. */
  share(planes: readonly Plane[], content: 'with-content' | 'empty'): Plane[] {
    return planes.map((plane, i) => {
      if (plane.data.buffer instanceof SharedArrayBuffer) return plane;
      const copy = this.#copyFor(i, plane);
      if (content === 'with-content') copy.set(plane.data.subarray(0, copy.length));
      return { ...plane, data: copy };
    });
  }

  /** Brings what was written into the shared copies back, row by row: what lies between the rows is not ours. */
  static fetch(shared: readonly Plane[], planes: readonly Plane[]): void {
    planes.forEach((plane, i) => {
      const from = shared[i]?.data;
      if (from === undefined || from === plane.data) return;
      for (let y = 0; y < plane.height; y += 1) {
        const at = y * plane.stride;
        plane.data.set(from.subarray(at, at + plane.width), at);
      }
    });
  }

  #copyFor(index: number, { data, stride, height, width }: Plane): Samples {
    const length = stride * (height - 1) + width;
    const known = this.#copies.get(index);
    if (known?.length === length && known.BYTES_PER_ELEMENT === data.BYTES_PER_ELEMENT) return known;
    const buffer = new SharedArrayBuffer(length * data.BYTES_PER_ELEMENT);
    const copy = data instanceof Uint16Array ? new Uint16Array(buffer) : new Uint8Array(buffer);
    this.#copies.set(index, copy);
    return copy;
  }
}
