/** Core-seconds: processor time of this process over all its threads, whatever else the machine did meanwhile. */
import { join } from 'node:path';
import { readJson, writeJson } from './records.ts';

export type Spent = Readonly<Record<string, number>>;

const spentFile = (folder: string): string => join(folder, 'spent.json');

/** @returns core-seconds of each stage or experiment so far, over all processes that worked on it */
export async function readSpent(folder: string): Promise<Spent> {
  return (await readJson<Spent>(spentFile(folder))) ?? {};
}

/** Adds what the work takes to what was spent under its name, also where it fails or is stopped. */
export async function spending<T>(folder: string, name: string, work: () => Promise<T>): Promise<T> {
  const before = coreSeconds();
  try {
    return await work();
  } finally {
    const spent = await readSpent(folder);
    await writeJson(spentFile(folder), { ...spent, [name]: (spent[name] ?? 0) + coreSeconds() - before });
  }
}

/** @returns of this process so far */
export function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
