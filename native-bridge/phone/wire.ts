/**
 * The wire between desktop and phone. server/src/tandem/phone/Wire.java is the other side; wire-vectors.json holds bytes
 * that the tests of both read. Versions must be equal: there is no compatibility code.
 *
 * A message is six little-endian words (type, id, a, b, c, payload bytes) and its payload. A session, on one to three sockets:
 *
 *   hello (id magic, a version, token)    →  welcome (a version, report) on every socket, or refused (a reason, sentence)
 *   program (id, encoded program)         →  loaded (id, a microseconds)
 *   frame (id, a wanted payload, picture) →  result (id, a microseconds of computing, b payload, c microseconds waited for
 *                                            the GPU, picture), on the frame's socket
 *   echo (id, a bytes wanted, bytes)      →  echoed (id, bytes)
 *   nudge                                 →  nothing; see PhoneSocket
 */
export const WIRE_VERSION = 1;

/** "TDMP", the id of a hello. */
export const WIRE_MAGIC = 0x504d4454;
export const HEADER_BYTES = 24;
export const TOKEN_BYTES = 32;
const MAX_PAYLOAD_BYTES = 128 * 2 ** 20;

export const MESSAGE = {
  ...{ hello: 1, program: 2, frame: 3, echo: 4, nudge: 5 },
  ...{ welcome: 65, loaded: 66, result: 67, echoed: 68, refused: 69 },
} as const;

/** Why the phone refused, by the number on the wire. */
export const REFUSALS = ['unknown', 'version', 'token', 'message', 'gl', 'ending'] as const;

/** How a picture travels back, by the number on the wire; all are without loss, see residual.ts. */
export const PAYLOADS = ['plain', 'residual4', 'residual8'] as const;
export type Payload = (typeof PAYLOADS)[number];

export interface Header {
  readonly type: number;
  readonly id: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly length: number;
}

export function encodeHeader({ type, id, a, b, c, length }: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  [type, id, a, b, c, length].forEach((word, i) => view.setUint32(4 * i, word, true));
  return bytes;
}

/** @throws RangeError for a payload that no phone of ours sends: the stream is not ours or out of step */
export function decodeHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const [type, id, a, b, c, length] = [0, 4, 8, 12, 16, 20].map((at) => view.getUint32(at, true)) as SixWords;
  if (length > MAX_PAYLOAD_BYTES) throw new RangeError(`expected a message of the phone but got ${length} bytes`);
  return { type, id, a, b, c, length };
}

type SixWords = [number, number, number, number, number, number];

/** Lines of `key=value`, as the phone describes itself. */
export function parseReport(payload: Uint8Array): ReadonlyMap<string, string> {
  const lines = new TextDecoder().decode(payload).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}
