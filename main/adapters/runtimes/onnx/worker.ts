/**
 * The thread that owns one onnxruntime session. `session.run` computes inside its caller's event loop, so it must never
 * be the engine's.
 */
import type { InferenceSession } from 'onnxruntime-node';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../../core/errors.ts';
import { TiledRunner } from '../run-tiles.ts';
import type { ComputeTile } from '../run-tiles.ts';
import { insideLibrary } from './exit-guard.ts';
import type { ExitFlags } from './exit-guard.ts';
import { toPlainError } from './protocol.ts';
import type { FromWorker, ToWorker, WorkerJob, WorkerStart } from './protocol.ts';
import { sessionOptions } from './session-options.ts';
import { splitPRelus } from './split-prelu.ts';

type Library = typeof import('onnxruntime-node');

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}

async function main({ library, job, exitFlags }: WorkerStart): Promise<void> {
  let ort: Library;
  try {
    ort = await insideLibrary(exitFlags, async () => (await import(library)) as Library);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    post({ type: 'not-installed', message: `expected ${library} to load but got: ${reason.split('\n')[0] ?? ''}` });
    return;
  }
  const description = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common} on the CPU`;
  if (job === null) {
    post({ type: 'ready', description });
    return;
  }
  try {
    await serve(ort, job, exitFlags);
    post({ type: 'ready', description });
  } catch (error) {
    const sentence = `expected a model that onnxruntime can load but '${job.model.name}' is refused`;
    post({ type: 'refused', error: toPlainError(error, 'model-unsupported', sentence) });
  }
}

async function serve(ort: Library, job: WorkerJob, exitFlags: ExitFlags): Promise<void> {
  const onnx = splitPRelus(job.onnx);
  const session = await insideLibrary(exitFlags, () => ort.InferenceSession.create(onnx, sessionOptions(job)));
  const { maxTileSamples } = job;
  const runner = new TiledRunner(job.model, job.geometry, { maxTileSamples, fixedSize: fixedSizeOf(session) });
  const compute = computeWith(ort, session, exitFlags);
  let running: Promise<void> = Promise.resolve();
  parentPort?.on('message', (message: ToWorker) => {
    if (message.type === 'close') {
      // A run between two of its tiles must not lose its session.
      void running.then(() => insideLibrary(exitFlags, () => session.release())).finally(() => parentPort?.close());
      return;
    }
    running = runner.run(message.input, message.output, compute).then(
      () => post({ type: 'done' }),
      (error: unknown) => {
        const sentence = `expected model '${job.model.name}' to run but onnxruntime failed`;
        post({ type: 'failed', error: toPlainError(error, 'runtime-failed', sentence) });
      },
    );
  });
}

function computeWith(ort: Library, session: InferenceSession, exitFlags: ExitFlags): ComputeTile {
  const [inputName = ''] = session.inputNames;
  const [outputName = ''] = session.outputNames;
  return async ({ dims, data }) => {
    const feeds = { [inputName]: new ort.Tensor('float32', data, dims) };
    const results = await insideLibrary(exitFlags, () => session.run(feeds));
    const output = results[outputName]!;
    if (!(output.data instanceof Float32Array)) {
      throw new AppError('runtime-failed', `expected float32 samples from the model but got ${output.type}`);
    }
    return { dims: output.dims, data: output.data };
  };
}

/** Height and width when the network names both as numbers. */
function fixedSizeOf(session: InferenceSession): { width: number; height: number } | undefined {
  const [input] = session.inputMetadata;
  if (session.inputNames.length !== 1 || session.outputNames.length !== 1 || !input?.isTensor) {
    const got = `${session.inputNames.length} inputs and ${session.outputNames.length} outputs`;
    throw new AppError('model-unsupported', `expected one picture in and one out but got ${got}`);
  }
  const [, , height, width] = input.shape;
  return typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0
    ? { width, height }
    : undefined;
}

// Not awaited: a process that exits lets no more calls into the library, and Node warns of a top-level await left open.
void main(workerData as WorkerStart);
