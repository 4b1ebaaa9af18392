import { existsSync } from 'node:fs';
import { appendFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../main/core/errors.ts';
import { decodeState, encodeState } from './state-codec.ts';
import type { TrainingState } from './state.ts';

/** `.train/<run>/`: checkpoint, log, process id, and the request to decay. */
export class RunFolder {
  readonly path: string;
  readonly #checkpoint: string;
  readonly #pid: string;
  readonly #decayRequest: string;

  constructor(root: string, run: string) {
    if (!/^[\w.-]+$/.test(run)) {
      throw new AppError('wrong-usage', `expected a run name of letters, digits, dots and hyphens but got '${run}'`);
    }
    this.path = join(root, run);
    this.#checkpoint = join(this.path, 'checkpoint.bin');
    this.#pid = join(this.path, 'pid');
    this.#decayRequest = join(this.path, 'decay-now');
  }

  hasCheckpoint(): boolean {
    return existsSync(this.#checkpoint);
  }

  async load(): Promise<TrainingState> {
    if (!this.hasCheckpoint()) {
      throw new AppError('input-missing', `expected a training in ${this.path} but there is no checkpoint`);
    }
    return decodeState(await readFile(this.#checkpoint));
  }

  /** Whole or not at all: written beside, flushed, renamed. */
  async save(state: TrainingState): Promise<void> {
    const part = `${this.#checkpoint}.part`;
    const file = await open(part, 'w');
    try {
      await file.writeFile(encodeState(state, { moments: true }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, this.#checkpoint);
  }

  /** @returns the process that trains here now, if any */
  async owner(): Promise<number | null> {
    if (!existsSync(this.#pid)) return null;
    const pid = Number(await readFile(this.#pid, 'utf8'));
    if (!Number.isInteger(pid) || pid < 2 || pid === process.pid) return null;
    try {
      process.kill(pid, 0);
      return pid;
    } catch {
      return null;
    }
  }

  /** Writes this process's id, by which `bench` pauses trainings. @throws AppError when another process trains here */
  async claim(): Promise<void> {
    const owner = await this.owner();
    if (owner !== null)
      throw new AppError('wrong-usage', `expected an idle run but process ${owner} trains in ${this.path}`);
    await mkdir(this.path, { recursive: true });
    await writeFile(this.#pid, String(process.pid));
  }

  async release(): Promise<void> {
    await rm(this.#pid, { force: true });
  }

  async requestDecay(): Promise<void> {
    await writeFile(this.#decayRequest, '');
  }

  /** @returns whether a decay was asked for since the last call */
  async takeDecayRequest(): Promise<boolean> {
    if (!existsSync(this.#decayRequest)) return false;
    await rm(this.#decayRequest);
    return true;
  }

  async log(entry: object): Promise<void> {
    await appendFile(join(this.path, 'log.jsonl'), `${JSON.stringify(entry)}\n`);
  }
}
