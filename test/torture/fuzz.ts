/**
 * Spoilt clips, journals and ONNX files: each must be taken or refused in one sentence, within a limit of time and
 * memory, and leave no process behind.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { formatJournal } from '../../main/app/journal.ts';
import { makeIdentity } from '../helpers/job-identity.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { canListProcesses, makeMark } from '../helpers/processes.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';
import { makeRequest } from '../helpers/upscale-request.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import { CaseRecord } from './record.ts';

export const FUZZ_KINDS = ['journal', 'onnx', 'clip'] as const;
export type FuzzKind = (typeof FUZZ_KINDS)[number];

/** One case of fifty is a clip: it takes a hundred times as long as another. */
const CLIP_EVERY = 50;

function kindOf(number: number): FuzzKind {
  if (number % CLIP_EVERY === CLIP_EVERY - 1) return 'clip';
  return number % 2 === 0 ? 'journal' : 'onnx';
}

/** Seconds that this process itself was awake: longer than any of these files needs on a machine busy with other things. */
const LONGEST_SECONDS = { journal: 60, onnx: 60, clip: 120 } as const;
const MOST_MEMORY_BYTES = 2 ** 30;
/** Every so many ONNX cases go the whole way of a user's own file, with a process of its own. */
const THOROUGH_EVERY = 500;

export interface FuzzTask {
  readonly kind: FuzzKind;
  /** The spoilt file, or the folder that holds a work folder with a spoilt journal. */
  readonly path: string;
  readonly original: string;
  readonly model: string;
  readonly isThorough: boolean;
}

export interface FuzzAnswer {
  readonly outcome: 'taken' | 'refused' | 'problem';
  readonly message: string;
}

export interface FuzzRow extends FuzzAnswer {
  readonly number: number;
  readonly kind: FuzzKind;
}

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  readonly folder: string;
  /** Ends after this time, whatever is done. */
  readonly seconds?: number | undefined;
  readonly tell: (row: FuzzRow) => void;
}

export interface FuzzEnd {
  readonly rows: readonly FuzzRow[];
  readonly peakMemoryBytes: number;
}

/** Runs the cases that the folder's record does not hold yet. */
export async function runFuzz({ count, seed, folder, seconds = Infinity, tell }: FuzzOptions): Promise<FuzzEnd> {
  const record = new CaseRecord<FuzzRow>(folder, `fuzz-${seed}`);
  const seeds = await makeSeeds(folder);
  const done = new Set(record.rows.map((row) => row.number));
  const endMs = performance.now() + 1000 * seconds;
  const worker = new FuzzWorker();
  try {
    for (let number = 0; number < count && performance.now() < endMs; number++) {
      if (done.has(number)) continue;
      const row = await runCase(worker, folder, seeds, number, randomOf(seed, number));
      record.add(row);
      tell(row);
    }
  } finally {
    await worker.end();
  }
  return { rows: record.rows, peakMemoryBytes: worker.peakMemoryBytes };
}

interface Seeds {
  readonly files: Readonly<Record<FuzzKind, readonly string[]>>;
  readonly model: string;
}

async function makeSeeds(folder: string): Promise<Seeds> {
  const place = join(folder, 'seeds');
  mkdirSync(place, { recursive: true });
  const at = (name: string): string => join(place, name);
  const ffmpeg = (await locateFfmpeg()).ffmpeg.path;
  const clip = (name: string, args: readonly string[] = []): string =>
    makeClip(ffmpeg, at(name), { frames: 4, size: '32x24', sound: true, args });
  const model = writeTinyModel(at('tiny.onnx'), 2);
  const zoo = resolve(import.meta.dirname, '../../models/zoo/tandem-x2-fast/model.onnx');
  copyFileSync(zoo, at('fast.onnx'));
  writeFileSync(at('journal.json'), sampleJournal());
  const clips = [
    ...[clip('plain.mp4'), clip('parts.mp4', ['-movflags', '+frag_keyframe+empty_moov']), clip('plain.mkv')],
    ...[clip('plain.avi'), clip('plain.ts'), clip('old.mov', ['-c:v', 'mpeg4'])],
  ];
  return { model, files: { clip: clips, onnx: [model, at('fast.onnx')], journal: [at('journal.json')] } };
}

function sampleJournal(): string {
  const segments = Array.from({ length: 3 }, (_, segment) => ({
    ...{ segment, file: `00000${segment}.nut`, frames: 5, firstPts: 5 * segment, lastPts: 5 * segment + 4 },
    ...{ sizeBytes: 1000, sha256: 'ab'.repeat(32), sourceSha256: 'cd'.repeat(32), isBlack: false },
  }));
  return formatJournal({
    request: makeRequest('/clip.mp4', null),
    identity: makeIdentity(),
    segments,
    publishing: null,
  });
}

async function runCase(
  worker: FuzzWorker,
  folder: string,
  { files, model }: Seeds,
  number: number,
  random: () => number,
): Promise<FuzzRow> {
  const kind = kindOf(number);
  const original = files[kind][Math.floor(random() * files[kind].length)]!;
  const spoilt = mutate(readFileSync(original), random);
  const place = join(folder, `case-${number}`);
  const path = placeCase(kind, place, original, spoilt);
  const isThorough = number % THOROUGH_EVERY === 1;
  const answer = await worker.ask({ kind, path, original, model, isThorough });
  if (answer.outcome === 'problem') {
    mkdirSync(join(folder, 'problems'), { recursive: true });
    writeFileSync(join(folder, 'problems', `${number}-${original.split('/').at(-1)!}`), spoilt);
  }
  rmSync(place, { recursive: true, force: true });
  return { number, kind, ...answer };
}

/** @returns what the task names */
function placeCase(kind: FuzzKind, place: string, original: string, spoilt: Buffer): string {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  if (kind === 'journal') {
    const work = join(place, '.out.mp4.tandem-part');
    mkdirSync(work);
    writeFileSync(join(work, 'journal.json'), spoilt);
    return place;
  }
  const path = join(place, original.split('/').at(-1)!);
  writeFileSync(path, spoilt);
  return path;
}

/** One child for many cases; a new one after a crash or a hang. */
class FuzzWorker {
  #child: ChildProcess | null = null;
  #list: () => { pid: number; command: string }[] = () => [];
  peakMemoryBytes = 0;

  async ask(task: FuzzTask): Promise<FuzzAnswer> {
    const child = (this.#child ??= this.#start());
    const longest = LONGEST_SECONDS[task.kind];
    let seconds = 0;
    const answer = await new Promise<FuzzAnswer>((resolve) => {
      const finish = (result: FuzzAnswer): void => {
        clearInterval(timer);
        child.off('message', finish);
        child.off('exit', died);
        resolve(result);
      };
      const problem = (message: string): void => {
        this.#child = null;
        child.kill('SIGKILL');
        finish({ outcome: 'problem', message });
      };
      const timer = setInterval(() => {
        if ((seconds += 1) > longest) problem(`it took longer than ${longest} s`);
      }, 1000);
      const died = (code: number | null, signal: string | null): void =>
        problem(`the process ended with ${signal ?? `code ${String(code)}`}`);
      child.once('message', finish);
      child.once('exit', died);
      child.send(task);
    });
    return this.#look(child, task.kind, answer);
  }

  async end(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await gone;
  }

  #start(): ChildProcess {
    const { env, list } = makeMark();
    this.#list = list;
    return fork(join(import.meta.dirname, 'fuzz-child.ts'), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  /** After a case: no process but the child, and not too much memory. */
  #look(child: ChildProcess, kind: FuzzKind, answer: FuzzAnswer): FuzzAnswer {
    if (!canListProcesses || answer.outcome === 'problem') return answer;
    const bytes = peakMemory(child.pid!);
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, bytes);
    if (bytes > MOST_MEMORY_BYTES) {
      this.#child = null;
      child.kill('SIGKILL');
      return { outcome: 'problem', message: `it took ${Math.round(bytes / 2 ** 20)} MiB` };
    }
    // A journal starts none; looking costs more than the case.
    if (kind === 'journal') return answer;
    const orphans = this.#list().filter(({ pid }) => pid !== child.pid);
    if (orphans.length === 0) return answer;
    return { outcome: 'problem', message: `orphans: ${orphans.map(({ command }) => command).join('; ')}` };
  }
}

function peakMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0);
}
