/** Times several ways of the same work in turns: a busy machine then slows all of them alike. */

/** One way. */
export interface Contestant {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** Measured right before and after each run, for what has to be compared within the same moment. */
  readonly gauge?: () => number;
  /** Processor milliseconds of the last run, for work that another process does; this process' own when absent. */
  readonly cpuMs?: () => number;
}

export interface Timing {
  /** Wall milliseconds of one run. */
  readonly msMedian: number;
  readonly msMin: number;
  /** Milliseconds of processor time of all threads, the least of all runs: waiting costs none. */
  readonly cpuMsMin: number;
  /** Median of processor milliseconds x gauge, both of the same moment; null without a gauge. */
  readonly gaugedMedian: number | null;
}

interface Sample {
  readonly ms: number;
  readonly cpuMs: number;
  readonly gauge: number | null;
}

/** @param rounds in which everyone runs once, after one that is not counted */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<ReadonlyMap<string, Timing>> {
  const samples = new Map(contestants.map(({ name }) => [name, [] as Sample[]]));
  for (let round = -1; round < rounds; round += 1) {
    for (const contestant of contestants) {
      const sample = await runOnce(contestant);
      if (round >= 0) samples.get(contestant.name)?.push(sample);
    }
  }
  return new Map([...samples].map(([name, list]) => [name, timingOf(list)]));
}

/** Once to warm up, as the frames of a clip follow one another, and once for the clock. */
async function runOnce({ run, gauge, cpuMs }: Contestant): Promise<Sample> {
  await run();
  const gaugeBefore = gauge?.() ?? null;
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await run();
  const ms = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  const gauged = gauge === undefined || gaugeBefore === null ? null : (gaugeBefore + gauge()) / 2;
  return { ms, cpuMs: cpuMs?.() ?? (user + system) / 1000, gauge: gauged };
}

function timingOf(samples: readonly Sample[]): Timing {
  const gauged = samples.flatMap(({ cpuMs, gauge }) => (gauge === null ? [] : [cpuMs * gauge]));
  return {
    msMedian: median(samples.map(({ ms }) => ms)),
    msMin: Math.min(...samples.map(({ ms }) => ms)),
    cpuMsMin: Math.min(...samples.map(({ cpuMs }) => cpuMs)),
    gaugedMedian: gauged.length === 0 ? null : median(gauged),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
