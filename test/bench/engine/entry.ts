import type { Contestant, Timing } from '../contest.ts';

export const WIDTH = 640;
export const HEIGHT = 360;

/** What is measured, in words. */
export interface EntryFacts {
  readonly net: string;
  readonly runtime: 'sparse' | 'onnx' | 'ncnn';
  readonly dataType: 'f32' | 'int8';
  /** Share of the hidden layers' blocks that is zero. */
  readonly sparsity: number;
  readonly block: string;
  readonly threads: number;
  readonly isa: string | null;
}

/** One way of running one network. */
export interface Entry {
  readonly facts: EntryFacts;
  readonly contestant: Contestant;
  /** Of one frame; 0 where they are not known to be executed. */
  readonly operations: number;
  readonly close: () => Promise<void>;
}

/** One line of `tandem bench --json`. */
export interface BenchRow extends EntryFacts {
  readonly msMedian: number;
  readonly msMin: number;
  readonly cpuMsMin: number;
  /**
   * Operations of the kept weights over what the instruction set reaches at best; one thread, by processor time. The clock
   * of a shared machine wanders: the peak is measured around every frame, and this is the median of what each frame gave.
   */
  readonly fractionOfPeak: number | null;
  /** How many times faster than the other of the same run: by processor time for one thread, else by wall time. */
  readonly ratioTo: Readonly<Record<string, number>>;
}

/** @returns a name that no other entry of a run has */
export function nameOf({ net, runtime, dataType, sparsity, block, threads, isa }: EntryFacts): string {
  return [net, runtime, dataType, sparsity, block, threads, isa].join(' ');
}

const NONE: Timing = { msMedian: NaN, msMin: NaN, cpuMsMin: NaN, gaugedMedian: null };

/** Rows of entries that ran in turns. */
export function toRows(entries: readonly Entry[], timings: ReadonlyMap<string, Timing>): BenchRow[] {
  const timingOf = (entry: Entry): Timing => timings.get(entry.contestant.name) ?? NONE;
  return entries.map((entry) => {
    const { gaugedMedian, ...times } = timingOf(entry);
    // The gauge counts in 1e9 operations a second, times in milliseconds.
    const fractionOfPeak = gaugedMedian === null ? null : entry.operations / gaugedMedian / 1e6;
    const peers = entries.filter((other) => isPeer(other.facts, entry.facts));
    const ratioTo = Object.fromEntries(
      peers.map((peer) => [peerName(peer.facts, entry.facts), ratio(timingOf(peer), timingOf(entry), entry.facts)]),
    );
    return { ...entry.facts, ...times, fractionOfPeak, ratioTo };
  });
}

/** Another runtime's run with as many threads, or the same with one. */
function isPeer(other: EntryFacts, own: EntryFacts): boolean {
  if (other === own || own.runtime !== 'sparse') return false;
  if (other.runtime !== 'sparse') return other.threads === own.threads;
  return own.threads > 1 && nameOf(other) === nameOf({ ...own, threads: 1 });
}

function peerName(peer: EntryFacts, own: EntryFacts): string {
  return peer.runtime === own.runtime ? 'one-thread' : `${peer.runtime}-${peer.dataType}`;
}

function ratio(peer: Timing, own: Timing, { threads }: EntryFacts): number {
  return threads === 1 ? peer.cpuMsMin / own.cpuMsMin : peer.msMin / own.msMin;
}

/** The rows as people read them. */
export function formatRows(rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => {
    const { net, runtime, dataType, sparsity, block, threads, isa } = row;
    const what = [net, runtime, dataType, `${sparsity * 100} % ${block}`, `${threads}T`, isa ?? ''].join(' ');
    const ms = [row.msMedian, row.msMin, row.cpuMsMin].map((v) => v.toFixed(2)).join(' / ');
    const peak = row.fractionOfPeak === null ? '' : `${(100 * row.fractionOfPeak).toFixed(1)} %`;
    const ratios = Object.entries(row.ratioTo).map(([name, times]) => `${times.toFixed(2)}x ${name}`);
    return [what.padEnd(46), ms.padEnd(26), peak.padEnd(8), ratios.join(', ')].join(' ').trimEnd();
  });
  return [`${'net'.padEnd(46)} ${'ms median/min/cpu min'.padEnd(26)} of peak  faster than`, ...lines].join('\n');
}
