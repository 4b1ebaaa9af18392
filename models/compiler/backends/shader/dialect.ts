/**
 * What differs between the shading languages. The generator writes expressions that both understand, with WGSL's short
 * type names (GLSL gets them as macros), and asks the dialect for the rest.
 */
export interface Dialect {
  readonly language: 'wgsl' | 'glsl-es-310';
  /** The integer dot product of four bytes is at hand. */
  readonly hasByteDot: boolean;
  shader(parts: ShaderParts): string;
  /** A value that never changes. */
  constant(type: ShaderType, name: string, value: string): string;
  variable(type: ShaderType, name: string, value: string): string;
  /** Head of a loop over whole numbers; the caller closes its brace. */
  loop(name: string, from: number, to: number): string;
  select(condition: string, yes: string, no: string): string;
  /** vec4f to two words of two halves each, and back. */
  packHalves(value: string): string;
  unpackHalves(words: string): string;
}

export type ShaderType = 'f32' | 'i32' | 'u32' | 'vec4f' | 'vec4i' | 'vec4u' | 'vec2u' | 'vec3u' | 'bool';

export interface ShaderBuffer {
  readonly name: string;
  readonly slot: number;
  readonly kind: 'read' | 'write' | 'read-write' | 'uniform';
  readonly element: ShaderType;
  /** Elements of a uniform array. */
  readonly length?: number;
}

export interface ShaderFunction {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, type: ShaderType])[];
  readonly result: ShaderType;
  /** One expression. */
  readonly body: string;
}

export interface ShaderParts {
  /** Lines of comment at the head. */
  readonly title: readonly string[];
  readonly buffers: readonly ShaderBuffer[];
  readonly functions: readonly ShaderFunction[];
  readonly workgroup: readonly [number, number];
  /** Statements of `main`; `id` is the invocation, a vec3u. */
  readonly body: readonly string[];
}

/** A literal of type f32 that reads back to the same number. */
export function floatLiteral(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export function floatVector(values: ArrayLike<number>): string {
  return `vec4f(${Array.from(values, floatLiteral).join(', ')})`;
}

export function intVector(values: ArrayLike<number>): string {
  return `vec4i(${Array.from(values, String).join(', ')})`;
}
