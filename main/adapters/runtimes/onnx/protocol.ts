import type { ErrorCode, ErrorDetails } from '../../../core/errors.ts';
import { AppError, isAppError } from '../../../core/errors.ts';
import type { Plane } from '../../../core/frame.ts';
import type { RuntimeGeometry } from '../../../core/runtime.ts';
import type { ModelFacts } from '../run-tiles.ts';

/** What the worker is started with. Without a job it only loads the library and says so. */
export interface WorkerStart {
  /** Package that is imported; another name in tests. */
  readonly library: string;
  readonly job: WorkerJob | null;
}

export interface WorkerJob {
  readonly model: ModelFacts;
  readonly onnx: Uint8Array;
  readonly geometry: RuntimeGeometry;
  readonly threads: number;
  readonly spin: boolean;
  readonly maxTileSamples: number;
}

/** Planes lie in shared memory: the worker reads and writes them in place. */
export type ToWorker =
  | { readonly type: 'run'; readonly input: readonly Plane[]; readonly output: readonly Plane[] }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready'; readonly description: string }
  | { readonly type: 'not-installed'; readonly message: string }
  | { readonly type: 'refused'; readonly error: PlainError }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: PlainError };

/** An AppError that survives being copied between threads. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** @param code what anything but an AppError becomes */
export function toPlainError(error: unknown, code: ErrorCode, sentence: string): PlainError {
  if (isAppError(error)) return { code: error.code, message: error.message, details: error.details };
  const reason = error instanceof Error ? error.message : String(error);
  return { code, message: `${sentence}: ${firstLine(reason)}`, details: { reason } };
}

export function fromPlainError({ code, message, details }: PlainError): AppError {
  return new AppError(code, message, { details });
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
