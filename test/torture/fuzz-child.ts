/** Takes one spoilt file after another in one process, so that a crash, a hang and memory are seen from outside. */
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSparseRuntime } from '../../main/adapters/runtimes/sparse/runtime.ts';
import { upscaleAdapters } from '../../main/app/compose.ts';
import { inspectModel } from '../../main/app/inspect-model.ts';
import { findUnfinished, requestToResume } from '../../main/app/unfinished.ts';
import type { UpscaleAdapters } from '../../main/app/upscale-adapters.ts';
import { upscale } from '../../main/app/upscale.ts';
import { isAppError } from '../../main/core/errors.ts';
import type { RuntimeModel } from '../../main/core/runtime.ts';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { compileSparse } from '../../models/compiler/compile.ts';
import { makeRequest } from '../helpers/upscale-request.ts';
import type { FuzzAnswer, FuzzTask } from './fuzz.ts';

let tools: ReturnType<UpscaleAdapters['locateFfmpeg']> | null = null;
const adapters: UpscaleAdapters = {
  ...upscaleAdapters,
  locateFfmpeg: () => (tools ??= upscaleAdapters.locateFfmpeg()),
};

/** The journal, as `tandem resume` reads it: what is believed must be what was written. */
async function tryJournal({ path, original }: FuzzTask): Promise<void> {
  const work = join(path, '.out.mp4.tandem-part');
  const [found] = await findUnfinished(path);
  const request = requestToResume(found!);
  if (readFileSync(join(work, 'journal.json')).equals(readFileSync(original))) return;
  throw new Error(`an altered journal was believed: ${JSON.stringify(request)}`);
}

/** A model of the user's own: read, compiled and run on one picture by the engine; now and then by the whole way. */
async function tryOnnx({ path, isThorough }: FuzzTask): Promise<void> {
  if (isThorough) await inspectModel(path);
  const onnx = readFileSync(path);
  compileSparse(onnx, { bitDepth: 8, inputMaximum: 1 });
  if (whyEngineMissing() !== null) return;
  const model: RuntimeModel = { name: 'fuzz', onnx, scale: 2, colour: 'y', inputMaximum: 1, receptiveField: 3 };
  const session = await createSparseRuntime().open(
    model,
    { width: 16, height: 12, bitDepth: 8, scale: 2 },
    { threads: 1 },
  );
  const plane = (width: number, height: number) => ({
    data: new Uint8Array(width * height),
    width,
    height,
    stride: width,
  });
  try {
    await session.run([plane(16, 12)], [plane(32, 24)]);
  } finally {
    await session.close();
  }
}

/** A clip, from the probe to the finished file. */
async function tryClip({ path, model }: FuzzTask): Promise<void> {
  const folder = `${path}.out`;
  mkdirSync(folder);
  const nothing = (): void => undefined;
  const context = { adapters, signal: new AbortController().signal, onPlanned: nothing, onProgress: nothing };
  try {
    const request = makeRequest(path, model, { outputFolder: folder });
    await upscale(request, context).catch((error: unknown) => {
      const left = readdirSync(folder).filter((name) => !name.endsWith('.tandem-part'));
      if (left.length > 0) throw new Error(`a job that failed left ${left.join(', ')}: ${String(error)}`);
      throw error;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const WAYS = { journal: tryJournal, onnx: tryOnnx, clip: tryClip };

async function answer(task: FuzzTask): Promise<FuzzAnswer> {
  try {
    await WAYS[task.kind](task);
    return { outcome: 'taken', message: '' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isSentence =
      isAppError(error) && error.code !== 'internal' && message.trim() !== '' && !message.includes('\n');
    if (isSentence) return { outcome: 'refused', message };
    return { outcome: 'problem', message: (error as Error).stack ?? message };
  }
}

process.on('message', (task: FuzzTask) => {
  void answer(task).then((result) => process.send!(result));
});
process.on('disconnect', () => process.exit(0));
