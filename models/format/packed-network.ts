/**
 * The packed network: what the compiler hands to the native engine. Plain data here, 32-bit little-endian words on the
 * way there ({@link encodePackedNetwork}); `native-bridge/cpu/src/packed_network.cc` is the reader. Both sides must have
 * the same version.
 *
 * Tensors are numbered: 0 is the network's input, i + 1 the output of layer i. The last layer's output becomes the
 * picture (base added, pixels shuffled, rounded) and can be read by no layer. Convolutions have stride 1 and pad by
 * kernel >> 1 (zeros; the zero point in int8).
 *
 * A layer's output channels are cut into groups of 8 or 4 that share a list of kept taps. A tap is an input channel (the
 * first of `tapDepth` consecutive ones) at one position of the kernel. What is not listed is not computed.
 */
export const PACKED_VERSION = 1;

/** The word every packed network starts with: "TDPN". */
export const PACKED_MAGIC = 0x4e504454;

interface PackedHeader {
  /** Planes of the picture: 1 (luma) or 3 (R, G, B); also the channels of tensor 0. */
  readonly planes: 1 | 3;
  /** 1 to 8. The last layer has planes x scale x scale output channels in the order of DepthToSpace CRD. */
  readonly scale: number;
  /** Bits per sample of input and output, 8 to 16. */
  readonly bitDepth: number;
  /** What is added to the network's output: nothing, or the input sample under each output pixel. */
  readonly base: 'none' | 'nearest';
  /** What the full code becomes at the network's input. */
  readonly inputMaximum: number;
}

interface PackedLayerShape {
  /** Side of the square kernel: 1, 3, 5 or 7. */
  readonly kernel: number;
  readonly outChannels: number;
  /**
   * Tensors read, concatenated along channels; all but the last have a multiple of 4 channels. In int8 they share scale
   * and zero point, and tensor 0 stands alone.
   */
  readonly inputs: readonly number[];
  /** Tensor added before the activation (or to the last layer's sum), of the same channel count. */
  readonly addBefore: number | null;
  /** Tensor added after the activation; null in the last layer. */
  readonly addAfter: number | null;
}

interface PackedTaps {
  /** Output channels of the group. Groups follow one another and cover the channels; the last may reach beyond them. */
  readonly size: 4 | 8;
  /** One word a tap, see {@link packTap}. */
  readonly taps: Uint32Array;
}

export interface PackedGroupF32 extends PackedTaps {
  /** Consecutive input channels of one tap: 4 is faster, 1 is finer (and needed where an input has fewer channels). */
  readonly tapDepth: 1 | 4;
  /** `[size]` */
  readonly bias: Float32Array;
  /** `[size]`: 1 for no activation, 0 for ReLU, else PReLU's; ignored in the last layer. */
  readonly slope: Float32Array;
  /** `[tap][depth][output channel]` */
  readonly weights: Float32Array;
}

export interface PackedLayerF32 extends PackedLayerShape {
  readonly groups: readonly PackedGroupF32[];
}

/** Integers of quant.md; each array is `[size]`. */
export interface PackedGroupInt8 extends PackedTaps {
  readonly bias: Int32Array;
  readonly requantise:
    | {
        readonly kind: 'hidden';
        readonly shift: Int32Array;
        readonly mPos: Int32Array;
        readonly mNeg: Int32Array;
        readonly aBefore: Int32Array;
        readonly aAfter: Int32Array;
      }
    | { readonly kind: 'last'; readonly split: Int32Array; readonly m: Int32Array; readonly aLast: Int32Array };
  /** `[tap][output channel][4 input channels]`; channels that do not exist have weight 0. */
  readonly weights: Int8Array;
}

export interface PackedLayerInt8 extends PackedLayerShape {
  /** Of the output tensor, 0 to 255; 0 in the last layer. */
  readonly outputZeroPoint: number;
  readonly groups: readonly PackedGroupInt8[];
}

export type PackedNetwork =
  | (PackedHeader & { readonly dataType: 'f32'; readonly layers: readonly PackedLayerF32[] })
  | (PackedHeader & { readonly dataType: 'int8'; readonly layers: readonly PackedLayerInt8[] });

/**
 * @param channel first input channel of the tap, counted over the concatenated inputs; a multiple of 4 where the tap's
 *   depth is 4 (always in int8)
 * @param ky row of the kernel, 0 is the uppermost; @param kx column
 */
export function packTap(channel: number, ky: number, kx: number): number {
  return (channel | (ky << 16) | (kx << 24)) >>> 0;
}

/** @returns the bytes the native engine opens. The engine checks them; nothing is checked here. */
export function encodePackedNetwork(network: PackedNetwork): Uint8Array {
  const words: (number | ArrayBufferView)[] = [
    PACKED_MAGIC,
    PACKED_VERSION,
    network.dataType === 'f32' ? 0 : 1,
    network.planes,
    network.scale,
    network.bitDepth,
    network.base === 'none' ? 0 : 1,
    new Float32Array([network.inputMaximum]),
    network.layers.length,
  ];
  if (network.dataType === 'f32') {
    for (const layer of network.layers) words.push(...layerWords(layer, 0), ...layer.groups.flatMap(groupF32Words));
  } else {
    for (const layer of network.layers) {
      words.push(...layerWords(layer, layer.outputZeroPoint), ...layer.groups.flatMap(groupInt8Words));
    }
  }
  return joinWords(words);
}

function layerWords(layer: PackedLayerShape & { groups: readonly unknown[] }, zeroPoint: number): number[] {
  const { kernel, outChannels, inputs, addBefore, addAfter, groups } = layer;
  const adds = [addBefore, addAfter].map((tensor) => (tensor === null ? 0 : tensor + 1));
  return [kernel, outChannels, ...adds, zeroPoint, inputs.length, groups.length, ...inputs];
}

function groupF32Words(group: PackedGroupF32): (number | ArrayBufferView)[] {
  const { size, tapDepth, taps, bias, slope, weights } = group;
  return [size, tapDepth, taps.length, bias, slope, taps, weights];
}

function groupInt8Words(group: PackedGroupInt8): (number | ArrayBufferView)[] {
  const { size, taps, bias, requantise: q, weights } = group;
  const perChannel = q.kind === 'hidden' ? [q.shift, q.mPos, q.mNeg, q.aBefore, q.aAfter] : [q.split, q.m, q.aLast];
  return [size, 4, taps.length, bias, ...perChannel, taps, weights];
}

function joinWords(words: readonly (number | ArrayBufferView)[]): Uint8Array {
  const size = words.reduce<number>((sum, word) => sum + (typeof word === 'number' ? 4 : word.byteLength), 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const word of words) {
    if (typeof word === 'number') view.setUint32(at, word, true);
    else bytes.set(new Uint8Array(word.buffer, word.byteOffset, word.byteLength), at);
    at += typeof word === 'number' ? 4 : word.byteLength;
  }
  return bytes;
}
