import type { Emitter } from './emitter.ts';
import { int, ints } from './writer.ts';

const DOMAIN = 'com.microsoft.nchwc';

/** True when the channels fill whole blocks. */
export function divides(e: Emitter, channels: number): boolean {
  return channels % e.block === 0;
}

export function reorderInput(e: Emitter, x: string): string {
  return e.writer.node('ReorderInput', [x], {}, { domain: DOMAIN });
}

export function reorderOutput(e: Emitter, x: string, channels: number): string {
  return e.writer.node('ReorderOutput', [x], { channels: int(channels) }, { domain: DOMAIN });
}

/** @param inputs x, weights, bias or '', and a tensor that the result is added to */
export function blockedConv(
  e: Emitter,
  inputs: readonly string[],
  [kernelHeight, kernelWidth]: readonly [number, number],
  pad: number,
): string {
  const attributes = {
    kernel_shape: ints([kernelHeight, kernelWidth]),
    pads: ints([pad, pad, pad, pad]),
    strides: ints([1, 1]),
    dilations: ints([1, 1]),
    group: int(1),
  };
  return e.writer.node('Conv', inputs, attributes, { domain: DOMAIN });
}
