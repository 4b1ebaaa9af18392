/** How a layer's weights are parameterised while training; all kinds merge into one convolution. */
type BlockKind =
  /** One convolution. */
  | 'plain'
  /**
   * Convolution + (1x1 to more channels, then 3x3) + sobel-x + sobel-y + laplacian + identity where it fits, for 3x3 only.
   * Source: ECBSR, Zhang et al., ACM MM 2021 (the 1x1 has no bias here, so that merging is exact at the border).
   */
  | 'edge';

/** A net as plain data: k x k convolutions at LR size, an activation after all but the last, pixel shuffle, plus a base. */
export interface NetConfig {
  readonly scale: 2 | 3 | 4;
  readonly channels: number;
  /** Convolutions between the first and the last. */
  readonly hiddenLayers: number;
  readonly activation: 'prelu' | 'relu';
  readonly block: BlockKind;
  /** Kernel side of each layer, first to last: `hiddenLayers + 2` odd numbers. */
  readonly kernels: readonly number[];
  /** Adds the first activation to the input of the last convolution. */
  readonly longSkip: boolean;
  /** The image that the net's output is added to. */
  readonly base: 'nearest';
  /** Fake-quantises weights (s8) and activations (u8) while training. */
  readonly quantize: boolean;
}

export interface LayerShape {
  readonly index: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  /** False for the last layer. */
  readonly activated: boolean;
  readonly kind: BlockKind;
}

/** @returns the convolutions of a net, first to last */
export function layersOf(net: NetConfig): LayerShape[] {
  const last = net.hiddenLayers + 1;
  return Array.from({ length: last + 1 }, (_, index) => {
    const kernel = net.kernels[index] ?? 3;
    return {
      index,
      inputs: index === 0 ? 1 : net.channels,
      outputs: index === last ? net.scale * net.scale : net.channels,
      kernel,
      activated: index !== last,
      kind: kernel === 3 ? net.block : 'plain',
    };
  });
}

/** Weights (biases and slopes not counted) of the merged net. */
export function countWeights(net: NetConfig): number {
  return layersOf(net).reduce((sum, l) => sum + l.inputs * l.outputs * l.kernel * l.kernel, 0);
}

/** All numbers of the merged net: weights, biases, PReLU slopes. */
export function countParameters(net: NetConfig): number {
  const slopes = (l: LayerShape): number => (l.activated && net.activation === 'prelu' ? l.outputs : 0);
  return countWeights(net) + layersOf(net).reduce((sum, l) => sum + l.outputs + slopes(l), 0);
}

/** LR pixels around an output pixel that it depends on, on each side. */
export function haloOf(net: NetConfig): number {
  return layersOf(net).reduce((sum, l) => sum + (l.kernel - 1) / 2, 0);
}
