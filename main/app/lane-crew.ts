import type { Clock } from '../core/clock.ts';
import { Dispatcher } from '../core/dispatcher.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { Lane } from '../core/lane.ts';
import type { ModelStore } from '../core/model-store.ts';
import type { Arithmetic } from '../core/runtime.ts';
import type { SessionLane } from '../core/session-lane.ts';

/** A device that may take part in a job. */
export interface CrewMember {
  /** As a person calls it. */
  readonly name: string;
  /** @param arithmetic of the lanes that are there already, which all have to share; null for the first */
  open(arithmetic: Arithmetic | null): Promise<SessionLane>;
  /** Waits until a lost device can be opened again; absent for one that never comes back. */
  comesBack?(signal: AbortSignal): Promise<void>;
}

/** What a job's identity and reports say of its lanes. */
export interface CrewFacts {
  readonly name: string;
  readonly arithmetic: Arithmetic;
  readonly lanes?: number | undefined;
  readonly note?: string | undefined;
  readonly build?: string | undefined;
}

/** How long a job without any lane waits for one to come back. */
const PATIENCE_MS = 60_000;
/** A device that cannot be opened so often in a row stays away. */
const MOST_TRIES = 5;

/**
 * The lanes of one job, all of one arithmetic. One that is lost is opened again when its device is back, and fed by
 * whatever dispatcher works then.
 */
export class LaneCrew implements CrewFacts {
  readonly #members = new Map<SessionLane, CrewMember>();
  readonly #clock: Clock;
  readonly #tell: (sentence: string) => void;
  readonly #stop = new AbortController();
  readonly #all = new Set<SessionLane>();
  readonly #notes: string[] = [];
  #returning = 0;
  #store: ModelStore | null = null;
  #wrap: (lane: SessionLane) => Lane = (lane) => lane;
  #dispatcher: Dispatcher | null = null;
  readonly arithmetic: Arithmetic;
  readonly name: string;
  readonly build: string | undefined;

  private constructor(opened: readonly [SessionLane, CrewMember][], clock: Clock, tell: (sentence: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
    for (const [lane, member] of opened) {
      this.#members.set(lane, member);
      this.#all.add(lane);
      if (lane.note !== undefined) this.#notes.push(lane.note);
    }
    const lanes = opened.map(([lane]) => lane);
    this.arithmetic = lanes[0]!.arithmetic;
    this.name = [...new Set(lanes.map(({ name }) => name))].join(' + ');
    const builds = lanes.flatMap(({ build }) => build ?? []);
    this.build = builds.length === 0 ? undefined : builds.join(' + ');
  }

  /**
   * Opens everybody. The first decides the arithmetic; others that cannot be opened or compute otherwise are left out,
   * with a note.
   * @param tell told in one sentence when a device is lost or back
   * @throws AppError when nobody can be opened
   */
  static async open(members: readonly CrewMember[], clock: Clock, tell: (sentence: string) => void): Promise<LaneCrew> {
    const opened: [SessionLane, CrewMember][] = [];
    const notes: string[] = [];
    let failure: unknown = new AppError('runtime-unavailable', 'there is no device to compute with');
    for (const member of members) {
      try {
        const lane = await member.open(opened[0]?.[0].arithmetic ?? null);
        const wanted = opened[0]?.[0].arithmetic ?? lane.arithmetic;
        if (lane.arithmetic === wanted) opened.push([lane, member]);
        else {
          notes.push(`${member.name} is left out: it computes in ${lane.arithmetic}, the job in ${wanted}.`);
          await lane.close();
        }
      } catch (error) {
        failure = error;
        notes.push(`${member.name} is left out: ${sentence(error)}.`);
      }
    }
    if (opened.length === 0) throw failure;
    const crew = new LaneCrew(opened, clock, tell);
    crew.#notes.push(...notes);
    return crew;
  }

  /** All that a person should know before the job, as one text; undefined for nothing. */
  get note(): string | undefined {
    return this.#notes.length === 0 ? undefined : this.#notes.join(' ');
  }

  get lanes(): number {
    return this.#members.size;
  }

  /**
   * A dispatcher over all lanes that work; those that come back join it.
   * @param wrap for whoever watches the frames of each lane
   */
  makeDispatcher(wrap: (lane: Lane) => Lane = (lane) => lane): Dispatcher {
    const own = new Map<Lane, SessionLane>();
    this.#wrap = (lane) => {
      const wrapped = wrap(lane);
      own.set(wrapped, lane);
      return wrapped;
    };
    const dispatcher = new Dispatcher([...this.#members.keys()].map(this.#wrap), this.#clock, {
      onLaneLost: (lane, error) => this.#lose(own.get(lane)!, error),
      mayComeBack: () => this.#returning > 0,
    });
    this.#dispatcher = dispatcher;
    return dispatcher;
  }

  /** From now on all lanes ask there first and keep their results there, also those that come back. */
  useStore(store: ModelStore | null): void {
    this.#store = store;
    for (const lane of this.#members.keys()) lane.useStore(store);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#all].map((lane) => lane.close()));
  }

  #lose(lane: SessionLane, error: unknown): void {
    const member = this.#members.get(lane);
    if (!member || this.#stop.signal.aborted) return;
    this.#members.delete(lane);
    this.#tell(`${member.name} is lost: ${sentence(error)}. Its frames go to the others.`);
    if (!member.comesBack) return;
    this.#returning += 1;
    void this.#bringBack(lane, member, error);
  }

  async #bringBack(lost: SessionLane, member: CrewMember, error: unknown): Promise<void> {
    const patience = setTimeout(() => this.#giveUpAlone(error), PATIENCE_MS);
    try {
      await lost.close().catch(() => undefined);
      this.#all.delete(lost);
      const lane = await this.#reopen(member);
      if (lane === null) return;
      lane.useStore(this.#store);
      this.#members.set(lane, member);
      this.#tell(`${member.name} is back and helps again.`);
      this.#dispatcher?.add(this.#wrap(lane));
    } finally {
      clearTimeout(patience);
      this.#returning -= 1;
    }
  }

  async #reopen(member: CrewMember): Promise<SessionLane | null> {
    const { signal } = this.#stop;
    for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries++) {
      await member.comesBack!(signal).catch(() => undefined);
      if (isStopped(signal)) return null;
      try {
        const lane = await member.open(this.arithmetic);
        this.#all.add(lane);
        // Closed meanwhile: nobody else would close it.
        if (isStopped(signal)) await lane.close();
        if (lane.arithmetic === this.arithmetic) return isStopped(signal) ? null : lane;
        return null;
      } catch {
        await pause(1000, signal);
      }
    }
    return null;
  }

  /** Nobody is left, and nobody came back in time. */
  #giveUpAlone(error: unknown): void {
    if (this.#members.size === 0) this.#dispatcher?.cancel(error);
  }
}

function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

function sentence(error: unknown): string {
  return (isAppError(error) || error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
