import type { OnnxModel } from '../../../format/onnx.ts';
import { OnnxWriter, int, ints, text } from '../emit/writer.ts';
import { layersOf } from './config.ts';
import type { LayerShape, NetConfig } from './config.ts';

export const OPSET = 17;

/** @returns the name of a layer's weights in the exported model */
export function weightName(layer: number): string {
  return `conv${layer}.weight`;
}

/** @returns the name of the value that a layer's convolution reads in the exported model */
export function convInputName(net: NetConfig, layer: number): string {
  const before = layersOf(net)[layer - 1];
  if (before === undefined) return 'x';
  if (net.longSkip && layer === layersOf(net).length - 1) return 'skip';
  return `${before.residualFrom !== null ? 'sum' : before.activated ? 'act' : 'conv'}${before.index}`;
}

/** A layer of the merged net as numbers. */
export interface MergedNumbers {
  /** [M, C, k, k] */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** PReLU, null for ReLU and for the last layer. */
  readonly slope: Float32Array | null;
}

/**
 * The merged net in standard operators. Input `x` [N, 1, H, W], luma / 255; output `y` [N, 1, sH, sW], not clamped.
 * The nearest base is the LR pixel added to every channel before the pixel shuffle, which is the same.
 */
export function buildInference(net: NetConfig, merged: readonly MergedNumbers[]): OnnxModel {
  const writer = new OnnxWriter();
  writer.input('x', ['N', 1, 'H', 'W']);
  let x = 'x';
  const outputs: string[] = [];
  for (const shape of layersOf(net)) {
    const { index, isLast, residualFrom } = shape;
    if (isLast && net.longSkip) x = writer.node('Add', [x, outputs[0]!], {}, { output: 'skip' });
    x = writeLayer(writer, shape, merged[index]!, x);
    if (residualFrom !== null) x = writer.node('Add', [x, outputs[residualFrom]!], {}, { output: `sum${index}` });
    outputs.push(x);
  }
  const based = writer.node('Add', [x, 'x'], {}, { output: 'based' });
  const shuffle = { blocksize: int(net.scale), mode: text('DCR') };
  writer.node('DepthToSpace', [based], shuffle, { output: 'y' });
  writer.output('y', ['N', 1, `${net.scale}*H`, `${net.scale}*W`]);
  return writer.build('tandem', OPSET);
}

function writeLayer(writer: OnnxWriter, shape: LayerShape, layer: MergedNumbers, x: string): string {
  const { index, inputs, outputs, kernel, activated } = shape;
  const weights = writer.initializer(weightName(index), [outputs, inputs, kernel, kernel], layer.weights);
  const bias = writer.initializer(`conv${index}.bias`, [outputs], layer.bias);
  const pad = (kernel - 1) / 2;
  const attributes = { kernel_shape: ints([kernel, kernel]), pads: ints([pad, pad, pad, pad]) };
  const y = writer.node('Conv', [x, weights, bias], attributes, { output: `conv${index}` });
  if (!activated) return y;
  const output = { output: `act${index}` };
  if (!layer.slope) return writer.node('Relu', [y], {}, output);
  const slope = writer.initializer(`act${index}.slope`, [outputs, 1, 1], layer.slope);
  return writer.node('PRelu', [y, slope], {}, output);
}
