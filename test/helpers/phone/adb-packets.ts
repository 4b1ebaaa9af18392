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

/** What goes before the payload. */
export function encodePacketHeader({ command, arg0, arg1, payload }: Packet): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  // Checksums are gone since version 0x01000001.
  const words = [command, arg0, arg1, payload.length, 0, (command ^ 0xffffffff) >>> 0];
  words.forEach((word, i) => header.writeUInt32LE(word, 4 * i));
  return header;
}

/** Cuts a stream into packets; each payload is copied once. */
export class PacketReader {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #payload = Buffer.alloc(0);
  #payloadBytes = 0;

  push(chunk: Buffer): Packet[] {
    const packets: Packet[] = [];
    for (let at = 0; at < chunk.length;) {
      if (this.#headerBytes < HEADER_BYTES) {
        const taken = chunk.copy(this.#header, this.#headerBytes, at);
        at += taken;
        this.#headerBytes += taken;
        if (this.#headerBytes < HEADER_BYTES) break;
        this.#payload = Buffer.allocUnsafeSlow(this.#header.readUInt32LE(12));
      }
      const taken = chunk.copy(this.#payload, this.#payloadBytes, at);
      at += taken;
      this.#payloadBytes += taken;
      if (this.#payloadBytes === this.#payload.length) packets.push(this.#finish());
    }
    return packets;
  }

  #finish(): Packet {
    const [command, arg0, arg1] = [0, 4, 8].map((at) => this.#header.readUInt32LE(at)) as [number, number, number];
    [this.#headerBytes, this.#payloadBytes] = [0, 0];
    return { command, arg0, arg1, payload: this.#payload };
  }
}
