import type { CostTable } from '../../../../models/compiler/backends/cost-table.ts';
import { compileSparse } from '../../../../models/compiler/compile.ts';
import { encodePackedNetwork } from '../../../../models/format/packed-network.ts';
import { CpuEngine } from '../../../../native-bridge/cpu/engine.ts';

const ROUNDS = 5;
/** A third of the rows says as much of the time, and is measured thrice as often. */
const SHARE = 3;

export interface NetworkToMeasure {
  readonly onnx: Uint8Array;
  readonly scale: number;
}

/**
 * @param costs what packing chooses by
 * @param threads among which the processor time is divided
 * @returns milliseconds of a luma network for a 1280x720 output: the least processor time of a few runs over the threads
 */
export async function measureNetwork(
  { onnx, scale }: NetworkToMeasure,
  costs: CostTable,
  threads: number,
): Promise<number> {
  const { network } = compileSparse(onnx, { bitDepth: 8, inputMaximum: 1, costs });
  const width = Math.round(1280 / scale);
  const height = Math.round(720 / scale / SHARE);
  const options = { width, height, threads: 1, reuseStatic: false };
  const engine = CpuEngine.open(encodePackedNetwork(network), options);
  const input = { data: Uint8Array.from({ length: width * height }, (_, i) => (i * 31) % 251), stride: width };
  const output = { data: new Uint8Array(width * height * scale * scale), stride: width * scale };
  let best = Infinity;
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const before = process.cpuUsage();
      await engine.run([input], [output]);
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1000);
    }
  } finally {
    await engine.close();
  }
  const whole = (1280 * 720) / (width * height * scale * scale);
  return (best * whole) / threads;
}
