/** How a layer's weights are parameterised while training; all kinds merge into one convolution. */
type BlockKind =
  /** One convolution. */
  | 'plain'
  /**
   * Convolution + (1x1 to more channels, then 3x3) + sobel-x + sobel-y + laplacian + identity where it fits, for 3x3 only.
   * Source: ECBSR, Zhang et al., ACM MM 2021 (the 1x1 has no bias here, so that merging is exact at the border).
   */
  | 'edge';

/** A cell of a net whose cells differ; its first convolution reads the cell before. */
export interface CellConfig {
  /** `plain` and `edge`: one 3x3; `wide`: 1x1 to `expansion` times the width, activation, 1x1 to fewer, 3x3. */
  readonly block: BlockKind | 'wide';
  readonly width: number;
  /** Of a wide cell. */
  readonly expansion: number;
}

/** @returns channels between a wide cell's second 1x1 and its 3x3: four fifths of the width (WDSR), in fours */
export function reducedWidth(width: number): number {
  return Math.max(4, 4 * Math.round((0.8 * width) / 4));
}

/** A net as plain data: k x k convolutions at LR size, an activation after all but the last, pixel shuffle, plus a base. */
export interface NetConfig {
  readonly scale: 2 | 3 | 4;
  /** Of the first convolution; of all hidden ones where there are no cells. */
  readonly channels: number;
  /** Convolutions between the first and the last; unused where there are cells. */
  readonly hiddenLayers: number;
  readonly activation: 'prelu' | 'relu';
  readonly block: BlockKind;
  /** Kernel side of each layer, first to last: `hiddenLayers + 2` odd numbers; unused where there are cells. */
  readonly kernels: readonly number[];
  /** What stands between the first and the last convolution, where it is no uniform chain. */
  readonly cells?: readonly CellConfig[];
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
  readonly activated: boolean;
  readonly kind: BlockKind;
  readonly isLast: boolean;
  /** Layer whose output is added behind the activation; null where nothing is. */
  readonly residualFrom: number | null;
}

type Draft = Omit<LayerShape, 'index' | 'isLast' | 'inputs'>;

/** @returns the convolutions of a net, first to last */
export function layersOf(net: NetConfig): LayerShape[] {
  const hidden = net.cells === undefined ? chainDrafts(net) : cellDrafts(net, net.cells);
  const lastKernel = net.cells === undefined ? (net.kernels[net.hiddenLayers + 1] ?? 3) : 3;
  const drafts: Draft[] = [...hidden, { ...draft(net, net.scale ** 2, lastKernel), activated: false }];
  let inputs = 1;
  return drafts.map((layer, index) => {
    const shape = { ...layer, index, inputs, isLast: index === drafts.length - 1 };
    inputs = layer.outputs;
    return shape;
  });
}

function draft(net: NetConfig, outputs: number, kernel: number): Draft {
  return { outputs, kernel, activated: true, kind: kernel === 3 ? net.block : 'plain', residualFrom: null };
}

function chainDrafts(net: NetConfig): Draft[] {
  return Array.from({ length: net.hiddenLayers + 1 }, (_, i) => draft(net, net.channels, net.kernels[i] ?? 3));
}

function cellDrafts(net: NetConfig, cells: readonly CellConfig[]): Draft[] {
  const drafts = [draft(net, net.channels, 3)];
  for (const { block, width, expansion } of cells) {
    const before = drafts.length - 1;
    if (block === 'wide') {
      const plain = { activated: false, kind: 'plain' as const };
      drafts.push({ ...draft(net, width * expansion, 1) }, { ...draft(net, reducedWidth(width), 1), ...plain });
      const residualFrom = drafts[before]!.outputs === width ? before : null;
      drafts.push({ ...draft(net, width, 3), ...plain, residualFrom });
    } else {
      drafts.push({ ...draft(net, width, 3), kind: block });
    }
  }
  return drafts;
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
