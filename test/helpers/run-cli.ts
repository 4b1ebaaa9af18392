import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { makeMark } from './processes.ts';

const MAIN = resolve(import.meta.dirname, '../../main/shells/cli/main.ts');

export interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a person does, standing in `folder`. */
export function startCli(args: readonly string[], folder: string, more: Readonly<Record<string, string>> = {}) {
  const { env, list } = makeMark();
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, ...env, ...more, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<CliEnd>((done) => {
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended, listProcesses: list, stderr: () => stderr };
}

export function runCli(
  args: readonly string[],
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<CliEnd> {
  return startCli(args, folder, more).ended;
}

/** Looks again and again until something is there. */
export async function waitFor<T>(what: string, look: () => T | null | undefined | false, seconds = 120): Promise<T> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${String(seconds)} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
