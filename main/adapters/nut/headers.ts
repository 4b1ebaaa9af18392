import type { TimeBase } from '../../core/time-base.ts';
import { nutError, VarReader } from './var-reader.ts';
import { FRAME_FLAGS } from './constants.ts';

/** What a one-byte frame code stands for. */
export interface FrameCode {
  readonly flags: number;
  readonly streamId: number;
  readonly ptsDelta: number;
  readonly sizeMul: number;
  readonly sizeLsb: number;
  readonly reserved: number;
  readonly headerIdx: number;
}

export interface NutMainHeader {
  readonly streams: number;
  readonly timeBases: readonly TimeBase[];
  readonly frameCodes: readonly FrameCode[];
  /** First bytes that frames share and leave out; entry 0 is empty. */
  readonly elision: readonly Uint8Array[];
}

export interface NutStream {
  readonly id: number;
  /** 0 is video. */
  readonly kind: number;
  readonly fourcc: Uint8Array;
  readonly timeBase: TimeBase;
  readonly msbPtsShift: number;
  readonly decodeDelay: number;
  /** ffmpeg's `extradata`. */
  readonly codecData: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Zero over zero when unknown. */
  readonly sampleWidth: number;
  readonly sampleHeight: number;
}

/** Parses the payload of a main header, its checksum left out. */
export function parseMainHeader(payload: Uint8Array): NutMainHeader {
  const reader = new VarReader(payload);
  const version = reader.v();
  if (version < 2 || version > 4) throw nutError('version 2, 3 or 4', String(version));
  if (version > 3) reader.v();
  const streams = reader.v();
  reader.v(); // Largest distance of syncpoints: for seeking, which a pipe cannot.
  const timeBases = Array.from({ length: bounded(reader.v(), 64, 'time bases') }, () => {
    const timeBase = { num: reader.v(), den: reader.v() };
    if (timeBase.num < 1 || timeBase.den < 1) throw nutError('a time base of positive integers', 'a zero');
    return timeBase;
  });
  const frameCodes = parseFrameCodes(reader);
  const elision: Uint8Array[] = [new Uint8Array(0)];
  if (reader.left > 0) for (let i = bounded(reader.v(), 127, 'elision headers'); i > 0; i--) elision.push(reader.vb());
  return { streams, timeBases, frameCodes, elision };
}

/** The table is run-length coded: a row of fields that stay what they were before, for a count of frame codes. */
function parseFrameCodes(reader: VarReader): FrameCode[] {
  const codes: FrameCode[] = [];
  let ptsDelta = 0;
  let sizeMul = 1;
  let streamId = 0;
  let headerIdx = 0;
  while (codes.length < 256) {
    const flags = reader.v();
    const fields = reader.v();
    if (fields > 0) ptsDelta = reader.s();
    if (fields > 1) sizeMul = reader.v();
    if (fields > 2) streamId = reader.v();
    const size = fields > 3 ? reader.v() : 0;
    const reserved = fields > 4 ? reader.v() : 0;
    const count = fields > 5 ? reader.v() : sizeMul - size;
    if (fields > 6) reader.s();
    if (fields > 7) headerIdx = reader.v();
    for (let i = 8; i < fields; i++) reader.v();
    if (count < 1 && codes.length !== 0x4e) throw nutError('a positive run of frame codes', String(count));
    for (let i = 0; i < count && codes.length < 256;) {
      // 'N' opens start codes and is never a frame; it does not count in a run.
      const isStartCode = codes.length === 0x4e;
      const sizeLsb = size + i;
      codes.push({
        flags: isStartCode ? FRAME_FLAGS.invalid : flags,
        streamId,
        ptsDelta,
        sizeMul,
        sizeLsb,
        reserved,
        headerIdx,
      });
      if (!isStartCode) i += 1;
    }
  }
  return codes;
}

/** Parses the payload of a stream header, its checksum left out. */
export function parseStreamHeader(payload: Uint8Array, main: NutMainHeader): NutStream {
  const reader = new VarReader(payload);
  const id = reader.v();
  const kind = reader.v();
  const fourcc = reader.vb();
  const timeBase = main.timeBases[reader.v()];
  if (timeBase === undefined) throw nutError('a time base of the main header', 'an unknown number');
  const msbPtsShift = bounded(reader.v(), 16, 'bits of a short time stamp');
  reader.v(); // Largest distance of time stamps: for error recovery.
  const decodeDelay = reader.v();
  reader.v(); // Stream flags: fixed frame rate, a hint.
  const codecData = reader.vb();
  const isVideo = kind === 0;
  const [width, height, sampleWidth, sampleHeight] = isVideo
    ? [reader.v(), reader.v(), reader.v(), reader.v()]
    : [0, 0, 0, 0];
  return { id, kind, fourcc, timeBase, msbPtsShift, decodeDelay, codecData, width, height, sampleWidth, sampleHeight };
}

function bounded(value: number, most: number, what: string): number {
  if (value > most) throw nutError(`at most ${String(most)} ${what}`, String(value));
  return value;
}
