/** Use case: what a super-resolution ONNX file of the user's own is and wants. */
import { readFile } from 'node:fs/promises';
import { inspectNet } from '../adapters/runtimes/inspect-model/inspect-net.ts';
import type { NetInspection } from '../adapters/runtimes/inspect-model/inspect-net.ts';
import { AppError, isAppError } from '../core/errors.ts';

export type { NetInspection } from '../adapters/runtimes/inspect-model/inspect-net.ts';

/** A file that was read and found to be a super-resolution network. */
export interface InspectedModel {
  readonly onnx: Uint8Array;
  readonly inspection: NetInspection;
}

/**
 * @param path of an ONNX file
 * @throws AppError one sentence naming the file, what was expected and what came
 */
export async function inspectModel(path: string): Promise<InspectedModel> {
  const onnx = await readModelFile(path);
  try {
    return { onnx, inspection: await inspectNet(onnx) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError(error.code, `${path}: ${error.message}`, { details: error.details, cause: error });
  }
}

/** @throws AppError `input-missing` or `input-unreadable` */
export async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new AppError('input-missing', `expected a model file but there is none at ${path}`);
    const what = code === 'EISDIR' ? 'a folder' : (code ?? 'one that cannot be read');
    throw new AppError('input-unreadable', `expected a model file at ${path} but got ${what}`, { cause });
  }
}
