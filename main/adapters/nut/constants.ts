/** Numbers of the NUT container (nut.txt of the NUT project): a file is a byte stream of packets, found by start codes. */

export const FILE_ID = new TextEncoder().encode('nut/multimedia container\0');

/** Start codes as 16 hexadecimal digits: always `4e` ('N') first. */
export const START_CODES = {
  main: '4e4d7a561f5f04ad',
  stream: '4e5311405bf2f9db',
  syncpoint: '4e4be4adeeca4569',
  index: '4e58dd672f23e64e',
  info: '4e49ab68b596ba78',
} as const;

export type PacketKind = keyof typeof START_CODES;

export const FRAME_FLAGS = {
  key: 1,
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIdx: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** Packets whose forward pointer is larger carry a checksum of their own head. */
export const LARGEST_UNCHECKED_PACKET = 4096;
