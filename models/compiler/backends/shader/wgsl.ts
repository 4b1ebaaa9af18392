import type { Dialect, ShaderBuffer, ShaderFunction } from './dialect.ts';

const ACCESS = { read: 'read', write: 'read_write', 'read-write': 'read_write' } as const;

/** WebGPU's language. */
export const wgsl: Dialect = {
  language: 'wgsl',
  hasByteDot: true,
  shader: ({ title, buffers, functions, workgroup: [x, y], body }) =>
    lines([
      ...title.map((line) => `// ${line}`),
      ...buffers.map(declareBuffer),
      ...functions.map(declareFunction),
      `@compute @workgroup_size(${x}, ${y})`,
      'fn main(@builtin(global_invocation_id) id: vec3u) {',
      ...body.map((line) => `  ${line}`),
      '}',
    ]),
  constant: (type, name, value) => `let ${name}: ${type} = ${value};`,
  variable: (type, name, value) => `var ${name}: ${type} = ${value};`,
  loop: (name, from, to) => `for (var ${name}: i32 = ${from}; ${name} < ${to}; ${name}++) {`,
  select: (condition, yes, no) => `select(${no}, ${yes}, ${condition})`,
  packHalves: (value) => `vec2u(pack2x16float(${value}.xy), pack2x16float(${value}.zw))`,
  unpackHalves: (words) => `vec4f(unpack2x16float(${words}.x), unpack2x16float(${words}.y))`,
};

function declareBuffer({ name, slot, kind, element, length }: ShaderBuffer): string {
  const place = `@group(0) @binding(${slot})`;
  if (kind === 'uniform') return `${place} var<uniform> ${name}: array<${element}, ${length ?? 1}>;`;
  return `${place} var<storage, ${ACCESS[kind]}> ${name}: array<${element}>;`;
}

function declareFunction({ name, parameters, result, body }: ShaderFunction): string {
  const list = parameters.map(([parameter, type]) => `${parameter}: ${type}`).join(', ');
  return `fn ${name}(${list}) -> ${result} { return ${body}; }`;
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}
