/**
 * The intermediate representation: a network as plain data. One picture in, one picture out, every value `[n, c, h, w]`
 * of f32, nodes in execution order, each value assigned once. Heights and widths are free until a size is asked for.
 */

/** Row-major constant; `data.length` is the product of `dims`. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  /**
   * Of int8 weights only: the scale of each index of the first dimension; `data / scale` are whole numbers from -128 to
   * 127 but for the rounding to f32.
   */
  readonly scales?: readonly number[];
}

/** How an activation is carried as u8: its value is `scale * (code - zeroPoint)`. */
export interface Quantisation {
  readonly scale: number;
  /** 0 to 255. */
  readonly zeroPoint: number;
}

/** `[n, c, h, w]`; constants may have fewer dimensions and broadcast from the right. */
export type Shape = readonly number[];

/** Rows and columns added around a picture: top, left, bottom, right. */
export type Pads = readonly [number, number, number, number];

export interface ResizeAttributes {
  /** Whole factor, the same for rows and columns. */
  readonly scale: number;
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /** How an output position maps back: `(y + 0.5) / scale - 0.5`, or `y / scale`. */
  readonly coordinates: 'half_pixel' | 'asymmetric';
  readonly nearestMode: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
  /** The cubic kernel's parameter a, -0.5 or -0.75 as a rule. */
  readonly cubicA: number;
  /** Taps outside the picture weigh nothing and the rest is normalised; otherwise the edge is repeated. */
  readonly excludeOutside: boolean;
}

/** Attributes of every op. Inputs (weights, slopes) are named in the node; what ONNX passes as constant inputs is here. */
export interface OpAttributes {
  /** Inputs x, weights `[m, c / group, kh, kw]`, optional bias `[m]`. Stride 1. */
  readonly Conv: { readonly pads: Pads; readonly dilations: readonly [number, number]; readonly group: number };
  /** Inputs x, slope (broadcast to x). */
  readonly PRelu: NoAttributes;
  readonly Relu: NoAttributes;
  readonly LeakyRelu: { readonly alpha: number };
  readonly Clip: { readonly minimum: number; readonly maximum: number };
  readonly Sigmoid: NoAttributes;
  readonly Tanh: NoAttributes;
  /** The four below take two inputs and broadcast as numpy does. */
  readonly Add: NoAttributes;
  readonly Sub: NoAttributes;
  readonly Mul: NoAttributes;
  readonly Div: NoAttributes;
  /** Along the channels. */
  readonly Concat: NoAttributes;
  readonly DepthToSpace: { readonly blockSize: number; readonly mode: 'DCR' | 'CRD' };
  readonly Resize: ResizeAttributes;
  readonly Pad: { readonly mode: 'constant' | 'reflect' | 'edge'; readonly pads: Pads; readonly value: number };
  readonly Identity: NoAttributes;
  /** Input x; gives whole codes: `clamp(round(x / scale) + zeroPoint)`, halves to even. */
  readonly QuantizeLinear: Quantisation & { readonly minimum: number; readonly maximum: number };
  /** Input codes; `(code - zeroPoint) * scale`, one pair for all or one for each index of the first dimension. */
  readonly DequantizeLinear: { readonly scales: readonly number[]; readonly zeroPoints: readonly number[] };
  readonly FusedConv: FusedConvAttributes;
  readonly FusedOutput: FusedOutputAttributes;
}

/**
 * Made by the compiler: stride 1, a square odd kernel, zeros around, so that the size stays. Inputs x, weights
 * `[m, c, k, k]`, bias `[m]`, slope `[m]`, then the tensors added: `y = prelu(conv(x) + bias + before) + after`.
 */
export interface FusedConvAttributes {
  readonly addBefore: boolean;
  readonly addAfter: boolean;
}

/**
 * Made by the compiler: the last layer of a network. Inputs x, weights, bias as {@link FusedConvAttributes}, then the
 * tensor added to the sum and the picture added at the end: `y = shuffle(conv(x) + bias + add) + nearest(base)`, where
 * channel `(c * s + row) * s + column` becomes sample `(row, column)` of each square of s x s.
 */
export interface FusedOutputAttributes {
  readonly scale: number;
  readonly add: boolean;
  readonly base: boolean;
}

export type NoAttributes = Readonly<Record<string, never>>;

export type OpName = keyof OpAttributes;

/** One operation. `inputs` name earlier nodes' outputs, the graph's input or constants. */
export type Node<K extends OpName = OpName> = {
  readonly [P in K]: {
    readonly op: P;
    readonly name: string;
    readonly inputs: readonly string[];
    readonly output: string;
    readonly attributes: OpAttributes[P];
  };
}[K];

export interface GraphInput {
  readonly name: string;
  readonly channels: number;
  /** In samples; null for any. */
  readonly height: number | null;
  readonly width: number | null;
}

export interface Graph {
  readonly name: string;
  readonly input: GraphInput;
  /** Name of the value that leaves. */
  readonly output: string;
  readonly constants: Readonly<Record<string, Tensor>>;
  /** In execution order. */
  readonly nodes: readonly Node[];
  /** Of an int8 network whose rounding was taken out of the nodes: how each activation is carried, by value name. */
  readonly quantised?: Readonly<Record<string, Quantisation>>;
}

/** Number of elements of a shape. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, d) => product * d, 1);
}
