import { decodeOnnx } from '../format/onnx.ts';
import type { Graph, Tensor } from '../ir/graph.ts';
import { importOnnx } from '../ir/import-onnx.ts';
import { interpret } from '../ir/interpret.ts';
import { fuseGraph } from './passes/fuse.ts';

/** What a network of one colour makes of a picture that has one value all over. */
export interface FlatResponse {
  readonly scale: number;
  /** By the place in the square of `scale * scale` output samples, row by row: what is added to each code. */
  readonly offsets: readonly Int16Array[];
}

/**
 * How far a network moves flat areas, for every code. On a flat picture every tap of a kernel reads the same, so each
 * convolution is one of a single tap that holds their sum: one small picture of all codes answers exactly.
 * @param onnx bytes of an f32 network of one colour
 * @throws AppError `model-unsupported` where it has an op that the compiler does not fuse
 */
export function flatResponse(onnx: Uint8Array, bitDepth: number, inputMaximum: number): FlatResponse {
  const graph = ofSingleTaps(fuseGraph(importOnnx(decodeOnnx(onnx)), { inputMaximum }));
  const codes = 2 ** bitDepth;
  const factor = (codes - 1) / inputMaximum;
  const input = Float32Array.from({ length: codes }, (_, code) => code / factor);
  const { dims, data } = interpret(graph, { dims: [1, 1, 1, codes], data: input });
  const scale = dims[2] ?? 1;
  const offsets = Array.from({ length: scale * scale }, (_, place) => {
    const at = Math.floor(place / scale) * codes * scale + (place % scale);
    const made = (code: number) => Math.round((data[at + code * scale] ?? 0) * factor);
    // Runtimes clamp to the range, so that what they add ends there.
    return Int16Array.from({ length: codes }, (_, code) => Math.min(Math.max(made(code), 0), codes - 1) - code);
  });
  return { scale, offsets };
}

/** @returns the same fused network for flat pictures, whose samples are then computed one by one: a picture may hold many */
export function ofSingleTaps(graph: Graph): Graph {
  const constants: Record<string, Tensor> = { ...graph.constants };
  for (const { op, inputs } of graph.nodes) {
    const name = inputs[1];
    const weights = name === undefined ? undefined : graph.constants[name];
    if (name !== undefined && weights !== undefined && (op === 'FusedConv' || op === 'FusedOutput')) {
      constants[name] = sumTaps(weights);
    }
  }
  return { ...graph, constants };
}

function sumTaps({ dims: [m = 0, c = 0, kh = 1, kw = 1], data }: Tensor): Tensor {
  const taps = kh * kw;
  const sums = Float32Array.from({ length: m * c }, (_, i) =>
    data.subarray(i * taps, (i + 1) * taps).reduce((sum, weight) => sum + weight, 0),
  );
  return { dims: [m, c, 1, 1], data: sums };
}
