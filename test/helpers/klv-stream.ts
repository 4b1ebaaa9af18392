/**
 * Puts a KLV track (SMPTE 336M, as drones and cameras of the air write it) into a transport stream that ffmpeg made, which
 * has no way to make one: one more entry in the programme's map, and packets of it between the others.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const PACKET = 188;
const KLV_PID = 0x1f0;
/** Where ffmpeg's transport streams begin. */
const FIRST_PTS = 126_000;
/** Stream type of private data in PES packets, with the registration that names it. */
const ENTRY = Buffer.from([
  0x06,
  0xe0 | (KLV_PID >> 8),
  KLV_PID & 0xff,
  0xf0,
  0x06,
  0x05,
  0x04,
  ...Buffer.from('KLVA'),
]);

/** @returns how many messages were put in */
export function addKlv(path: string): number {
  const source = readFileSync(path);
  const out: Buffer[] = [];
  let messages = 0;
  let pmtPid = -1;
  for (let at = 0; at < source.length; at += PACKET) {
    const packet = Buffer.from(source.subarray(at, at + PACKET));
    const pid = packet.readUInt16BE(1) & 0x1fff;
    if (pid === 0) pmtPid = packet.readUInt16BE(5 + 10) & 0x1fff; // The first programme of the table.
    if (pid === pmtPid) extendMap(packet);
    out.push(packet);
    if (pid === pmtPid) out.push(klvPacket(messages++));
  }
  writeFileSync(path, Buffer.concat(out));
  return messages;
}

/** A section of one packet: the length grows by the entry, and the checksum is counted anew. */
function extendMap(packet: Buffer): void {
  const section = 5;
  const length = packet.readUInt16BE(section + 1) & 0x0fff;
  const end = section + 3 + length - 4; // Where the checksum was.
  ENTRY.copy(packet, end);
  packet.writeUInt16BE(0xb000 | (length + ENTRY.length), section + 1);
  packet.writeUInt32BE(crc32(packet.subarray(section, end + ENTRY.length)), end + ENTRY.length);
}

function klvPacket(count: number): Buffer {
  const key = Buffer.from('060e2b34020b01010e01030101000000', 'hex'); // UAS local set of MISB 0601.
  const message = Buffer.concat([key, Buffer.from([4, 0x41, 2, 0, count])]);
  const pts = timeStamp(FIRST_PTS + count * 9000);
  const body = Buffer.concat([Buffer.from([0x80, 0x80, 5]), pts, message]);
  const pes = Buffer.concat([Buffer.from([0, 0, 1, 0xbd, 0, body.length]), body]);
  const stuffing = PACKET - 4 - pes.length;
  const head = Buffer.from([0x47, 0x40 | (KLV_PID >> 8), KLV_PID & 0xff, 0x30 | (count & 15)]);
  const adaptation = Buffer.alloc(stuffing, 0xff);
  adaptation[0] = stuffing - 1;
  adaptation[1] = 0;
  return Buffer.concat([head, adaptation, pes]);
}

/** 33 bits at 90 kHz, in five bytes with marks between. */
function timeStamp(ticks: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = 0x21 | ((ticks >>> 29) & 0x0e);
  bytes.writeUInt16BE(((ticks >>> 14) & 0xfffe) | 1, 1);
  bytes.writeUInt16BE(((ticks << 1) & 0xfffe) | 1, 3);
  return bytes;
}

/** The checksum of MPEG's tables. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}
