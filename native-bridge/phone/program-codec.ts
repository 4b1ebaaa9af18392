import type { Program, ProgramDispatch } from '../../models/format/program.ts';
import { STORAGE_SLOTS, UNIFORM_BYTES, pictureBytes } from '../../models/format/program.ts';

/** Facts of a program's picture as the phone sees it: rows with their filling, planes one below the other. */
export interface WirePicture {
  /** Of the input, in samples. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly bytesPerSample: number;
}

export function wirePicture({ source, target, scale, bitDepth }: Program): WirePicture {
  const bytesPerSample = bitDepth > 8 ? 2 : 1;
  const picture = { width: source.rowBytes / bytesPerSample, height: source.planes * source.height, scale };
  if (pictureBytes(target) !== pictureBytes(source) * scale * scale) {
    throw new RangeError(`expected a target of ${scale} x ${scale} times the source's bytes`);
  }
  return { ...picture, bytesPerSample };
}

/** A program as bytes of the wire; `Program.decode` in Java reads them. */
export function encodeProgram(program: Program): Uint8Array {
  checkGuarantees(program);
  const out = new WordWriter();
  const { width, height, scale, bytesPerSample } = wirePicture(program);
  out.words(width, height, scale, bytesPerSample, program.buffers.length);
  out.words(findBuffer(program, 'source'), findBuffer(program, 'target'));
  for (const { bytes, data } of program.buffers) {
    out.words(bytes);
    out.bytes(data ?? new Uint8Array());
  }
  out.words(program.shaders.length);
  for (const shader of program.shaders) out.bytes(new TextEncoder().encode(shader));
  out.words(program.dispatches.length);
  for (const dispatch of program.dispatches) writeDispatch(out, dispatch);
  return out.finish();
}

/** What every phone with OpenGL ES 3.1 can do; more would fail on some, and nobody here would see it. */
function checkGuarantees({ language, buffers, dispatches }: Program): void {
  if (language !== 'glsl-es-310')
    throw new RangeError(`expected a program in GLSL ES for the phone but got ${language}`);
  for (const { kind, bytes } of buffers) {
    if (kind === 'uniform' && bytes > UNIFORM_BYTES)
      throw new RangeError(`expected at most ${UNIFORM_BYTES} uniform bytes`);
  }
  for (const { bindings } of dispatches) {
    const storage = bindings.filter(({ kind }) => kind !== 'uniform').length;
    if (storage > STORAGE_SLOTS)
      throw new RangeError(`expected at most ${STORAGE_SLOTS} storage buffers but got ${storage}`);
  }
}

function writeDispatch(out: WordWriter, { shader, bindings, groups }: ProgramDispatch): void {
  out.words(shader, bindings.length);
  for (const { slot, buffer, kind } of bindings) out.words(kind === 'uniform' ? 1 : 0, slot, buffer);
  out.words(...groups);
}

function findBuffer({ buffers }: Program, wanted: 'source' | 'target'): number {
  const at = buffers.findIndex(({ role }) => role === wanted);
  if (at < 0) throw new RangeError(`expected a ${wanted} buffer in the program but there is none`);
  return at;
}

class WordWriter {
  readonly #parts: Uint8Array[] = [];

  words(...values: readonly number[]): void {
    const part = new Uint8Array(4 * values.length);
    const view = new DataView(part.buffer);
    values.forEach((value, i) => view.setUint32(4 * i, value, true));
    this.#parts.push(part);
  }

  /** Their number, then themselves. */
  bytes(data: Uint8Array): void {
    this.words(data.length);
    this.#parts.push(data);
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
