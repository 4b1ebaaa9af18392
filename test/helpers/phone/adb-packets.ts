/** Packets of the ADB transport: six little-endian words and a payload. */
export const COMMANDS = {
  ...{ CNXN: 0x4e584e43, AUTH: 0x48545541, OPEN: 0x4e45504f },
  ...{ OKAY: 0x59414b4f, CLSE: 0x45534c43, WRTE: 0x45545257 },
} as const;

export interface Packet {
  readonly command: number;
  readonly arg0: number;
  readonly arg1: number;
  readonly payload: Buffer;
}

const HEADER_BYTES = 24;

export function encodePacket({ command, arg0, arg1, payload }: Packet): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  // Checksums are gone since version 0x01000001.
  const words = [command, arg0, arg1, payload.length, 0, (command ^ 0xffffffff) >>> 0];
  words.forEach((word, i) => header.writeUInt32LE(word, 4 * i));
  return Buffer.concat([header, payload]);
}

/** Cuts a stream into packets. */
export class PacketReader {
  #rest: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): Packet[] {
    this.#rest.push(chunk);
    this.#bytes += chunk.length;
    const packets: Packet[] = [];
    for (let packet = this.#next(); packet !== null; packet = this.#next()) packets.push(packet);
    return packets;
  }

  #next(): Packet | null {
    if (this.#bytes < HEADER_BYTES) return null;
    if (this.#rest[0]!.length < HEADER_BYTES) this.#rest = [Buffer.concat(this.#rest)];
    const length = this.#rest[0]!.readUInt32LE(12);
    if (this.#bytes < HEADER_BYTES + length) return null;
    const all = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest);
    const end = HEADER_BYTES + length;
    this.#rest = all.length > end ? [all.subarray(end)] : [];
    this.#bytes -= end;
    const [command, arg0, arg1] = [0, 4, 8].map((at) => all.readUInt32LE(at)) as [number, number, number];
    return { command, arg0, arg1, payload: all.subarray(HEADER_BYTES, end) };
  }
}
