import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../main/core/errors.ts';

/** Samples of one plane: u8 at 8 bits, u16 above. May lie in shared memory. */
export type EngineSamples = Uint8Array | Uint8ClampedArray | Uint16Array;

export interface EnginePlane {
  readonly data: EngineSamples;
  /** Samples from row to row. */
  readonly stride: number;
}

export interface CpuEngineOptions {
  /** Input samples. */
  readonly width: number;
  readonly height: number;
  /** Threads of all lanes together. */
  readonly threads: number;
  /** Frames computed at the same time, at most `threads`: 1 has the least latency, `threads` the most throughput. */
  readonly lanes?: number;
  /** One of {@link availableIsas}; the environment's TANDEM_CPU_ISA or the best when absent. */
  readonly isa?: string;
  /** Keep the output of what stands still (bit-identical); true when absent. */
  readonly reuseStatic?: boolean;
}

/** One finished frame. */
export interface CpuFrameResult {
  /** Of computation, without waiting behind other frames. */
  readonly milliseconds: number;
  /** Share of the picture that was computed; the rest stood still. */
  readonly computedShare: number;
}

interface Facts {
  readonly isa: string;
  readonly threads: number;
  readonly lanes: number;
  readonly halo: number;
}

/** The addon's own functions, see src/addon_functions.h. */
export interface Addon {
  open(packed: Uint8Array, options: Required<CpuEngineOptions>): [handle: object, facts: Facts];
  run(
    handle: object,
    inputs: readonly EngineSamples[],
    inputStrides: readonly number[],
    outputs: readonly EngineSamples[],
    outputStrides: readonly number[],
  ): Promise<[milliseconds: number, computedShare: number]>;
  close(handle: object): Promise<void>;
  availableIsas(): string[];
  resample(
    taps: Int32Array,
    input: EngineSamples,
    inputStride: number,
    output: EngineSamples,
    outputStride: number,
  ): void;
  comparePlanes(
    a: Uint8Array | Uint16Array,
    strideA: number,
    b: Uint8Array | Uint16Array,
    strideB: number,
    width: number,
    height: number,
    peak: number,
    isMultiScale: boolean,
  ): Promise<[squaredError: number, ssim: number, msSsim: number]>;
  measurePeak(isa: string, milliseconds: number): [f32: number, int8: number];
  openTraining(
    layers: Int32Array,
    task: { readonly batch: number; readonly side: number; readonly loss: number },
    isa: string,
  ): object;
  runTraining(
    pass: object,
    parameters: Float32Array,
    low: Float32Array,
    high: Float32Array,
    gradient: Float32Array,
  ): number;
  openPipe(): [readFd: number, writeFd: number];
}

let loaded: Addon | Error | null = null;

/** Where build.mjs puts the binary for this platform. */
const ADDON_PATH = fileURLToPath(
  new URL(`prebuilds/${process.platform}-${process.arch}/tandem-cpu.node`, import.meta.url),
);

/** Tells one build of the binary from another: the beginning of its SHA-256. */
export function engineBuild(): string {
  return createHash('sha256').update(readFileSync(ADDON_PATH)).digest('hex').slice(0, 16);
}

/** The binary, loaded once. */
function loadAddon(): Addon | Error {
  if (loaded !== null) return loaded;
  const path = ADDON_PATH;
  try {
    loaded = existsSync(path)
      ? (createRequire(import.meta.url)(path) as Addon)
      : new Error(`expected the CPU engine's binary for ${process.platform}-${process.arch} but it was not built`);
  } catch (error) {
    loaded = error instanceof Error ? error : new Error(String(error));
  }
  return loaded;
}

/** @throws AppError `runtime-unavailable` */
export function requireAddon(): Addon {
  const addon = loadAddon();
  if (addon instanceof Error) throw new AppError('runtime-unavailable', addon.message, { cause: addon });
  return addon;
}

/** @returns why the engine cannot run here, null when it can */
export function whyEngineMissing(): string | null {
  const addon = loadAddon();
  return addon instanceof Error ? addon.message : null;
}

/** @returns instruction sets this processor has, best first. @throws AppError `runtime-unavailable` */
export function availableIsas(): string[] {
  return requireAddon().availableIsas();
}

/**
 * Blocks this thread for about `milliseconds`.
 * @returns what one core reaches at best: GFLOP/s of f32, Gop/s of int8 (a multiply-add is two)
 */
export function measurePeak(isa: string, milliseconds: number): { readonly f32: number; readonly int8: number } {
  const [f32, int8] = requireAddon().measurePeak(isa, milliseconds);
  return { f32, int8 };
}

/** A packed network opened for one picture size. Frames may be submitted without waiting for earlier ones. */
export class CpuEngine {
  readonly isa: string;
  readonly threads: number;
  readonly lanes: number;
  /** Input samples around an output pixel's own that it depends on. */
  readonly halo: number;
  readonly #handle: object;

  private constructor(handle: object, facts: Facts) {
    this.#handle = handle;
    this.isa = facts.isa;
    this.threads = facts.threads;
    this.lanes = facts.lanes;
    this.halo = facts.halo;
  }

  /**
   * @param packed bytes of encodePackedNetwork; copied
   * @throws AppError `model-unsupported` when network, size or instruction set cannot be served, `runtime-unavailable`
   */
  static open(packed: Uint8Array, options: CpuEngineOptions): CpuEngine {
    const filled = { lanes: 1, isa: '', reuseStatic: true, ...options };
    const addon = requireAddon();
    try {
      return new CpuEngine(...addon.open(packed, filled));
    } catch (error) {
      throw new AppError('model-unsupported', error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /**
   * Upscales one frame: fills `outputs` from `inputs` (one plane for luma, three for R, G, B). Neither may be touched until
   * the promise settles. Never blocks.
   * @throws AppError `runtime-failed` when the planes do not fit or the engine is closed
   */
  async run(inputs: readonly EnginePlane[], outputs: readonly EnginePlane[]): Promise<CpuFrameResult> {
    const data = (plane: EnginePlane): EngineSamples => plane.data;
    const stride = (plane: EnginePlane): number => plane.stride;
    try {
      const [milliseconds, computedShare] = await requireAddon().run(
        this.#handle,
        inputs.map(data),
        inputs.map(stride),
        outputs.map(data),
        outputs.map(stride),
      );
      return { milliseconds, computedShare };
    } catch (error) {
      throw new AppError('runtime-failed', error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Waits for all frames, then joins the threads. May be called again. */
  async close(): Promise<void> {
    await requireAddon().close(this.#handle);
  }
}
