/** Names in a dex file, as `class.member(parameters)result`: what a program asks of the classes around it. */
export interface DexReferences {
  readonly version: string;
  readonly methods: readonly string[];
  readonly fields: readonly string[];
}

export function readDex(bytes: Uint8Array): DexReferences {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): number => view.getUint32(at, true);
  const half = (at: number): number => view.getUint16(at, true);
  const table = (at: number, size: number): number[] =>
    Array.from({ length: word(at) }, (_, i) => word(at + 4) + i * size);
  const strings = table(0x38, 4).map((at) => readString(bytes, word(at)));
  const types = table(0x40, 4).map((at) => strings[word(at)]!);
  const protos = table(0x48, 12).map((at) => {
    const list = word(at + 8);
    const parameters = list === 0 ? [] : Array.from({ length: word(list) }, (_, i) => types[half(list + 4 + 2 * i)]!);
    return `(${parameters.join('')})${types[word(at + 4)]!}`;
  });
  const fields = table(0x50, 8).map((at) => `${types[half(at)]!}.${strings[word(at + 4)]!}:${types[half(at + 2)]!}`);
  const methods = table(0x58, 8).map((at) => `${types[half(at)]!}.${strings[word(at + 4)]!}${protos[half(at + 2)]!}`);
  return { version: Buffer.from(bytes.subarray(4, 7)).toString('latin1'), methods, fields };
}

/** A length in LEB128, then text that ends in zero; ours is ASCII. */
function readString(bytes: Uint8Array, from: number): string {
  let start = from;
  while (bytes[start]! >= 128) start++;
  start++;
  return Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString('utf8');
}
