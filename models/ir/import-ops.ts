import { AppError } from '../../main/core/errors.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../format/onnx.ts';
import type { Node, NoAttributes, OpName, Pads, ResizeAttributes } from './graph.ts';

/** What an op's importer sees. */
export interface ImportScope {
  readonly node: OnnxNode;
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Of a constant, or of what DequantizeLinear makes of one. */
  readonly dimsOf: (name: string) => readonly number[] | undefined;
  readonly opset: number;
}

type Imported<K extends OpName> = Pick<Node<K>, 'op' | 'inputs' | 'attributes'>;
type Importer = (scope: ImportScope) => Imported<OpName>;

/** ONNX operator → IR op. What ONNX passes as a constant input becomes an attribute. */
export const IMPORTERS: Readonly<Record<string, Importer>> = {
  Conv: importConv,
  PRelu: plain('PRelu'),
  Relu: plain('Relu'),
  Sigmoid: plain('Sigmoid'),
  Tanh: plain('Tanh'),
  Add: plain('Add'),
  Sub: plain('Sub'),
  Mul: plain('Mul'),
  Div: plain('Div'),
  Identity: plain('Identity'),
  LeakyRelu: ({ node }) => ({
    op: 'LeakyRelu',
    inputs: node.inputs,
    attributes: { alpha: number(node, 'alpha', Math.fround(0.01)) },
  }),
  Clip: (scope) => ({ op: 'Clip', inputs: scope.node.inputs.slice(0, 1), attributes: clipLimits(scope) }),
  Concat: ({ node }) => {
    const axis = number(node, 'axis', 1);
    if (axis !== 1 && axis !== -3) throw unsupported(node, `axis ${axis}`);
    return { op: 'Concat', inputs: node.inputs, attributes: {} };
  },
  DepthToSpace: ({ node }) => ({
    op: 'DepthToSpace',
    inputs: node.inputs,
    attributes: { blockSize: number(node, 'blocksize', 0), mode: oneOf(node, 'mode', 'DCR', ['DCR', 'CRD']) },
  }),
  Resize: (scope) => ({ op: 'Resize', inputs: scope.node.inputs.slice(0, 1), attributes: resizeAttributes(scope) }),
  Pad: importPad,
  QuantizeLinear: (scope) => {
    const { scales, zeroPoints, type } = quantisationInputs(scope);
    const [scale = 0] = scales;
    if (scales.length !== 1) throw unsupported(scope.node, `${scales.length} scales`);
    const [minimum, maximum] = type === 'int8' ? [-128, 127] : [0, 255];
    const attributes = { scale, zeroPoint: zeroPoints[0] ?? 0, minimum, maximum };
    return { op: 'QuantizeLinear', inputs: scope.node.inputs.slice(0, 1), attributes };
  },
  DequantizeLinear: (scope) => {
    const { scales, zeroPoints } = quantisationInputs(scope);
    return { op: 'DequantizeLinear', inputs: scope.node.inputs.slice(0, 1), attributes: { scales, zeroPoints } };
  },
};

interface QuantisationInputs {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** Of the codes. */
  readonly type: OnnxTensor['dataType'];
}

/** Scale and zero point of a (De)QuantizeLinear: scalars, or one for each index of the first dimension. */
function quantisationInputs({ node, constants, opset }: ImportScope): QuantisationInputs {
  const scales = constantInput(node, constants, 1);
  if (scales === null) throw unsupported(node, 'no scale');
  const zero = constants.get(node.inputs[2] ?? '');
  const zeroPoints = constantInput(node, constants, 2) ?? scales.map(() => 0);
  const type = zero?.dataType ?? constants.get(node.inputs[0] ?? '')?.dataType ?? 'uint8';
  if (!['uint8', 'int8', 'int32'].includes(type)) throw unsupported(node, `codes of type ${type}`);
  const axis = opset < 13 ? 0 : number(node, 'axis', 1);
  if (scales.length > 1 && axis !== 0) throw unsupported(node, `axis ${axis}`);
  if (number(node, 'block_size', 0) !== 0) throw unsupported(node, 'block_size');
  if (scales.some((s) => !(s > 0))) throw unsupported(node, 'a scale that is not positive');
  return { scales, zeroPoints, type };
}

function plain(
  op: Extract<OpName, 'PRelu' | 'Relu' | 'Add'> | 'Sigmoid' | 'Tanh' | 'Sub' | 'Mul' | 'Div' | 'Identity',
): Importer {
  const attributes: NoAttributes = {};
  return ({ node }) => ({ op, inputs: node.inputs, attributes });
}

function importConv({ node, dimsOf }: ImportScope): Imported<'Conv'> {
  const strides = numbers(node, 'strides', [1, 1]);
  if (strides.some((s) => s !== 1)) throw unsupported(node, `strides ${strides.join('x')}`);
  const dims = dimsOf(node.inputs[1] ?? '');
  if (dims === undefined) throw unsupported(node, 'weights that are no constant');
  if (dims.length !== 4) throw unsupported(node, `weights of ${dims.length} dimensions`);
  const [dy = 1, dx = 1] = numbers(node, 'dilations', [1, 1]);
  const reach = [(dims[2] ?? 1) * dy - dy, (dims[3] ?? 1) * dx - dx] as const;
  return {
    op: 'Conv',
    inputs: node.inputs.filter((i) => i !== ''),
    attributes: { pads: convPads(node, reach), dilations: [dy, dx], group: number(node, 'group', 1) },
  };
}

/** @param reach of the kernel in rows and columns, minus one sample */
function convPads(node: OnnxNode, [rows, columns]: readonly [number, number]): Pads {
  const auto = oneOf(node, 'auto_pad', 'NOTSET', ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER']);
  if (auto === 'VALID') return [0, 0, 0, 0];
  if (auto === 'NOTSET') {
    const [top = 0, left = 0, bottom = 0, right = 0] = numbers(node, 'pads', [0, 0, 0, 0]);
    return [top, left, bottom, right];
  }
  // An odd sample of padding goes to the end for SAME_UPPER.
  const begin = auto === 'SAME_UPPER' ? Math.floor : Math.ceil;
  const top = begin(rows / 2);
  const left = begin(columns / 2);
  return [top, left, rows - top, columns - left];
}

function clipLimits({ node, constants, opset }: ImportScope): { minimum: number; maximum: number } {
  if (opset < 11) return { minimum: number(node, 'min', -Infinity), maximum: number(node, 'max', Infinity) };
  const limit = (i: number, absent: number): number => constantInput(node, constants, i)?.[0] ?? absent;
  return { minimum: limit(1, -Infinity), maximum: limit(2, Infinity) };
}

function importPad({ node, constants, opset }: ImportScope): Imported<'Pad'> {
  if ((node.inputs[3] ?? '') !== '') throw unsupported(node, 'axes');
  const pads = opset < 11 ? numbers(node, 'pads', []) : (constantInput(node, constants, 1) ?? []);
  const [n0, c0, top = 0, left = 0, n1, c1, bottom = 0, right = 0] = pads;
  if (pads.length !== 8 || [n0, c0, n1, c1].some((p) => p !== 0)) throw unsupported(node, `pads ${pads.join(', ')}`);
  const value = opset < 11 ? number(node, 'value', 0) : (constantInput(node, constants, 2)?.[0] ?? 0);
  const mode = oneOf(node, 'mode', 'constant', ['constant', 'reflect', 'edge']);
  return { op: 'Pad', inputs: node.inputs.slice(0, 1), attributes: { mode, pads: [top, left, bottom, right], value } };
}

function resizeAttributes({ node, constants, opset }: ImportScope): ResizeAttributes {
  if (opset < 11) throw unsupported(node, `operator set ${opset}`);
  if (number(node, 'antialias', 0) !== 0) throw unsupported(node, 'antialias');
  if (node.attributes.axes !== undefined) throw unsupported(node, 'axes');
  const scales = constantInput(node, constants, 2) ?? [];
  const [n, c, rows = 0, columns = 0] = scales;
  if (scales.length !== 4 || n !== 1 || c !== 1 || rows !== columns || !Number.isInteger(rows) || rows < 1) {
    throw unsupported(node, `scales [${scales.join(', ')}]`);
  }
  const coordinates = oneOf(node, 'coordinate_transformation_mode', 'half_pixel', [
    'half_pixel',
    'pytorch_half_pixel',
    'asymmetric',
  ]);
  return {
    scale: rows,
    mode: oneOf(node, 'mode', 'nearest', ['nearest', 'linear', 'cubic']),
    // The two differ only for an output of one sample, which a whole factor above 1 never gives.
    coordinates: coordinates === 'pytorch_half_pixel' ? 'half_pixel' : coordinates,
    nearestMode: oneOf(node, 'nearest_mode', 'round_prefer_floor', [
      'round_prefer_floor',
      'round_prefer_ceil',
      'floor',
      'ceil',
    ]),
    cubicA: number(node, 'cubic_coeff_a', -0.75),
    excludeOutside: number(node, 'exclude_outside', 0) !== 0,
  };
}

/** Elements of an optional constant input; null when it is left out. */
function constantInput(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>, index: number): number[] | null {
  const name = node.inputs[index] ?? '';
  if (name === '') return null;
  const tensor = constants.get(name);
  if (tensor === undefined) throw unsupported(node, `input ${index} that is no constant`);
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

function number(node: OnnxNode, name: string, absent: number): number {
  const attribute = node.attributes[name];
  if (attribute === undefined) return absent;
  if (attribute.type !== 'int' && attribute.type !== 'float') throw wrongType(node, name, attribute);
  return attribute.value;
}

function numbers(node: OnnxNode, name: string, absent: readonly number[]): readonly number[] {
  const attribute = node.attributes[name];
  if (attribute === undefined) return absent;
  if (attribute.type !== 'ints' && attribute.type !== 'floats') throw wrongType(node, name, attribute);
  return attribute.value;
}

function oneOf<T extends string>(node: OnnxNode, name: string, absent: T, known: readonly T[]): T {
  const attribute = node.attributes[name];
  if (attribute === undefined) return absent;
  if (attribute.type !== 'string') throw wrongType(node, name, attribute);
  const value = known.find((k) => k === attribute.value);
  if (value === undefined) throw unsupported(node, `${name} '${attribute.value}'`);
  return value;
}

function unsupported(node: OnnxNode, what: string): AppError {
  return new AppError(
    'model-unsupported',
    `expected node '${node.name || (node.outputs[0] ?? '')}' (${node.opType}) in a form Tandem knows but got ${what}`,
  );
}

function wrongType(node: OnnxNode, name: string, attribute: OnnxAttribute): AppError {
  return new AppError(
    'model-invalid',
    `expected another type for '${name}' of ${node.opType} but got ${attribute.type}`,
  );
}
