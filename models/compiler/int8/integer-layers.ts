import { AppError } from '../../../main/core/errors.ts';
import { requantiseHidden, requantiseLast, roundAway } from '../../format/quant.ts';
import type { HiddenRequantisation, LastRequantisation } from '../../format/quant.ts';
import type { Quantisation } from '../../ir/graph.ts';
import type { Layer, LayerNetwork } from '../backends/layers.ts';

/** A layer in the integers of quant.md. */
export interface IntegerLayer {
  readonly layer: Layer;
  /** `[m, c, kernel, kernel]` */
  readonly codes: Int8Array;
  /** `[m]` */
  readonly bias: Int32Array;
  /** `[m]` */
  readonly requantise: readonly (
    ({ readonly kind: 'hidden' } & HiddenRequantisation) | ({ readonly kind: 'last' } & LastRequantisation)
  )[];
  readonly outputZeroPoint: number;
}

export interface IntegerOptions {
  readonly bitDepth: number;
  readonly inputMaximum: number;
}

/**
 * @param network of an int8 graph
 * @throws AppError `model-unsupported` when something is not carried as int8, or does not fit the integers of quant.md
 */
export function toIntegers(network: LayerNetwork, options: IntegerOptions): IntegerLayer[] {
  const input = { scale: options.inputMaximum / 255, zeroPoint: 0 };
  const given = network.quantised[0];
  const isSame = !given || (given.zeroPoint === 0 && Math.abs(given.scale / input.scale - 1) < 1e-5);
  if (!isSame) throw unsupported('the input', `codes of ${given.scale} with zero point ${given.zeroPoint}`);
  const carried = [input, ...network.quantised.slice(1)];
  return network.layers.map((layer, i) => {
    const isLast = i === network.layers.length - 1;
    return integerLayer(
      layer,
      isLast ? null : (carried[i + 1] ?? null),
      (tensor) => carriedAs(layer, carried[tensor]),
      {
        ...options,
        isLast,
      },
    );
  });
}

type Carried = (tensor: number) => Quantisation;

function integerLayer(
  layer: Layer,
  output: Quantisation | null,
  carried: Carried,
  options: IntegerOptions & { readonly isLast: boolean },
): IntegerLayer {
  const input = sharedInput(layer, carried);
  const scales = layer.weights.scales;
  if (scales === undefined) throw unsupported(`layer '${layer.name}'`, 'weights that are not quantised');
  const codes = codesOf(layer, scales);
  const bias = Int32Array.from(layer.bias, (b, m) => roundAway(b / (input.scale * (scales[m] ?? 1))));
  checkSums(layer, codes, bias, input.zeroPoint);
  const scaleOf = (tensor: number | null): number | null => (tensor === null ? null : carried(tensor).scale);
  const [addBefore, addAfter] = [scaleOf(layer.addBefore), scaleOf(layer.addAfter)];
  const codesPerUnit = (2 ** options.bitDepth - 1) / options.inputMaximum;
  const out = options.isLast ? null : carriedAs(layer, output);
  const requantise = scales.map((weight, m) => {
    if (out === null) {
      const scale = { input: input.scale, weight, add: addBefore };
      return { kind: 'last' as const, ...requantiseLast(scale, codesPerUnit, options.bitDepth) };
    }
    const slope = layer.slope[m] ?? 1;
    const scale = { input: input.scale, weight, output: out.scale, slope, addBefore, addAfter };
    return { kind: 'hidden' as const, ...requantiseHidden(scale) };
  });
  return { layer, codes, bias, requantise, outputZeroPoint: out?.zeroPoint ?? 0 };
}

function codesOf({ name, weights }: Layer, scales: readonly number[]): Int8Array {
  const perOutput = weights.data.length / scales.length;
  return Int8Array.from(weights.data, (w, i) => {
    const exact = w / (scales[Math.floor(i / perOutput)] ?? 1);
    const code = Math.round(exact);
    if (Math.abs(exact - code) > 1e-3 || code < -128 || code > 127) {
      throw unsupported(`layer '${name}'`, `a weight of ${exact} scales`);
    }
    return code;
  });
}

/** 255·Σ|w| + |bias| + |z·Σw| < 2^27, so that no order of summation overflows. */
function checkSums({ name }: Layer, codes: Int8Array, bias: Int32Array, zeroPoint: number): void {
  const perOutput = codes.length / bias.length;
  bias.forEach((b, m) => {
    const row = codes.subarray(m * perOutput, (m + 1) * perOutput);
    const sum = row.reduce((total, w) => total + w, 0);
    const magnitude = row.reduce((total, w) => total + Math.abs(w), 0);
    const bound = 255 * magnitude + Math.abs(b) + Math.abs(zeroPoint * sum);
    if (bound >= 2 ** 27) throw unsupported(`layer '${name}'`, `sums up to ${bound}`);
  });
}

/** Tensors side by side are one to the sum, so they are carried alike. */
function sharedInput({ name, inputs }: Layer, carried: Carried): Quantisation {
  const [first, ...rest] = inputs.map(carried);
  if (first === undefined) throw unsupported(`layer '${name}'`, 'no input');
  const differs = rest.some((q) => q.zeroPoint !== first.zeroPoint || q.scale !== first.scale);
  if (differs) throw unsupported(`layer '${name}'`, 'inputs of different scales side by side');
  return first;
}

function carriedAs({ name }: Layer, quantisation: Quantisation | null | undefined): Quantisation {
  if (quantisation) return quantisation;
  throw unsupported(`layer '${name}'`, 'a tensor without scale and zero point');
}

function unsupported(where: string, got: string): AppError {
  return new AppError('model-unsupported', `expected int8 that quant.md defines for ${where} but got ${got}`);
}
