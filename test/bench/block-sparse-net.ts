import { quantiseModel } from '../../models/compiler/int8/quantise.ts';
import type { OnnxModel } from '../../models/format/onnx.ts';
import { OnnxWriter, int, ints, text } from '../../models/search/train/emit/writer.ts';
import { gaussian, uniform } from '../../models/search/train/random.ts';

const BLOCK = { outputs: 8, inputs: 4 } as const;
const SIDE = 32;

/**
 * An x2 luma network with random weights, quantised after the fact: 3x3 from 1 channel, `hidden` times 3x3 with PReLU whose
 * blocks of 8 outputs x 4 inputs x one tap are kept with the chance `kept`, 3x3 to 4, nearest base.
 */
export function makeBlockSparseInt8(channels: number, hidden: number, kept: number): OnnxModel {
  const writer = new OnnxWriter();
  writer.input('x', ['N', 1, 'H', 'W']);
  let x = 'x';
  for (let layer = 0; layer < hidden + 2; layer++) {
    const isLast = layer === hidden + 1;
    const [outputs, inputs] = [isLast ? 4 : channels, layer === 0 ? 1 : channels];
    const isPruned = layer > 0 && !isLast;
    const weights = writer.initializer(
      `conv${layer}.weight`,
      [outputs, inputs, 3, 3],
      randomWeights(layer, outputs, inputs, isPruned ? kept : 1, isLast ? 0.05 : 1),
    );
    const bias = writer.initializer(`conv${layer}.bias`, [outputs], new Float32Array(outputs));
    const attributes = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) };
    x = writer.node('Conv', [x, weights, bias], attributes, { output: `conv${layer}` });
    if (isLast) break;
    const slope = writer.initializer(`act${layer}.slope`, [outputs, 1, 1], new Float32Array(outputs).fill(0.2));
    x = writer.node('PRelu', [x, slope], {}, { output: `act${layer}` });
  }
  const based = writer.node('Add', [x, 'x'], {}, { output: 'based' });
  writer.node('DepthToSpace', [based], { blocksize: int(2), mode: text('DCR') }, { output: 'y' });
  writer.output('y', ['N', 1, '2*H', '2*W']);
  const picture = Float32Array.from({ length: SIDE * SIDE }, (_, i) => uniform(99, i));
  const samples = [{ dims: [1, 1, SIDE, SIDE], data: picture }];
  return quantiseModel(writer.build('tandem-bench', 17), { samples, inputMaximum: 1 });
}

function randomWeights(seed: number, outputs: number, inputs: number, kept: number, gain: number): Float32Array {
  const deviation = gain * Math.sqrt(1.6 / (9 * inputs * kept));
  return Float32Array.from({ length: outputs * inputs * 9 }, (_, i) => {
    const [o, c, tap] = [Math.floor(i / (inputs * 9)), Math.floor(i / 9) % inputs, i % 9];
    const unit = (Math.floor(o / BLOCK.outputs) * 64 + Math.floor(c / BLOCK.inputs)) * 9 + tap;
    return uniform(1000 + seed, unit) < kept ? deviation * gaussian(seed, i) : 0;
  });
}
