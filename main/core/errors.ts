/**
 * The one error type that leaves a module on purpose. Recognise it by {@link isAppError} (brand), never by `instanceof`:
 * errors cross process boundaries as plain data.
 */

/** Closed list of what can go wrong in a way a person can act on. */
export const ERROR_CODES = [
  'wrong-usage',
  'input-missing',
  'input-unreadable',
  'input-unsupported',
  'input-changed',
  'output-exists',
  'output-unwritable',
  'disk-full',
  'ffmpeg-missing',
  'ffmpeg-failed',
  'model-invalid',
  'model-unsupported',
  'runtime-unavailable',
  'runtime-failed',
  'engine-died',
  'output-check-failed',
  'data-missing',
  'resume-refused',
  'journal-damaged',
  'interrupted',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Evidence beside the sentence: a child's command, exit code, last lines; a path; a number that was expected. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export class AppError extends Error {
  /** Brand that survives structured clone and JSON. */
  readonly isAppError = true;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  /**
   * @param code which of the closed list
   * @param message one clear sentence naming what was expected and what came
   * @param options evidence and the underlying cause
   */
  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    // What is quoted may come from a file, line breaks and all; a sentence is one line.
    super(message.replace(/\p{Cc}+/gu, ' '), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for an {@link AppError}, also for one that was rebuilt from another process's plain data. */
export function isAppError(value: unknown): value is AppError {
  return typeof value === 'object' && value !== null && (value as { isAppError?: unknown }).isAppError === true;
}
