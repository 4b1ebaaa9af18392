/** Times several ways of the same work in turns: a busy machine then slows all of them alike. */

/** One way. */
export interface Contestant {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

export interface Timing {
  /** Wall milliseconds of one run. */
  readonly msMedian: number;
  readonly msMin: number;
  /** Milliseconds of processor time of all threads of this process, the least of all runs: waiting costs none. */
  readonly cpuMsMin: number;
}

/** @param rounds in which everyone runs once, after one that is not counted */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<ReadonlyMap<string, Timing>> {
  const wall = new Map<string, number[]>();
  const cpu = new Map<string, number[]>();
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, run } of contestants) {
      const cpuBefore = process.cpuUsage();
      const before = performance.now();
      await run();
      const ms = performance.now() - before;
      const { user, system } = process.cpuUsage(cpuBefore);
      if (round < 0) continue;
      wall.set(name, [...(wall.get(name) ?? []), ms]);
      cpu.set(name, [...(cpu.get(name) ?? []), (user + system) / 1000]);
    }
  }
  return new Map(
    contestants.map(({ name }) => {
      const ms = [...(wall.get(name) ?? [])].sort((a, b) => a - b);
      const msMedian = ms[Math.floor(ms.length / 2)] ?? 0;
      return [name, { msMedian, msMin: ms[0] ?? 0, cpuMsMin: Math.min(...(cpu.get(name) ?? [])) }];
    }),
  );
}
