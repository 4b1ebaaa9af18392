import { AppError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { describeEnd } from '../process/child.ts';
import type { CommandRecord } from '../process/child.ts';

/** The last line of a log that names a problem, without ffmpeg's own prefixes; `null` where none does. */
export function lastComplaint(lines: readonly string[]): string | null {
  const marked = lines.filter((line) => /\[(error|fatal|panic)\]/.test(line));
  const line = (
    marked.length > 0 ? marked : lines.filter((text) => /error|invalid|no space|cannot|failed/i.test(text))
  ).at(-1);
  const text = line?.replace(/^(\[[^\]]*\]\s*)+/, '').trim();
  return text === undefined || text === '' ? null : text;
}

/** Turns a command that failed into an error: one sentence, the evidence in its details. */
export function commandError(what: string, record: CommandRecord, code: ErrorCode = 'ffmpeg-failed'): AppError {
  const complaint = lastComplaint(record.stderrTail);
  const isFull = record.stderrTail.some((line) => /no space left on device/i.test(line));
  const reason = isFull ? 'No space left on device' : complaint;
  return new AppError(
    isFull ? 'disk-full' : code,
    `${what}: ffmpeg ${describeEnd(record)}${reason === null ? '' : ` (${reason})`}`,
    {
      details: { ...record },
    },
  );
}

/** For a job that was stopped on purpose. */
export function interrupted(): AppError {
  return new AppError('interrupted', 'the job was stopped before its end');
}
