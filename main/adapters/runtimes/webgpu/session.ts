import { compileProgram } from '../../../../models/compiler/backends/shader/compile-program.ts';
import { wgsl } from '../../../../models/compiler/backends/shader/wgsl.ts';
import type { PackedNetwork } from '../../../../models/format/packed-network.ts';
import type { Program } from '../../../../models/format/program.ts';
import { GpuDevice } from '../../../../native-bridge/gpu/gpu-device.ts';
import { ProgramRunner } from '../../../../native-bridge/gpu/program-runner.ts';
import { AppError } from '../../../core/errors.ts';
import type { Plane } from '../../../core/frame.ts';
import type { RuntimeGeometry, RuntimeModel } from '../../../core/runtime.ts';
import { planTiles } from '../../../core/tiling.ts';
import type { Tile, TilePlan } from '../../../core/tiling.ts';
import { DEFAULT_CUT } from './tune.ts';
import type { ProgramCut, Tuning } from './tune.ts';

export interface GpuJob {
  readonly network: PackedNetwork;
  readonly model: RuntimeModel;
  readonly geometry: RuntimeGeometry;
  readonly storage: 'f32' | 'f16';
  readonly tuning: Tuning | undefined;
  readonly maxTileSamples: number | undefined;
}

/** A device that comes back this often in one session is broken. */
const MOST_LOSSES = 3;

interface Opened {
  readonly gpu: GpuDevice;
  readonly runner: ProgramRunner;
}

/** A network on a GPU for one size of pictures; a device that is lost is opened again, and its pictures run again. */
export class GpuSession {
  readonly #job: GpuJob;
  readonly #plan: TilePlan;
  readonly #cut: ProgramCut;
  #current: Promise<Opened>;
  #losses = 0;

  private constructor(job: GpuJob, plan: TilePlan, cut: ProgramCut, opened: Opened) {
    this.#job = job;
    this.#plan = plan;
    this.#cut = cut;
    this.#current = Promise.resolve(opened);
  }

  /** Takes ownership of the device. @throws AppError `model-unsupported` */
  static async open(gpu: GpuDevice, job: GpuJob): Promise<GpuSession> {
    try {
      const plan = planFor(job, gpu.largestBuffer);
      const compile = (cut: ProgramCut): Program => compileFor(job, plan, cut);
      const cut = (await job.tuning?.(gpu, job.network, compile)) ?? DEFAULT_CUT;
      const runner = await ProgramRunner.open(gpu.device, compile(cut));
      return new GpuSession(job, plan, cut, { gpu, runner });
    } catch (error) {
      gpu.close();
      throw error;
    }
  }

  /** @throws AppError `runtime-failed` */
  async run(input: readonly Plane[], output: readonly Plane[]): Promise<void> {
    for (;;) {
      const current = this.#current;
      const { gpu, runner } = await current;
      try {
        await this.#runTiles(runner, input, output);
        return;
      } catch (error) {
        const why = await gpu.whyLost(true);
        if (why === null) throw asFailure(gpu, error);
        if (this.#current === current) this.#current = this.#reopen(gpu, why);
      }
    }
  }

  async close(): Promise<void> {
    const { gpu, runner } = await this.#current;
    runner.close();
    gpu.close();
  }

  async #reopen(lost: GpuDevice, why: string): Promise<Opened> {
    lost.close();
    this.#losses += 1;
    if (this.#losses > MOST_LOSSES) {
      throw new AppError('runtime-failed', `expected ${lost.facts.name} to stay but it was lost again: ${why}`);
    }
    const gpu = await GpuDevice.open(lost.facts);
    return { gpu, runner: await ProgramRunner.open(gpu.device, compileFor(this.#job, this.#plan, this.#cut)) };
  }

  async #runTiles(runner: ProgramRunner, input: readonly Plane[], output: readonly Plane[]): Promise<void> {
    const { tiles, width, height } = this.#plan;
    if (tiles.length === 1) {
      await runner.run(input, output);
      return;
    }
    const { scale } = this.#job.geometry;
    const run = async (tile: Tile): Promise<void> => {
      const part = input.map((plane) => cutPlane(plane, tile.x, tile.y, width, height));
      const made = output.map((plane) => blankPlane(plane, width * scale, height * scale));
      await runner.run(part, made);
      made.forEach((plane, i) => copyCore(plane, tile, scale, output[i]!));
    };
    await Promise.all(tiles.map(run));
  }
}

function asFailure({ facts }: GpuDevice, error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error);
  return new AppError('runtime-failed', `${facts.name} failed: ${why}`, { cause: error });
}

/** Whole pictures, unless a buffer of theirs is more than the device binds. */
function planFor({ network, model, geometry, storage, maxTileSamples }: GpuJob, largestBuffer: number): TilePlan {
  const side = 64;
  const probe = compileProgram(network, { dialect: wgsl, width: side, height: side, storage });
  const hungriest = Math.max(...probe.buffers.filter(({ role }) => role !== 'constant').map(({ bytes }) => bytes));
  const most = Math.floor(largestBuffer / (hungriest / side ** 2));
  const { width, height } = geometry;
  const halo = (model.receptiveField - 1) / 2;
  return planTiles({ width, height, halo, maxTileSamples: Math.min(most, maxTileSamples ?? Infinity) });
}

function compileFor({ network, storage }: GpuJob, { width, height }: TilePlan, cut: ProgramCut): Program {
  return compileProgram(network, { dialect: wgsl, width, height, storage, ...cut });
}

function cutPlane({ data, stride }: Plane, x: number, y: number, width: number, height: number): Plane {
  return { data: data.subarray(y * stride + x), width, height, stride };
}

function blankPlane({ data }: Plane, width: number, height: number): Plane {
  const count = width * height;
  return {
    data: data instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count),
    width,
    height,
    stride: width,
  };
}

/** Copies what a tile gives of the picture. */
function copyCore(from: Plane, { x, y, core }: Tile, scale: number, to: Plane): void {
  const width = core.width * scale;
  for (let row = 0; row < core.height * scale; row += 1) {
    const start = ((core.y - y) * scale + row) * from.stride + (core.x - x) * scale;
    to.data.set(from.data.subarray(start, start + width), (core.y * scale + row) * to.stride + core.x * scale);
  }
}
