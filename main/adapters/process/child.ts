/**
 * Children of the engine. A child is stopped by `kill`, by an abort signal, and when this process exits or is told to end.
 * A SIGKILL of this process runs no code of ours: then the child's pipes close, and a program that reads its stdin or
 * writes its stdout ends by itself (ffmpeg does both). Node has no PR_SET_PDEATHSIG, so no child is started without a pipe.
 */
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { openDirectReader, openDirectWriter, StreamReader, StreamWriter } from './byte-pipe.ts';
import type { PipeReader, PipeWriter } from './byte-pipe.ts';
import { LineTail } from './line-tail.ts';

/** Evidence of one command that ran: for logs, for diagnostics, for an error's details. */
export interface CommandRecord {
  /** As a person would type it. */
  readonly command: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
  /** Why it could not be started at all. */
  readonly startError: string | null;
  /** Last lines of stderr, oldest first. */
  readonly stderrTail: readonly string[];
}

export interface ChildOptions {
  /** `direct` where much goes through: then {@link Child.input} takes it. */
  readonly stdin?: 'pipe' | 'ignore' | 'direct';
  /** `direct` where much comes through: then {@link Child.output} gives it. */
  readonly stdout?: 'pipe' | 'ignore' | 'direct';
  readonly signal?: AbortSignal | undefined;
  /** Called once, when the child is gone. */
  readonly onCommand?: ((record: CommandRecord) => void) | undefined;
  /** Lines of stderr as they come; a line for which it returns true is kept out of the tail. */
  readonly onStderrLine?: ((line: string) => boolean) | undefined;
}

export interface Child {
  readonly pid: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly input: PipeWriter | null;
  readonly output: PipeReader | null;
  /** Resolves when the process is gone and its stderr read to the end. Never rejects. */
  readonly done: Promise<CommandRecord>;
  /** Stops it at once and waits until it is gone. */
  kill(): Promise<CommandRecord>;
}

const FORCE_KILL_AFTER_MS = 500;

/**
 * Statically linked ffmpegs (the npm package's ffprobe, imageio-ffmpeg) load the system's character tables when they read
 * an MPEG transport stream, and crash on them. Where there are none to find, they take the text as it is.
 */
const CHILD_ENVIRONMENT = { AV_LOG_FORCE_NOCOLOR: '1', GCONV_PATH: '/nonexistent' };

/** Starts a program without a shell. A program that cannot be started is told by `done`, not thrown. */
export function startChild(file: string, args: readonly string[], options: ChildOptions = {}): Child {
  const startedAt = performance.now();
  const tail = new LineTail(options.onStderrLine);
  const directIn = options.stdin === 'direct' ? openDirectWriter() : null;
  const directOut = options.stdout === 'direct' ? openDirectReader() : null;
  const subprocess = execa(file, args, {
    stdin: fdOf(directIn) ?? nodeKind(options.stdin),
    stdout: fdOf(directOut) ?? nodeKind(options.stdout),
    stderr: 'pipe',
    buffer: false,
    reject: false,
    cleanup: true,
    windowsHide: true,
    forceKillAfterDelay: FORCE_KILL_AFTER_MS,
    env: CHILD_ENVIRONMENT,
  });
  directIn?.handOver();
  directOut?.handOver();
  subprocess.stderr.setEncoding('utf8');
  subprocess.stderr.on('data', (text: string) => {
    tail.push(text);
  });
  // A pipe that breaks is told by the child's end; without a listener it would end this process.
  subprocess.stdin?.on('error', () => undefined);
  subprocess.stdout?.on('error', () => undefined);
  const { stdin, stdout } = subprocess;
  const input = directIn?.ours ?? (options.stdin === 'direct' && stdin ? new StreamWriter(stdin) : null);
  const output = directOut?.ours ?? (options.stdout === 'direct' && stdout ? new StreamReader(stdout) : null);
  const stop = () => subprocess.kill('SIGKILL');
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener('abort', stop, { once: true });

  const done = subprocess.then((result) => {
    options.signal?.removeEventListener('abort', stop);
    const record: CommandRecord = {
      command: formatCommand(file, args),
      exitCode: result.exitCode ?? null,
      signal: result.signal ?? null,
      durationMs: Math.round(performance.now() - startedAt),
      startError: subprocess.pid === undefined ? (result.originalMessage ?? 'it could not be started') : null,
      stderrTail: tail.lines(),
    };
    options.onCommand?.(record);
    return record;
  });
  const kill = () => {
    stop();
    // Output that nobody reads any more would keep the process from counting as gone.
    subprocess.stdout?.destroy();
    output?.close();
    input?.end();
    return done;
  };
  return { pid: subprocess.pid, stdin, stdout, input, output, done, kill };
}

/** execa takes any descriptor; its types know the first few. */
function fdOf(pipe: { readonly childFd: number } | null): 3 | undefined {
  return pipe?.childFd as 3 | undefined;
}

function nodeKind(kind: ChildOptions['stdin']): 'pipe' | 'ignore' {
  return kind === undefined || kind === 'ignore' ? 'ignore' : 'pipe';
}

/** True when the program ran and said it succeeded. */
export function isSuccess(record: CommandRecord): boolean {
  return record.exitCode === 0 && record.signal === null && record.startError === null;
}

/**
 * True when somebody ended it from outside, so that its end says nothing of what it can do.
 * @param limitMs its own limit of time: one that took longer was ended by us
 */
export function wasKilled({ signal, durationMs }: CommandRecord, limitMs = Infinity): boolean {
  return (signal === 'SIGKILL' || signal === 'SIGTERM') && durationMs < limitMs;
}

/** How it ended, in words that follow the program's name. */
export function describeEnd(record: CommandRecord): string {
  if (record.startError !== null) return `could not be started (${record.startError})`;
  if (record.signal !== null) return `was ended by ${record.signal}`;
  return `ended with exit code ${String(record.exitCode)}`;
}

function formatCommand(file: string, args: readonly string[]): string {
  return [file, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
