/** One to eight small disasters: what bad disks, cut downloads and bad programs do to files. */
export function mutate(bytes: Buffer, random: () => number): Buffer {
  let result: Buffer = Buffer.from(bytes);
  const count = 1 + Math.floor(random() * 8);
  for (let i = 0; i < count; i++) {
    const change = CHANGES[Math.floor(random() * CHANGES.length)]!;
    result = change(result, random);
  }
  return result;
}

type Change = (bytes: Buffer, random: () => number) => Buffer;

/** Heads and tails matter most: half of all places lie in the first 2 KiB. */
function placeIn(bytes: Buffer, random: () => number): number {
  const span = random() < 0.5 ? Math.min(2048, bytes.length) : bytes.length;
  return Math.floor(random() * span);
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const flipBit: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[placeIn(bytes, random)]! ^= 1 << Math.floor(random() * 8);
  return bytes;
};

const setByte: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[placeIn(bytes, random)] = Math.floor(random() * 256);
  return bytes;
};

const setExtreme: Change = (bytes, random) => {
  if (bytes.length < 4) return bytes;
  const place = Math.min(placeIn(bytes, random), bytes.length - 4);
  const value = EXTREMES[Math.floor(random() * EXTREMES.length)]!;
  if (random() < 0.5) bytes.writeUInt32BE(value, place);
  else bytes.writeUInt32LE(value, place);
  return bytes;
};

const truncate: Change = (bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length));

const clear: Change = (bytes, random) => {
  const place = placeIn(bytes, random);
  return bytes.fill(0, place, Math.min(bytes.length, place + Math.floor(random() * 64)));
};

const remove: Change = (bytes, random) => {
  const place = placeIn(bytes, random);
  return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + Math.floor(random() * 64))]);
};

const repeat: Change = (bytes, random) => {
  const place = placeIn(bytes, random);
  const end = place + 1 + Math.floor(random() * 256);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(place)]);
};

const insert: Change = (bytes, random) => {
  const place = placeIn(bytes, random);
  const noise = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 16) }, () => Math.floor(random() * 256)));
  return Buffer.concat([bytes.subarray(0, place), noise, bytes.subarray(place)]);
};

const CHANGES = [flipBit, flipBit, setByte, setByte, setExtreme, setExtreme, truncate, clear, remove, repeat, insert];
