import { startChild } from './child.ts';
import type { ChildOptions, CommandRecord } from './child.ts';

export interface RunOptions extends Omit<ChildOptions, 'stdin' | 'stdout'> {
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly record: CommandRecord;
  readonly stdout: string;
}

const LONGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a short program to its end and collects what it prints. Never rejects: the record tells how it ended. */
export async function runCommand(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = startChild(file, args, { ...options, stdin: 'ignore', stdout: 'pipe' });
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => void child.kill(), options.timeoutMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LONGEST_OUTPUT_BYTES) chunks.push(chunk);
    else void child.kill();
  });
  const record = await child.done;
  clearTimeout(timer);
  return { record, stdout: Buffer.concat(chunks).toString('utf8') };
}
