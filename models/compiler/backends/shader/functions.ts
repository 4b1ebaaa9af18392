import type { Dialect, ShaderFunction, ShaderType } from './dialect.ts';

/** Functions that generated bodies may call; a shader gets those it names, callees before their callers. */
export function usedFunctions(dialect: Dialect, bitDepth: number, text: string): ShaderFunction[] {
  const all = [...sampleFunctions(bitDepth), ...floatFunctions(dialect), ...CODE_FUNCTIONS, ...SUM_FUNCTIONS];
  const used = new Set<ShaderFunction>();
  const visit = (body: string): void => {
    for (const candidate of all) {
      if (used.has(candidate) || !new RegExp(`\\b${candidate.name}\\(`).test(body)) continue;
      used.add(candidate);
      visit(candidate.body);
    }
  };
  visit(text);
  return all.filter((candidate) => used.has(candidate));
}

function define(name: string, result: ShaderType, parameters: string, body: string): ShaderFunction {
  const list = parameters.split(', ').map((part) => part.split(': ') as [string, ShaderType]);
  return { name, parameters: list, result, body };
}

/** The picture: one sample, and the u8 code that the net gets for it (quant.md, "Input"). */
function sampleFunctions(bitDepth: number): ShaderFunction[] {
  const [shift, mask, bits] = bitDepth > 8 ? [1, 1, 16] : [2, 3, 8];
  const full = 2 ** bitDepth - 1;
  const place = 'plane: i32, row: i32, column: i32';
  const word = `pixels_in[(plane * size[0].y + row) * size[0].z + (column >> ${shift}u)]`;
  const sample = 'pixel(plane, row, column)';
  const code = bitDepth === 8 ? sample : `(510u * ${sample} + ${full}u) / ${2 * full}u`;
  return [
    define('pixel', 'u32', place, `(${word} >> (u32(column & ${mask}) * ${bits}u)) & ${2 ** bits - 1}u`),
    define('pixel_code', 'u32', place, code),
  ];
}

function floatFunctions(dialect: Dialect): ShaderFunction[] {
  return [
    define('from_halves', 'vec4f', 'words: vec2u', dialect.unpackHalves('words')),
    define('to_halves', 'vec2u', 'value: vec4f', dialect.packHalves('value')),
  ];
}

/** Codes of four channels in a word, and the steps of quant.md. */
const CODE_FUNCTIONS = [
  define('from_codes', 'vec4i', 'word: u32', 'vec4i(vec4u(word, word >> 8u, word >> 16u, word >> 24u) & vec4u(255u))'),
  define(
    'to_codes',
    'u32',
    'codes: vec4i',
    'u32(codes.x) | (u32(codes.y) << 8u) | (u32(codes.z) << 16u) | (u32(codes.w) << 24u)',
  ),
  define('sat16', 'vec4i', 'value: vec4i', 'clamp(value, vec4i(-32768), vec4i(32767))'),
  define('mulh', 'vec4i', 'a: vec4i, b: vec4i', '(a * b + vec4i(16384)) >> vec4u(15u)'),
];

/** Multiply-adds of four output channels with one input channel (`w1`) or four (`w4`): weights lie at `at`. */
const SUM_FUNCTIONS = [
  define('f1', 'vec4f', 'sum: vec4f, at: i32, x: f32', 'sum + weights[at] * x'),
  define(
    'f4',
    'vec4f',
    'sum: vec4f, at: i32, x: vec4f',
    'sum + weights[at] * x.x + weights[at + 1] * x.y + weights[at + 2] * x.z + weights[at + 3] * x.w',
  ),
  define('i1', 'vec4i', 'sum: vec4i, at: i32, x: i32', 'sum + weights[at] * x'),
  define(
    'i4',
    'vec4i',
    'sum: vec4i, at: i32, x: vec4i',
    'sum + weights[at] * x.x + weights[at + 1] * x.y + weights[at + 2] * x.z + weights[at + 3] * x.w',
  ),
  define('d1', 'vec4i', 'sum: vec4i, at: i32, x: i32', 'sum + vec4i(weights[at]) * x'),
  define(
    'd4',
    'vec4i',
    'sum: vec4i, at: i32, x: u32',
    'sum + vec4i(dot4I8Packed(weights[at].x, x), dot4I8Packed(weights[at].y, x), ' +
      'dot4I8Packed(weights[at].z, x), dot4I8Packed(weights[at].w, x))',
  ),
];
