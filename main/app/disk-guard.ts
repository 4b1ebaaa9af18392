import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutputPlan } from '../core/output-plan.ts';
import type { PauseGate } from '../core/pause-gate.ts';
import { SPOOL_SHARE, guessFrameBytes, inWords, spoolBytes } from './estimate-bytes.ts';
import type { Need } from './estimate-bytes.ts';

export interface DiskGuardOptions {
  /** A folder on the disk that is written to. */
  readonly folder: string;
  readonly plan: OutputPlan;
  /** Of the tracks that the whole file takes from the source. */
  readonly trackBytes: number;
  readonly gate: PauseGate;
  /** Told when the job is held for want of room, and when it goes on. */
  readonly tell: (isPaused: boolean, message: string) => void;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 1000;
/** What other files of the job need: the journal twice, tables of the container, rows of stats. */
const SMALL_FILES_BYTES = 64 * 1024;
const SMALL_BYTES_A_FRAME = 200;
/** Segments that may be written at once: one flushing, one being fed, one standing by. */
const OPEN_SEGMENTS = 2;

/** Watches the free room of the job's disk and holds the job while there is too little to finish what is open. */
export class DiskGuard {
  readonly #options: DiskGuardOptions;
  #bytesPerFrame: number;
  #spoolBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isHeld = false;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
    this.#bytesPerFrame = guessFrameBytes(options.plan);
  }

  /** Looks now and every second from now on. */
  async start(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What was really written so far; from then on this counts and not a guess. */
  learn(bytes: number, frames: number): void {
    if (frames > 0) this.#bytesPerFrame = bytes / frames;
  }

  /** Room that the spool may take beside the segments. */
  set spoolBytes(bytes: number) {
    this.#spoolBytes = bytes;
  }

  /**
   * All that the job will still write: segments to come, the spool of the open ones, and the whole file with its other
   * tracks beside them before it replaces them.
   * @param frames of the whole job; @param done frames that are written
   */
  estimate(frames: number, done: number, freeBytes: number): Need {
    const { plan, trackBytes } = this.#options;
    const spool = Math.round(Math.min(spoolBytes(plan), SPOOL_SHARE * freeBytes));
    const video = Math.round((2 * frames - done) * this.#bytesPerFrame);
    const small = SMALL_FILES_BYTES + frames * SMALL_BYTES_A_FRAME;
    return { bytes: video + trackBytes + small + spool, spoolBytes: spool };
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#options.folder);
    return bavail * bsize;
  }

  /** Room to finish the segments that are open. */
  get #reserveBytes(): number {
    const { segmentFrames } = this.#options.plan;
    return Math.ceil(OPEN_SEGMENTS * segmentFrames * this.#bytesPerFrame) + this.#spoolBytes + SMALL_FILES_BYTES;
  }

  /** Waits for room for the whole file. @param videoBytes of its video, which the segments tell */
  async waitForWhole(videoBytes: number): Promise<void> {
    await this.waitFor(videoBytes + this.#options.trackBytes);
  }

  /** Waits until as much is free; says so where it is not at once. Ends also when the job is stopped. */
  async waitFor(bytes: number): Promise<void> {
    const { signal } = this.#options;
    for (;;) {
      const free = await this.freeBytes();
      if (free >= bytes || signal.aborted) break;
      this.#hold(bytes, free);
      await sleep(LOOK_EVERY_MS / 2, undefined, { signal }).catch(() => undefined);
    }
    this.#goOn();
  }

  /** After a write that failed for want of room: what was free then was not enough. */
  async waitForMore(): Promise<void> {
    const free = await this.freeBytes();
    await this.waitFor(Math.max(this.#reserveBytes, free + Math.max(free / 4, SMALL_FILES_BYTES)));
  }

  async #look(): Promise<void> {
    const free = await this.freeBytes();
    if (free < this.#reserveBytes) this.#hold(this.#reserveBytes, free);
    else this.#goOn();
  }

  #hold(needed: number, free: number): void {
    const { gate, tell, folder } = this.#options;
    gate.hold('disk');
    if (!this.#isHeld)
      tell(true, `paused: ${inWords(needed)} are needed in ${folder} to go on but ${inWords(free)} are free`);
    this.#isHeld = true;
  }

  #goOn(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#options.gate.release('disk');
    this.#options.tell(false, 'there is room again: the job goes on');
  }
}
