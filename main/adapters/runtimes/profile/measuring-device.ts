import type { CostTable } from '../../../../models/compiler/backends/cost-table.ts';
import { compileSparse } from '../../../../models/compiler/compile.ts';
import type { PackedNetwork } from '../../../../models/format/packed-network.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What profiles and searches measure on: the processor, a GPU, a phone. */
export interface MeasuringDevice {
  /** In words, for records. */
  readonly name: string;
  /** What a profile is kept under: the device and what computes on it. */
  readonly key: string;
  /** Instruction set, or the GPU's driver. */
  readonly driver: string;
  /** How many pictures it computes at once in the time that {@link measure} tells: its threads. */
  readonly together: number;
  /** Input pictures of this size say enough and do not take long. */
  readonly size: PictureSize;
  /** @returns milliseconds of each network for one picture, the least of some rounds */
  measure(networks: readonly PackedNetwork[], size: PictureSize): Promise<number[]>;
  close(): Promise<void>;
}

/** @returns milliseconds of a luma model for a 1280x720 output, with all that the device has */
export async function measureModel(
  device: MeasuringDevice,
  { onnx, scale }: { readonly onnx: Uint8Array; readonly scale: number },
  costs: CostTable,
): Promise<number> {
  const { network } = compileSparse(onnx, { bitDepth: 8, inputMaximum: 1, costs });
  const [milliseconds = NaN] = await device.measure([network], device.size);
  const { width, height } = device.size;
  return (milliseconds * ((1280 * 720) / (width * height * scale ** 2))) / device.together;
}

/** A GPU is filled by whole pictures only; a slow one gets smaller ones. */
const SIZES: readonly PictureSize[] = [
  { width: 640, height: 360 },
  { width: 320, height: 180 },
  { width: 160, height: 90 },
  { width: 64, height: 48 },
];
const PATIENCE_MS = 60;

/**
 * @param network such as will be measured
 * @returns the largest size that the device computes in a moment
 */
export async function chooseSize(measure: MeasuringDevice['measure'], network: PackedNetwork): Promise<PictureSize> {
  const smallest = SIZES.at(-1)!;
  const [milliseconds = Infinity] = await measure([network], smallest);
  const perSample = milliseconds / (smallest.width * smallest.height);
  return SIZES.find(({ width, height }) => perSample * width * height < PATIENCE_MS) ?? smallest;
}
