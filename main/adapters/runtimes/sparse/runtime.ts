import { availableParallelism } from 'node:os';
import type { CostTable } from '../../../../models/compiler/backends/cost-table.ts';
import { compileSparse } from '../../../../models/compiler/compile.ts';
import { encodePackedNetwork } from '../../../../models/format/packed-network.ts';
import { CpuEngine, availableIsas, engineBuild, whyEngineMissing } from '../../../../native-bridge/cpu/engine.ts';
import { AppError, isAppError } from '../../../core/errors.ts';
import type { Arithmetic, Runtime, RuntimeGeometry, RuntimeModel, RuntimeSession } from '../../../core/runtime.ts';
import { chooseArithmetic, fileFor, noteOnArithmetic, plainArithmetic } from '../model-file.ts';
import { checkPlanes } from '../run-tiles.ts';

export interface SparseRuntimeOptions {
  /** Instruction set to compute with, one of `availableIsas()`; the best when absent. For tests. */
  readonly isa?: string;
  /** Keep the output of what stands still; on when absent. */
  readonly reuseStatic?: boolean;
  /** Frames computed at the same time, sharing the threads; chosen by their number when absent. */
  readonly lanes?: number;
  /** Brings measured costs that packing chooses by, null where nothing was measured. */
  readonly readCosts?: () => Promise<CostTable | null>;
}

/** The engine of native-bridge/cpu: skips what was pruned, f32 or int8. Computes in threads of its own. */
export function createSparseRuntime(options: SparseRuntimeOptions = {}): Runtime {
  return {
    name: 'sparse',
    probe: () => {
      const missing = whyEngineMissing();
      if (missing !== null) return Promise.resolve({ ok: false, reason: 'not-installed', message: missing });
      return Promise.resolve({ ok: true, description: `sparse CPU engine (${availableIsas().join(', ')})` });
    },
    open: async (model, geometry, { threads = availableParallelism(), arithmetic } = {}) => {
      const costs = (await options.readCosts?.()) ?? undefined;
      const openAs = (as: Arithmetic) => openSession(model, geometry, { ...options, threads, arithmetic: as, costs });
      return arithmetic === undefined ? openFitting(model, geometry, openAs) : openAs(arithmetic);
    },
  };
}

/** As the samples ask for; a file in int8 that is refused is no reason to give up on f32. */
function openFitting(
  model: RuntimeModel,
  geometry: RuntimeGeometry,
  openAs: (as: Arithmetic) => RuntimeSession,
): RuntimeSession {
  const chosen = chooseArithmetic(model, geometry);
  const plain = plainArithmetic(model);
  const note = noteOnArithmetic(model, geometry);
  if (chosen === plain) return note === null ? openAs(plain) : { ...openAs(plain), note };
  try {
    return openAs(chosen);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'model-unsupported') throw error;
    return { ...openAs(plain), note: `It is computed in f32: ${error.message}.` };
  }
}

interface SessionOptions extends SparseRuntimeOptions {
  readonly threads: number;
  readonly arithmetic: Arithmetic;
  readonly costs: CostTable | undefined;
}

/** With fewer threads than this one frame at a time is as fast and holds less. */
const THREADS_PER_LANE = 4;

function openSession(model: RuntimeModel, geometry: RuntimeGeometry, options: SessionOptions): RuntimeSession {
  const missing = whyEngineMissing();
  if (missing !== null) throw new AppError('runtime-unavailable', missing);
  const { bitDepth, width, height } = geometry;
  const { inputMaximum, sparsity } = model;
  const { network } = compileSparse(fileFor(model, options.arithmetic), {
    bitDepth,
    inputMaximum,
    // Declared are the zeros of the f32 file; rounding to int8 can only add some.
    sparsity,
    costs: options.costs,
  });
  checkArithmetic(model, network.dataType, options.arithmetic);
  const { threads, isa, reuseStatic } = options;
  const engine = CpuEngine.open(encodePackedNetwork(network), {
    width,
    height,
    threads,
    lanes: options.lanes ?? Math.max(1, Math.floor(threads / THREADS_PER_LANE)),
    ...(isa === undefined ? {} : { isa }),
    ...(reuseStatic === undefined ? {} : { reuseStatic }),
  });
  return {
    arithmetic: network.dataType,
    // One frame waits in the engine, so that it never waits for us.
    slots: engine.lanes + 1,
    build: `${engineBuild()} ${engine.isa}`,
    run: async (input, output) => {
      checkPlanes(input, model, geometry, 1);
      checkPlanes(output, model, geometry, model.scale);
      await engine.run(input, output);
    },
    close: () => engine.close(),
  };
}

/** A file may be of the other arithmetic than asked: a user's own int8 file is never run as f32. */
function checkArithmetic({ name }: RuntimeModel, is: Arithmetic, wanted: Arithmetic): void {
  if (is === wanted) return;
  throw new AppError('model-unsupported', `expected model '${name}' in ${wanted} but its file is of ${is}`);
}
