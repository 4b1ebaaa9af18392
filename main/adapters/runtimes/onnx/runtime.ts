import { availableParallelism } from 'node:os';
import { AppError } from '../../../core/errors.ts';
import type { Arithmetic, Runtime, RuntimeProbe, RuntimeSession } from '../../../core/runtime.ts';
import { fileFor, plainArithmetic } from '../model-file.ts';
import { checkPlanes } from '../run-tiles.ts';
import type { ModelFacts } from '../run-tiles.ts';
import { fromPlainError } from './protocol.ts';
import type { FromWorker, WorkerJob } from './protocol.ts';
import { SharedPlanes } from './shared-planes.ts';
import { WorkerLink } from './worker-link.ts';

/**
 * 640x360 stays whole; 1280x720 becomes four tiles (3 % more work) and a 16-channel network needs about 100 MB at a time
 * where a whole 1280x720 takes 290 MB (times: the bench onnx-options).
 */
const DEFAULT_MAX_TILE_SAMPLES = 1 << 18;

export interface OnnxRuntimeOptions {
  /** Package to load; for tests. */
  readonly library?: string;
  /** Let idle threads busy-wait. Off: the encoder shares the cores. */
  readonly spin?: boolean;
}

/** onnxruntime-node on the CPU, one worker thread a session. Loads any super-resolution ONNX file. */
export function createOnnxRuntime({ library = 'onnxruntime-node', spin = false }: OnnxRuntimeOptions = {}): Runtime {
  return {
    name: 'onnx',
    probe: () => probe(library),
    open: async (model, geometry, options = {}) => {
      const { threads = availableParallelism(), maxTileSamples = DEFAULT_MAX_TILE_SAMPLES } = options;
      // f32 where nobody asked: its int8 kernels round in other places than quant.md.
      const { arithmetic = plainArithmetic(model) } = options;
      const onnx = fileFor(model, arithmetic);
      const job = { onnx, model: factsOf(model), geometry, threads, spin, maxTileSamples };
      return openSession(library, job, arithmetic);
    },
  };
}

async function probe(library: string): Promise<RuntimeProbe> {
  try {
    const { link, first } = await WorkerLink.start({ library, job: null });
    await link.close();
    if (first.type === 'ready') return { ok: true, description: first.description };
    return { ok: false, reason: 'not-installed', message: first.type === 'not-installed' ? first.message : first.type };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: 'not-installed', message };
  }
}

const INT8_NOTE = 'onnxruntime rounds int8 in other places than the sparse engine, so samples may differ by a step';

async function openSession(library: string, job: WorkerJob, arithmetic: Arithmetic): Promise<RuntimeSession> {
  const { link, first } = await WorkerLink.start({ library, job });
  if (first.type !== 'ready') {
    await link.close();
    throw refusal(first);
  }
  const inputs = new SharedPlanes();
  const outputs = new SharedPlanes();
  return {
    arithmetic,
    ...(arithmetic === 'int8' ? { note: INT8_NOTE } : {}),
    build: first.description,
    run: async (input, output) => {
      checkPlanes(input, job.model, job.geometry, 1);
      checkPlanes(output, job.model, job.geometry, job.model.scale);
      const sharedOutput = outputs.share(output, 'empty');
      const answer = await link.ask({ type: 'run', input: inputs.share(input, 'with-content'), output: sharedOutput });
      if (answer.type !== 'done') throw refusal(answer);
      SharedPlanes.fetch(sharedOutput, output);
    },
    close: () => link.close(),
  };
}

function refusal(message: FromWorker): AppError {
  if (message.type === 'not-installed') return new AppError('runtime-unavailable', message.message);
  if (message.type === 'refused' || message.type === 'failed') return fromPlainError(message.error);
  return new AppError('internal', `expected an answer of the onnxruntime thread but got '${message.type}'`);
}

/** Only plain facts cross to the worker, whatever else the caller's object carries. */
function factsOf({ name, scale, colour, inputMaximum, receptiveField }: ModelFacts): ModelFacts {
  return { name, scale, colour, inputMaximum, receptiveField };
}
