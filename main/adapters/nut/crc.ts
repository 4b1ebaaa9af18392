/** NUT's checksum: CRC-32 of polynomial 0x04C11DB7, most significant bit first, start 0, no final xor. */

const TABLE = buildTable();

function buildTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
    table[i] = value >>> 0;
  }
  return table;
}

/** Checksum of `bytes`, continuing from `start`. Zero over data that is followed by its own checksum. */
export function crcOf(bytes: Uint8Array, start = 0): number {
  let crc = start;
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[((crc >>> 24) ^ byte) & 255] ?? 0)) >>> 0;
  return crc;
}
