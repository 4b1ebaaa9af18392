/**
 * The GPU program: what the compiler yields for a GPU, as plain data that crosses threads and wires. Who runs it (Dawn
 * here, OpenGL ES on a phone) makes the buffers, fills those with `data`, and per picture writes the source buffer, runs
 * the dispatches in order (each sees all that earlier ones wrote) and reads the target buffer. It knows no layer.
 *
 * Buffers are little-endian 32-bit words. Source and target hold planes of rows of samples, see {@link ProgramPicture}.
 */
export const PROGRAM_VERSION = 1;

export type ShaderLanguage = 'wgsl' | 'glsl-es-310';

export interface Program {
  readonly version: typeof PROGRAM_VERSION;
  readonly language: ShaderLanguage;
  readonly arithmetic: 'int8' | 'f32' | 'f16';
  readonly bitDepth: number;
  readonly scale: number;
  readonly source: ProgramPicture;
  readonly target: ProgramPicture;
  readonly buffers: readonly ProgramBuffer[];
  /** Compute shaders with the entry point `main`. */
  readonly shaders: readonly string[];
  readonly dispatches: readonly ProgramDispatch[];
  /** SHA-256 in hex of all the above: equal keys are equal programs. */
  readonly cacheKey: string;
}

/**
 * Planes one after another, rows without gaps between them; each row is filled up to whole words of four input samples
 * (times the scale in the target). u8 samples at 8 bits, u16 above.
 */
export interface ProgramPicture {
  readonly planes: number;
  /** In samples. */
  readonly width: number;
  readonly height: number;
  /** From row to row. */
  readonly rowBytes: number;
}

export interface ProgramBuffer {
  /** `hidden` buffers hold what stays on the device; `constant` ones have `data`, written once. */
  readonly role: 'source' | 'target' | 'hidden' | 'constant';
  /** Uniform buffers are at most {@link UNIFORM_BYTES}; the others are storage. */
  readonly kind: 'storage' | 'uniform';
  readonly bytes: number;
  readonly data?: Uint8Array;
}

export interface ProgramBinding {
  /**
   * WGSL: `@group(0) @binding(slot)`. GLSL: `binding = slot` of the buffer's kind; storage has slots 0 to 3, uniform
   * buffers 4 and up, so that no two kinds share one.
   */
  readonly slot: number;
  /** Index into {@link Program.buffers}. */
  readonly buffer: number;
  readonly kind: 'read' | 'write' | 'read-write' | 'uniform';
}

export interface ProgramDispatch {
  /** Index into {@link Program.shaders}. */
  readonly shader: number;
  readonly bindings: readonly ProgramBinding[];
  /** Work groups along x, y, z. */
  readonly groups: readonly [number, number, number];
}

/** The smallest uniform block that OpenGL ES 3.1 guarantees; WebGPU's default is 64 KiB. */
export const UNIFORM_BYTES = 16384;

/** Storage buffers a shader may bind by OpenGL ES 3.1; WebGPU's default is 8. */
export const STORAGE_SLOTS = 4;

/** @returns bytes of a source or target buffer */
export function pictureBytes({ planes, height, rowBytes }: ProgramPicture): number {
  return planes * height * rowBytes;
}
