/**
 * ffmpeg before 5.0 keeps an MP4's start offsets in milliseconds, whatever the tracks' own ticks. Here the movie gets the
 * video's ticks, and the video its exact start, in place: no byte of the file moves.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { childBoxes, findBox } from './box-tree.ts';

const LARGEST_U32 = 0xffffffff;
const EMPTY_EDIT = -1;
const LARGEST_INDEX_BYTES = 2 ** 30;

/**
 * @param timescale ticks of a second of the video track
 * @param startTicks where its first frame is shown
 * @param spanTicks from there to the end of its last frame, which VP9 loses on the way
 * @returns false where the file has no place for it: a start below a millisecond has no edit to correct
 */
export async function refineStarts(
  path: string,
  timescale: number,
  startTicks: number,
  spanTicks: number,
): Promise<boolean> {
  const file = await open(path, 'r+');
  try {
    const place = await findMoov(file);
    if (place === null) return false;
    const moov = Buffer.alloc(place.bytes);
    await file.read(moov, 0, place.bytes, place.at);
    if (!refineMoov(moov, timescale, startTicks, spanTicks)) return false;
    await file.write(moov, 0, place.bytes, place.at);
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

/** Where the payload of the `moov` box lies. */
async function findMoov(file: FileHandle): Promise<{ at: number; bytes: number } | null> {
  const head = Buffer.alloc(16);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(head, 0, 16, at);
    if (bytesRead < 8) return null;
    const short = head.readUInt32BE(0);
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (head.toString('latin1', 4, 8) === 'moov')
      return size <= LARGEST_INDEX_BYTES ? { at: at + 8, bytes: size - 8 } : null;
    if (size < 8) return null;
    at += size;
  }
}

/** @returns false, with nothing changed, where a field is missing or too narrow */
function refineMoov(moov: Buffer, timescale: number, startTicks: number, spanTicks: number): boolean {
  const mvhd = findBox(moov, 'mvhd');
  const tracks = childBoxes(moov).flatMap((box) => (box.type === 'trak' ? [box.body] : []));
  const video = tracks.find((track) => findBox(track, 'mdia', 'hdlr')?.toString('latin1', 8, 12) === 'vide');
  if (mvhd === null || video === undefined || mvhd[0] !== 0) return false;
  const old = mvhd.readUInt32BE(12);
  const scale = (value: number) => Math.round((value * timescale) / old);
  const fields = [{ body: mvhd, at: 16 }, ...tracks.flatMap(durationFields)];
  if (fields.some(({ body, at }) => scale(body.readUInt32BE(at)) > LARGEST_U32)) return false;
  const videoEdits = findBox(video, 'edts', 'elst');
  if (startTicks > 0 && videoEdits?.readInt32BE(12) !== EMPTY_EDIT) return false;
  for (const { body, at } of fields) body.writeUInt32BE(scale(body.readUInt32BE(at)), at);
  mvhd.writeUInt32BE(timescale, 12);
  if (startTicks > 0) videoEdits?.writeUInt32BE(startTicks, 8);
  if (videoEdits !== null) lengthenLast(videoEdits, spanTicks);
  return true;
}

function lengthenLast(edits: Buffer, spanTicks: number): void {
  const at = 8 + 12 * (edits.readUInt32BE(4) - 1);
  if (edits[0] === 0 && edits.readUInt32BE(at) < spanTicks) edits.writeUInt32BE(spanTicks, at);
}

/** The fields of a track that count in the movie's ticks. Wide ones (version 1) are of files that need no refining. */
function durationFields(track: Buffer): { body: Buffer; at: number }[] {
  const tkhd = findBox(track, 'tkhd');
  const elst = findBox(track, 'edts', 'elst');
  const edits = elst?.[0] === 0 ? elst.readUInt32BE(4) : 0;
  return [
    ...(tkhd?.[0] === 0 ? [{ body: tkhd, at: 20 }] : []),
    ...(elst === null ? [] : Array.from({ length: edits }, (_, i) => ({ body: elst, at: 8 + 12 * i }))),
  ];
}
