import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Ticks of the kernel's processor clocks; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor time: of descendants that have ended, and of the whole machine. Linux alone; `null` elsewhere. */
export interface CpuReading {
  readonly descendantsSeconds: number;
  readonly machineSeconds: number;
}

export function readCpu(): CpuReading | null {
  if (process.platform !== 'linux') return null;
  // Fields 16 and 17 of proc(5): user and system time of waited-for children. The name before may hold spaces.
  const own = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [user = 0, nice = 0, system = 0] = readFileSync('/proc/stat', 'utf8').split(/\s+/).slice(1, 4).map(Number);
  return {
    descendantsSeconds: (Number(own[13]) + Number(own[14])) / TICKS_PER_SECOND,
    machineSeconds: (user + nice + system) / TICKS_PER_SECOND,
  };
}

export interface CpuSpan {
  readonly wallSeconds: number;
  /** Of all processes that `work` started and that ended meanwhile. */
  readonly cpuSeconds: number;
  /** What others on this machine used meanwhile: the quieter, the more the wall time means. */
  readonly othersCpuSeconds: number;
  readonly cores: number;
}

/** Measures `work`, whose processor time is that of the child processes it waits for. */
export async function measureChildren<T>(work: () => Promise<T>): Promise<{ value: T; span: CpuSpan | null }> {
  const before = readCpu();
  const startMs = performance.now();
  const value = await work();
  const wallSeconds = (performance.now() - startMs) / 1000;
  const after = readCpu();
  if (!before || !after) return { value, span: null };
  const cpuSeconds = after.descendantsSeconds - before.descendantsSeconds;
  const othersCpuSeconds = Math.max(0, after.machineSeconds - before.machineSeconds - cpuSeconds);
  return { value, span: { wallSeconds, cpuSeconds, othersCpuSeconds, cores: availableParallelism() } };
}
