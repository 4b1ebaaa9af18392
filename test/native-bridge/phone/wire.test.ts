import { describe, expect, it } from 'vitest';
import vectors from '../../../native-bridge/phone/wire-vectors.json' with { type: 'json' };
import type { Program } from '../../../models/format/program.ts';
import { encodeProgram } from '../../../native-bridge/phone/program-codec.ts';
import { unpackResidual } from '../../../native-bridge/phone/residual.ts';
import { HEADER_BYTES, MESSAGE, decodeHeader, encodeHeader, parseReport } from '../../../native-bridge/phone/wire.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('wire, on the desktop', () => {
  it.each(vectors.messages)('message: $name', ({ name, payload, bytes: all, ...words }) => {
    const header = { ...words, length: payload.length / 2 };
    expect(hex(encodeHeader(header)) + payload).toBe(all);
    expect(decodeHeader(bytes(all).subarray(0, HEADER_BYTES))).toEqual(header);
    expect(words.type).toBe(MESSAGE[name as keyof typeof MESSAGE]);
  });

  it.each(vectors.programs)('program: $name', ({ program, bytes: all }) => {
    const buffers = program.buffers.map((b) => (b.data === undefined ? b : { ...b, data: bytes(b.data) }));
    expect(hex(encodeProgram({ ...program, buffers } as unknown as Program))).toBe(all);
  });

  it.each(vectors.residuals)('residual: $name', ({ kind, packed, input, output, ...picture }) => {
    const filled = new Uint8Array(output.length / 2);
    const parts = { input: bytes(input), packed: bytes(packed), output: filled };
    unpackResidual(kind as 'residual4' | 'residual8', picture, parts);
    expect(hex(filled)).toBe(output);
  });

  it('refuses what is no answer of ours', () => {
    const header = encodeHeader({ type: 67, id: 1, a: 0, b: 0, c: 0, length: 2 ** 31 });
    expect(() => decodeHeader(header)).toThrow('2147483648 bytes');
    const picture = { width: 2, height: 1, scale: 1, bytesPerSample: 1 };
    const parts = { input: new Uint8Array(2), output: new Uint8Array(2) };
    expect(() => unpackResidual('residual4', picture, { ...parts, packed: Uint8Array.of() })).toThrow(
      'at least 1 bytes',
    );
    // Two samples that follow whole, but only one is there, and one too many.
    expect(() => unpackResidual('residual4', picture, { ...parts, packed: Uint8Array.of(0, 1) })).toThrow('expected 3');
    expect(() => unpackResidual('residual4', picture, { ...parts, packed: Uint8Array.of(0x88, 1) })).toThrow(
      'expected 1',
    );
    expect(() => unpackResidual('residual8', picture, { ...parts, packed: Uint8Array.of(0x88) })).toThrow('residual8');
  });

  it('reads the report, also one of odd lines', () => {
    const report = parseReport(new TextEncoder().encode('model=A=B\nnonsense\nsdk=33\n'));
    expect([...report]).toEqual([
      ['model', 'A=B'],
      ['sdk', '33'],
    ]);
  });
});
