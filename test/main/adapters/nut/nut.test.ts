import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { NutDemuxer } from '../../../../main/adapters/nut/demuxer.ts';
import { nutFrameHead, nutHeader } from '../../../../main/adapters/nut/muxer.ts';
import { StreamSource } from '../../../../main/adapters/process/byte-pipe.ts';
import { encodeV, VarReader } from '../../../../main/adapters/nut/var-reader.ts';
import { isAppError } from '../../../../main/core/errors.ts';

const STREAM = {
  fourcc: Buffer.from('I420'),
  width: 4,
  height: 2,
  sampleAspectRatio: { num: 4, den: 3 },
  timeBase: { num: 1, den: 57600 },
};
const FRAMES = [0, 64236, 66637, 2 ** 40].map((pts, i) => ({ pts, payload: Buffer.alloc(12 + i, i + 1) }));

function writeFile(): Buffer {
  const frames = FRAMES.flatMap(({ pts, payload }) => [nutFrameHead(pts, payload.length), payload]);
  return Buffer.concat([nutHeader(STREAM), ...frames]);
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of chunks is asynchronous by its type
async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(
  bytes: Uint8Array,
  chunkBytes = 7,
): Promise<{ frames: { pts: number; payload: Buffer }[]; nut: NutDemuxer }> {
  const nut = await NutDemuxer.open(new StreamSource(chunks(bytes, chunkBytes)));
  const frames: { pts: number; payload: Buffer }[] = [];
  for (let packet = await nut.nextPacket(); packet !== null; packet = await nut.nextPacket()) {
    const payload = Buffer.alloc(packet.size);
    await nut.readPayload([payload.subarray(0, 5), payload.subarray(5)]);
    frames.push({ pts: packet.pts, payload });
  }
  return { frames, nut };
}

describe('numbers', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (natural) => {
        expect(new VarReader(Uint8Array.from(encodeV(natural))).v()).toBe(natural);
      }),
    );
  });

  it('reads signs folded into the lowest bit', () => {
    expect([0, 1, 2, 3, 4].map((byte) => new VarReader(Uint8Array.of(byte)).s())).toEqual([0, 1, -1, 2, -2]);
  });

  it('reads a negative time from a field without a sign', () => {
    // -16016 as the 64 bits that ffmpeg writes for the decoding time of a first frame before B-frames.
    const bytes = [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x82, 0x70];
    expect(new VarReader(Uint8Array.from(bytes)).v64()).toBe(-16016);
  });
});

describe('a NUT stream', () => {
  it('comes back frame for frame, whatever the chunks', async () => {
    for (const size of [1, 3, 64, 4096]) {
      const { frames, nut } = await readAll(writeFile(), size);
      expect(frames).toEqual(FRAMES);
      expect(nut.stream).toMatchObject({
        width: 4,
        height: 2,
        sampleWidth: 4,
        sampleHeight: 3,
        timeBase: STREAM.timeBase,
      });
      expect(nut.isComplete).toBe(false); // Ours has no index: the index is what a foreign muxer proves its end by.
    }
  });

  it('refuses a time before zero, which the format cannot hold', () => {
    expect(() => nutFrameHead(-1, 1)).toThrow(RangeError);
  });

  it('cut anywhere gives whole frames, then an error or a bare end, and never hangs', async () => {
    const whole = writeFile();
    for (let bytes = 0; bytes < whole.length; bytes++) {
      const end = await readAll(whole.subarray(0, bytes)).then(
        ({ nut, frames }) => ({ isComplete: nut.isComplete, frames: frames.length }),
        (error: unknown) => {
          expect(isAppError(error), String(error)).toBe(true);
          return null;
        },
      );
      if (end !== null) {
        expect(end.isComplete).toBe(false);
        expect(end.frames).toBeLessThan(FRAMES.length);
      }
    }
  });

  it('with any byte of its headers changed is refused', async () => {
    const whole = writeFile();
    const headerBytes = nutHeader(STREAM).length;
    for (let at = 0; at < headerBytes; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      await expect(readAll(damaged), `byte ${String(at)}`).rejects.toSatisfy(isAppError);
    }
  });

  it('refuses random bytes after a good start', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (noise) => {
        const end = readAll(Buffer.concat([nutHeader(STREAM), noise]));
        await end.then(
          ({ nut }) => expect(nut.isComplete).toBe(false),
          (error: unknown) => expect(isAppError(error)).toBe(true),
        );
      }),
    );
  });
});
