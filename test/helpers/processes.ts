import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/** Whether processes can be told by what they inherited: on Linux alone. */
export const canListProcesses = existsSync('/proc/self/environ');

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** A mark that every descendant of a process started with `env` inherits. */
export function makeMark(): { env: Record<string, string>; list: () => MarkedProcess[] } {
  const mark = `TANDEM_TEST_MARK=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  return { env: { [name]: value }, list: () => listMarked(mark) };
}

/** One for all programs of the machine: it stays when whoever asked for it first is gone, and nobody else may end it. */
const ADB_SERVER = /^(\S*\/)?adb .*fork-server server/;

function listMarked(mark: string): MarkedProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return ADB_SERVER.test(command) ? [] : [{ pid: Number(name), command }];
      } catch {
        return []; // It ended meanwhile, or it is not ours to read.
      }
    });
}
