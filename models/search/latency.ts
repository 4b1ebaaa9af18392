import type { CostTable } from '../compiler/backends/cost-table.ts';
import { encodeOnnx } from '../format/onnx.ts';
import { latencyOf, packedGroups, samples720p } from './prune/budget.ts';
import type { LatencyModel } from './prune/budget.ts';
import { chooseUniformMasks } from './prune/choose-masks.ts';
import { netOf, schemesOf } from './space/encoding.ts';
import type { Encoding } from './space/encoding.ts';
import { buildInference } from './train/net/inference-graph.ts';
import { initialParameters, parameterLayout } from './train/net/parameters.ts';
import { gaussian } from './train/random.ts';
import { mergeNet } from './train/run/merge.ts';

/** What a search knows of the device it searches for; handed in, never imported. */
export interface SearchDevice {
  /** In words, for records. */
  readonly name: string;
  /** What the compiled forms of layers cost here. */
  readonly costs: CostTable;
  /** @returns milliseconds of a whole network for a 1280x720 output, with all threads */
  measure(model: { readonly onnx: Uint8Array; readonly scale: number }): Promise<number>;
}

/** One whole network: what the layers' costs say, and what was measured. */
export interface Calibration {
  readonly encoding: string;
  /** Milliseconds by the sum over the compiled groups, before the model's offset and factor. */
  readonly summedMs: number;
  readonly measuredMs: number;
}

/** A latency model with its error, each network predicted from the others. */
export interface CheckedLatency {
  readonly device: string;
  readonly model: LatencyModel;
  readonly calibrations: readonly Calibration[];
  /** Shares of the measured time. */
  readonly meanError: number;
  readonly worstError: number;
}

const rawModel = (costs: CostTable): LatencyModel => ({ dataType: 'f32', costs: costs.f32, offsetMs: 0, factor: 1 });

/** @returns masks of an encoding at a kept share, with chance in the place of trained weights */
export function structuralMask(encoding: Encoding, kept: number): Float32Array {
  const net = netOf(encoding);
  const { maskSize } = parameterLayout(net);
  return chooseUniformMasks(
    {
      net,
      schemes: schemesOf(encoding),
      weights: Float32Array.from({ length: maskSize }, (_, i) => gaussian(17, i)),
      sensitivity: new Float32Array(maskSize),
      mask: new Float32Array(maskSize).fill(1),
    },
    kept,
  );
}

/** @returns milliseconds of an encoding's network with these masks */
export function predictLatency(encoding: Encoding, mask: Float32Array, model: LatencyModel): number {
  return latencyOf(packedGroups(netOf(encoding), mask, model.costs), samples720p(encoding.scale), model);
}

/** Measures one encoding's network whole, with fresh weights: time does not depend on their values. */
export async function calibrateOne(
  device: SearchDevice,
  encoding: Encoding,
  name: string,
  kept: number,
): Promise<Calibration> {
  const net = netOf(encoding);
  const mask = structuralMask(encoding, kept);
  const merged = await mergeNet(net, initialParameters(net, 1), mask);
  const onnx = encodeOnnx(buildInference(net, merged));
  const measuredMs = await device.measure({ onnx, scale: encoding.scale });
  return { encoding: name, summedMs: predictLatency(encoding, mask, rawModel(device.costs)), measuredMs };
}

/** Least squares over relative errors, and how far each network is from what the others predict. */
export function fitLatency(device: SearchDevice, calibrations: readonly Calibration[]): CheckedLatency {
  const errors = calibrations.map((one, i) => {
    const { offsetMs, factor } = fitLine(calibrations.toSpliced(i, 1));
    return Math.abs(offsetMs + factor * one.summedMs - one.measuredMs) / one.measuredMs;
  });
  return {
    device: device.name,
    model: { ...rawModel(device.costs), ...fitLine(calibrations) },
    calibrations,
    meanError: errors.reduce((a, b) => a + b, 0) / errors.length,
    worstError: Math.max(...errors),
  };
}

function fitLine(points: readonly Calibration[]): Pick<LatencyModel, 'offsetMs' | 'factor'> {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { summedMs: x, measuredMs: y } of points) {
    const weight = 1 / (y * y);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  }
  const spread = w * wxx - wx * wx;
  // Networks of one size say nothing of an offset; a negative factor would be noise.
  const factor = spread > 1e-9 * w * wxx ? (w * wxy - wx * wy) / spread : wxy / wxx;
  if (!(factor > 0)) return { offsetMs: 0, factor: wxy / wxx };
  return { offsetMs: (wy - factor * wx) / w, factor };
}
