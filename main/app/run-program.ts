import { isSuccess } from '../adapters/process/child.ts';
import { runCommand } from '../adapters/process/run.ts';

/** Runs a program to its end for a shell. Never rejects. */
export async function runProgram(
  file: string,
  args: readonly string[],
): Promise<{ isSuccess: boolean; lastLines: readonly string[] }> {
  const { record } = await runCommand(file, args);
  return { isSuccess: isSuccess(record), lastLines: record.stderrTail };
}
