import { createHash } from 'node:crypto';
import type { Program } from '../../../models/format/program.ts';

/**
 * A program that enlarges by two and mixes the bits of every sample, in integers: any device gives the same bits, and a
 * sample at the wrong place does not go unseen.
 */
export function trivialProgram(width: number, height: number): Program {
  if (width % 4 !== 0) throw new RangeError(`expected a width of whole words but got ${width}`);
  const source = { planes: 1, width, height, rowBytes: width };
  const target = { planes: 1, width: 2 * width, height: 2 * height, rowBytes: 2 * width };
  const shader = `#version 310 es
layout(local_size_x = 8, local_size_y = 8) in;
layout(std430, binding = 0) readonly buffer Source { uint source[]; };
layout(std430, binding = 1) writeonly buffer Target { uint target[]; };
layout(std140, binding = 4) uniform Key { uvec4 key; };
void main() {
  uint x = gl_GlobalInvocationID.x, y = gl_GlobalInvocationID.y;
  if (x >= ${width / 2}u || y >= ${2 * height}u) return;
  uint pair = source[(y >> 1) * ${width / 4}u + (x >> 1)] >> ((x & 1u) * 16u);
  uint word = 0u;
  for (uint i = 0u; i < 4u; i++) {
    uint sampled = (pair >> ((i >> 1) * 8u)) & 255u;
    word |= ((sampled * key.x + (i & 1u) * 5u + (y & 1u) * 11u + key.y) & 255u) << (8u * i);
  }
  target[y * ${width / 2}u + x] = word;
}`;
  const key = new Uint8Array(new Uint32Array([1, 3, 0, 0]).buffer);
  const cacheKey = createHash('sha256').update(shader).digest('hex');
  return {
    ...{ version: 1, language: 'glsl-es-310', arithmetic: 'int8', bitDepth: 8, scale: 2, source, target, cacheKey },
    buffers: [
      { role: 'source', kind: 'storage', bytes: width * height },
      { role: 'target', kind: 'storage', bytes: 4 * width * height },
      { role: 'constant', kind: 'uniform', bytes: 16, data: key },
    ],
    shaders: [shader],
    dispatches: [
      {
        shader: 0,
        bindings: [
          { slot: 0, buffer: 0, kind: 'read' },
          { slot: 1, buffer: 1, kind: 'write' },
          { slot: 4, buffer: 2, kind: 'uniform' },
        ],
        groups: [Math.ceil(width / 16), Math.ceil(height / 4), 1],
      },
    ],
  };
}

/** The same on the CPU. */
export function trivialResult(input: Uint8Array, width: number, height: number): Uint8Array {
  const output = new Uint8Array(4 * width * height);
  for (let y = 0; y < 2 * height; y++) {
    for (let x = 0; x < 2 * width; x++) {
      const sample = input[(y >> 1) * width + (x >> 1)]!;
      output[y * 2 * width + x] = sample + (x & 1) * 5 + (y & 1) * 11 + 3;
    }
  }
  return output;
}
