import type { Tensor } from '../graph.ts';
import type { KernelTable } from '../interpret.ts';

type ElementwiseOp =
  | 'PRelu'
  | 'Relu'
  | 'LeakyRelu'
  | 'Clip'
  | 'Sigmoid'
  | 'Tanh'
  | 'Add'
  | 'Sub'
  | 'Mul'
  | 'Div'
  | 'Identity'
  | 'QuantizeLinear'
  | 'DequantizeLinear';

/** Ops that look at one sample at a time. */
export const ELEMENTWISE_KERNELS: KernelTable<ElementwiseOp> = {
  Relu: (_, inputs, out) => mapUnary(inputs, out, (v) => Math.max(v, 0)),
  LeakyRelu: ({ attributes: { alpha } }, inputs, out) => mapUnary(inputs, out, (v) => (v < 0 ? alpha * v : v)),
  Clip: ({ attributes: { minimum, maximum } }, inputs, out) =>
    mapUnary(inputs, out, (v) => Math.min(Math.max(v, minimum), maximum)),
  Sigmoid: (_, inputs, out) => mapUnary(inputs, out, (v) => 1 / (1 + Math.exp(-v))),
  Tanh: (_, inputs, out) => mapUnary(inputs, out, Math.tanh),
  Identity: (_, inputs, out) => mapUnary(inputs, out, (v) => v),
  QuantizeLinear: ({ attributes: { scale, zeroPoint, minimum, maximum } }, inputs, out) =>
    mapUnary(inputs, out, (v) => Math.min(Math.max(roundEven(v / scale) + zeroPoint, minimum), maximum)),
  DequantizeLinear: ({ attributes: { scales, zeroPoints } }, [x], out) => {
    const run = scales.length === 1 ? out.data.length : out.data.length / scales.length;
    for (let i = 0; i < out.data.length; i += 1) {
      const k = Math.floor(i / run);
      out.data[i] = ((x?.data[i] ?? 0) - (zeroPoints[k] ?? 0)) * (scales[k] ?? 1);
    }
  },
  PRelu: (_, inputs, out) => mapBinary(inputs, out, (v, slope) => (v < 0 ? slope * v : v)),
  Add: (_, inputs, out) => mapBinary(inputs, out, (a, b) => a + b),
  Sub: (_, inputs, out) => mapBinary(inputs, out, (a, b) => a - b),
  Mul: (_, inputs, out) => mapBinary(inputs, out, (a, b) => a * b),
  Div: (_, inputs, out) => mapBinary(inputs, out, (a, b) => a / b),
};

function mapUnary([x]: readonly Tensor[], output: Tensor, f: (v: number) => number): void {
  const { data } = output;
  for (let i = 0; i < data.length; i += 1) data[i] = f(x?.data[i] ?? 0);
}

function mapBinary([a, b]: readonly Tensor[], output: Tensor, f: (a: number, b: number) => number): void {
  if (a === undefined || b === undefined) return;
  const { dims, data } = output;
  const inner = dims[dims.length - 1] ?? 1;
  const strideA = broadcastStrides(a.dims, dims);
  const strideB = broadcastStrides(b.dims, dims);
  const [stepA, stepB] = [strideA[dims.length - 1] ?? 0, strideB[dims.length - 1] ?? 0];
  for (let row = 0; row < data.length / inner; row += 1) {
    const fromA = rowStart(row, dims, strideA);
    const fromB = rowStart(row, dims, strideB);
    for (let i = 0; i < inner; i += 1) {
      data[row * inner + i] = f(a.data[fromA + i * stepA]!, b.data[fromB + i * stepB]!);
    }
  }
}

/** Where a row of the output begins in an input with these strides. */
function rowStart(row: number, dims: readonly number[], strides: readonly number[]): number {
  let start = 0;
  for (let d = dims.length - 2, rest = row; d >= 0; d -= 1) {
    const size = dims[d]!;
    start += (rest % size) * strides[d]!;
    rest = Math.floor(rest / size);
  }
  return start;
}

/** Steps through a tensor as if it had the output's dims: zero along dimensions that are repeated. */
function broadcastStrides(dims: readonly number[], output: readonly number[]): number[] {
  const strides = new Array<number>(output.length).fill(0);
  let stride = 1;
  for (let i = 1; i <= dims.length; i += 1) {
    const size = dims[dims.length - i]!;
    strides[output.length - i] = size === 1 ? 0 : stride;
    stride *= size;
  }
  return strides;
}

/** Nearest whole number, halves to even, as ONNX rounds. */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}
