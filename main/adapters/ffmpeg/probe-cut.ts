/** Files that end inside one of their own parts: ffmpeg reads what is there and says nothing. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { MediaInfo } from '../../core/media.ts';

/** Sizes of a transport stream's packets: plain, with a time stamp (Blu-ray), with a checksum. */
const TRANSPORT_PACKETS = [188, 192, 204];
const MOST_BOXES = 1_000_000;

/** True where the file was cut off and its container shows it. Reads heads only. */
export async function isCutInside({ path, sizeBytes, formatName }: MediaInfo): Promise<boolean> {
  if (formatName === 'mpegts') return TRANSPORT_PACKETS.every((bytes) => sizeBytes % bytes !== 0);
  if (!formatName.split(',').includes('mp4')) return false;
  const file = await open(path, 'r');
  try {
    return await endsInsideFragment(file, sizeBytes);
  } finally {
    await file.close();
  }
}

/** Of an MP4 without fragments the index tells more, and ffmpeg reads that. */
async function endsInsideFragment(file: FileHandle, sizeBytes: number): Promise<boolean> {
  const head = Buffer.alloc(16);
  let hasFragments = false;
  let at = 0;
  for (let i = 0; at < sizeBytes && i < MOST_BOXES; i++) {
    const { bytesRead } = await file.read(head, 0, 16, at);
    if (bytesRead < 8) return hasFragments;
    const short = head.readUInt32BE(0);
    if (short === 0) return false; // To the end of the file, however far that is.
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (size < 8) return false; // No box: what follows is padding or rubbish that no player reads.
    hasFragments ||= head.toString('latin1', 4, 8) === 'moof';
    at += size;
  }
  return hasFragments && at > sizeBytes;
}
