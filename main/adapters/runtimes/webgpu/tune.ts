import { DEFAULT_SHAPE } from '../../../../models/compiler/backends/shader/compile-program.ts';
import type { TileShape } from '../../../../models/compiler/backends/shader/plan-stages.ts';
import type { PackedNetwork } from '../../../../models/format/packed-network.ts';
import type { Program } from '../../../../models/format/program.ts';
import type { GpuDevice } from '../../../../native-bridge/gpu/gpu-device.ts';
import { ProgramRunner } from '../../../../native-bridge/gpu/program-runner.ts';

/** What is free in a program: the result is the same, to the bit in int8. */
export interface ProgramCut {
  readonly shape: TileShape;
  /** Sum int8 by the integer dot product of bytes. */
  readonly useByteDot: boolean;
}

/** Finds the fastest cut for a network on a device. */
export type Tuning = (
  gpu: GpuDevice,
  network: PackedNetwork,
  compile: (cut: ProgramCut) => Program,
) => Promise<ProgramCut>;

export const DEFAULT_CUT: ProgramCut = { shape: DEFAULT_SHAPE, useByteDot: false };

const SHAPES: readonly Omit<TileShape, 'workgroup'>[] = [
  { pixels: 1, sums: 4 },
  { pixels: 2, sums: 4 },
  { pixels: 2, sums: 16 },
  { pixels: 4, sums: 16 },
];

const WORKGROUPS: readonly TileShape['workgroup'][] = [
  [16, 4],
  [32, 2],
  [16, 8],
  [4, 8],
];

/**
 * Shapes first, then work groups of the best shape, then the dot product: a dozen programs rather than all.
 * @param measure milliseconds of a cut, null where the device refuses it
 */
export async function findFastest(
  dataType: PackedNetwork['dataType'],
  measure: (cut: ProgramCut) => Promise<number | null>,
): Promise<ProgramCut> {
  let best = DEFAULT_CUT;
  let least = (await measure(best)) ?? Infinity;
  const consider = async (cut: ProgramCut): Promise<void> => {
    const milliseconds = await measure(cut);
    if (milliseconds === null || milliseconds >= least) return;
    [best, least] = [cut, milliseconds];
  };
  if (dataType === 'int8') await consider({ ...best, useByteDot: true });
  for (const shape of SHAPES) await consider({ ...best, shape: { ...shape, workgroup: DEFAULT_SHAPE.workgroup } });
  for (const workgroup of WORKGROUPS) await consider({ ...best, shape: { ...best.shape, workgroup } });
  return best;
}

/** Least time that a measurement is worth, in milliseconds. */
const WORTH_MS = 10;

/** @returns milliseconds of one picture's dispatches, null where the device refuses the program */
export async function measureProgram(gpu: GpuDevice, program: Program): Promise<number | null> {
  let runner: ProgramRunner;
  try {
    runner = await ProgramRunner.open(gpu.device, program);
  } catch {
    return null;
  }
  try {
    const [milliseconds = null] = await timeInTurns([runner], 2);
    return milliseconds;
  } finally {
    runner.close();
  }
}

/** @returns milliseconds of one picture's dispatches for each, the least of some rounds in which they take turns */
export async function timeInTurns(runners: readonly ProgramRunner[], rounds: number): Promise<number[]> {
  const counts: number[] = [];
  for (const runner of runners) {
    await runner.time(1); // compiles, and wakes the device
    counts.push(Math.min(50, Math.ceil(WORTH_MS / Math.max(await runner.time(1), 0.05))));
  }
  const best = runners.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, runner] of runners.entries()) best[i] = Math.min(best[i]!, await runner.time(counts[i]!));
  }
  return best;
}
