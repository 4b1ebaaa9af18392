/** Finds boxes in bytes that are all here. */

export interface BoxView {
  readonly type: string;
  /** The payload, a view: changing it changes the whole. */
  readonly body: Buffer;
}

/** The boxes inside a payload, in order. @throws RangeError for sizes that do not add up */
export function childBoxes(body: Buffer): BoxView[] {
  const boxes: BoxView[] = [];
  for (let at = 0; at + 8 <= body.length;) {
    const size = body.readUInt32BE(at);
    if (size < 8 || at + size > body.length)
      throw new RangeError(`expected whole boxes but one at ${String(at)} has ${String(size)} bytes`);
    boxes.push({ type: body.toString('latin1', at + 4, at + 8), body: body.subarray(at + 8, at + size) });
    at += size;
  }
  return boxes;
}

/** The first box down a path of types, `null` where one is missing. */
export function findBox(body: Buffer, ...path: readonly string[]): Buffer | null {
  let found: Buffer = body;
  for (const type of path) {
    const next = childBoxes(found).find((box) => box.type === type);
    if (next === undefined) return null;
    found = next.body;
  }
  return found;
}
