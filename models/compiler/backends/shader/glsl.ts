import type { Dialect, ShaderBuffer, ShaderFunction, ShaderType } from './dialect.ts';

const TYPES: Readonly<Record<ShaderType, string>> = {
  f32: 'float',
  i32: 'int',
  u32: 'uint',
  vec4f: 'vec4',
  vec4i: 'ivec4',
  vec4u: 'uvec4',
  vec2u: 'uvec2',
  vec3u: 'uvec3',
  bool: 'bool',
};

const ACCESS = { read: 'readonly ', write: 'writeonly ', 'read-write': '' } as const;

/** OpenGL ES 3.1's language. Everything is highp: sums must be exact. */
export const glsl: Dialect = {
  language: 'glsl-es-310',
  hasByteDot: false,
  shader: ({ title, buffers, functions, workgroup: [x, y], body }) =>
    lines([
      '#version 310 es',
      ...title.map((line) => `// ${line}`),
      'precision highp float;',
      'precision highp int;',
      ...Object.entries(TYPES)
        .filter(([own, type]) => own !== type)
        .map(([own, type]) => `#define ${own} ${type}`),
      `layout(local_size_x = ${x}, local_size_y = ${y}) in;`,
      ...buffers.map(declareBuffer),
      ...functions.map(declareFunction),
      'void main() {',
      '  uvec3 id = gl_GlobalInvocationID;',
      ...body.map((line) => `  ${line}`),
      '}',
    ]),
  constant: (type, name, value) => `${type} ${name} = ${value};`,
  variable: (type, name, value) => `${type} ${name} = ${value};`,
  loop: (name, from, to) => `for (int ${name} = ${from}; ${name} < ${to}; ${name}++) {`,
  select: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
  packHalves: (value) => `uvec2(packHalf2x16(${value}.xy), packHalf2x16(${value}.zw))`,
  unpackHalves: (words) => `vec4(unpackHalf2x16(${words}.x), unpackHalf2x16(${words}.y))`,
};

function declareBuffer({ name, slot, kind, element, length }: ShaderBuffer): string {
  const type = TYPES[element];
  if (kind === 'uniform') {
    return `layout(std140, binding = ${slot}) uniform block${slot} { ${type} ${name}[${length ?? 1}]; };`;
  }
  return `layout(std430, binding = ${slot}) ${ACCESS[kind]}restrict buffer block${slot} { ${type} ${name}[]; };`;
}

function declareFunction({ name, parameters, result, body }: ShaderFunction): string {
  const list = parameters.map(([parameter, type]) => `${TYPES[type]} ${parameter}`).join(', ');
  return `${TYPES[result]} ${name}(${list}) { return ${body}; }`;
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}
