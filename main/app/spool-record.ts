import { crc32 } from 'node:zlib';

/** The head of one picture in a spool: mark, frame, length and hash of the compressed samples that follow, sum of itself. */
export interface SpoolHead {
  readonly index: number;
  /** Ticks of the plan's time base. */
  readonly pts: number;
  readonly bytes: number;
  readonly sha256: string;
}

const MARK = 0x544e4453; // "TNDS"
/** Larger than any compressed picture: a length beyond it is damage. */
const MOST_BYTES = 2 ** 31 - 1;
const SUM_AT = 52;
export const HEAD_BYTES = 56;

export function formatHead({ index, pts, bytes, sha256 }: SpoolHead): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(MARK, 0);
  head.writeUInt32BE(index, 4);
  head.writeDoubleBE(pts, 8);
  head.writeUInt32BE(bytes, 16);
  head.write(sha256, 20, 'hex');
  head.writeUInt32BE(crc32(head.subarray(0, SUM_AT)), SUM_AT);
  return head;
}

/** Null for anything that is no head. */
export function readHead(head: Buffer): SpoolHead | null {
  if (head.length < HEAD_BYTES || head.readUInt32BE(0) !== MARK) return null;
  if (head.readUInt32BE(SUM_AT) !== crc32(head.subarray(0, SUM_AT))) return null;
  const bytes = head.readUInt32BE(16);
  if (bytes === 0 || bytes > MOST_BYTES) return null;
  const sha256 = head.subarray(20, SUM_AT).toString('hex');
  return { index: head.readUInt32BE(4), pts: head.readDoubleBE(8), bytes, sha256 };
}
