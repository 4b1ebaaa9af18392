import type { Clock } from '../core/clock.ts';
import { DeviceTrust } from './device-trust.ts';
import type { Comeback } from './device-trust.ts';
import { awaitComeback, openAgain, sentence } from './open-again.ts';
import { Dispatcher } from '../core/dispatcher.ts';
import { AppError } from '../core/errors.ts';
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
  /** Waits until a lost device can be opened again; absent for one that never comes back. Asked as soon as it is lost. */
  comesBack?(signal: AbortSignal): Promise<Comeback>;
  /** What a person should know of it before the job, as a sentence. */
  readonly note?: string;
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
  readonly #trust = new DeviceTrust<CrewMember>();
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
      if (member.note !== undefined) this.#notes.push(member.note);
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
    const isAlone = this.#members.size === 0 && this.#returning === 0;
    const next = isAlone && member.comesBack ? 'The job waits until it is back' : 'Its frames go to the others';
    this.#tell(`${member.name} is lost: ${sentence(error)}. ${next}.`);
    if (!member.comesBack) return;
    this.#returning += 1;
    void this.#bringBack(lane, member, error);
  }

  async #bringBack(lost: SessionLane, member: CrewMember, error: unknown): Promise<void> {
    const patience = setTimeout(() => this.#giveUpAlone(error), PATIENCE_MS);
    let isBack = false;
    try {
      const comeback = awaitComeback(member, this.#stop.signal);
      await lost.close().catch(() => undefined);
      this.#all.delete(lost);
      const why = this.#trust.judge(member, await comeback, this.#clock());
      const lane = why ?? (await this.#openAgain(member));
      if (this.#stop.signal.aborted) {
        if (typeof lane !== 'string') await lane.close();
        return;
      }
      if (typeof lane === 'string') {
        this.#tell(`${member.name} is left out from now on: ${lane}.`);
        return;
      }
      lane.useStore(this.#store);
      this.#all.add(lane);
      this.#members.set(lane, member);
      isBack = true;
      this.#tell(`${member.name} is back and helps again.`);
      this.#dispatcher?.add(this.#wrap(lane));
    } finally {
      clearTimeout(patience);
      this.#returning -= 1;
      if (!isBack && this.#returning === 0 && !this.#stop.signal.aborted) this.#giveUpAlone(error);
    }
  }

  #openAgain(member: CrewMember): Promise<SessionLane | string> {
    return openAgain(member, this.arithmetic, this.#stop.signal);
  }

  /** Nobody is left, and nobody came back in time. */
  #giveUpAlone(error: unknown): void {
    if (this.#members.size === 0) this.#dispatcher?.cancel(error);
  }
}
