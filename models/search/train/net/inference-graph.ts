import type { OnnxModel } from '../../../format/onnx.ts';
import { OnnxWriter, int, ints, text } from '../emit/writer.ts';
import { layersOf } from './config.ts';
import type { NetConfig } from './config.ts';

export const OPSET = 17;

/** @returns the name of a layer's weights in the exported model */
export function weightName(layer: number): string {
  return `conv${layer}.weight`;
}

/** @returns the name of the value that a layer's convolution reads in the exported model */
export function convInputName(net: NetConfig, layer: number): string {
  if (layer === 0) return 'x';
  return net.longSkip && layer === net.hiddenLayers + 1 ? 'skip' : `act${layer - 1}`;
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
  let first = '';
  for (const { index, inputs, outputs, kernel, activated } of layersOf(net)) {
    const layer = merged[index]!;
    const weights = writer.initializer(weightName(index), [outputs, inputs, kernel, kernel], layer.weights);
    const bias = writer.initializer(`conv${index}.bias`, [outputs], layer.bias);
    if (!activated && net.longSkip) x = writer.node('Add', [x, first], {}, { output: 'skip' });
    const pad = (kernel - 1) / 2;
    const attributes = { kernel_shape: ints([kernel, kernel]), pads: ints([pad, pad, pad, pad]) };
    x = writer.node('Conv', [x, weights, bias], attributes, { output: `conv${index}` });
    if (!activated) break;
    const output = { output: `act${index}` };
    if (layer.slope) {
      const slope = writer.initializer(`act${index}.slope`, [outputs, 1, 1], layer.slope);
      x = writer.node('PRelu', [x, slope], {}, output);
    } else {
      x = writer.node('Relu', [x], {}, output);
    }
    first ||= x;
  }
  const based = writer.node('Add', [x, 'x'], {}, { output: 'based' });
  const shuffle = { blocksize: int(net.scale), mode: text('DCR') };
  writer.node('DepthToSpace', [based], shuffle, { output: 'y' });
  writer.output('y', ['N', 1, `${net.scale}*H`, `${net.scale}*W`]);
  return writer.build('tandem', OPSET);
}
