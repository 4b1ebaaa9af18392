/** Use case: how fast layers run on a device, measured once and kept. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MeasuringDevice } from '../adapters/runtimes/profile/measuring-device.ts';
import { measureProfile } from '../adapters/runtimes/profile/profile.ts';
import type { Profile } from '../adapters/runtimes/profile/profile.ts';
import { cpuProfileKey } from '../adapters/runtimes/sparse/measuring-cpu.ts';
import { describeHardware } from '../adapters/system/hardware.ts';
import { cacheFolder } from '../adapters/system/paths.ts';
import { writeDurably } from './durable-file.ts';

export type { Profile };

export interface ProfileRequest {
  /** Measure again even when there is a table. */
  readonly renew: boolean;
  /** What packing and searching need alone; not kept. */
  readonly isQuick?: boolean;
  readonly onProgress?: (done: number, all: number) => void;
}

/** @returns the table of this device, measured now or before */
export async function profile(
  device: MeasuringDevice,
  { renew, isQuick = false, onProgress }: ProfileRequest,
): Promise<Profile> {
  const known = renew ? null : await readProfile(device.key);
  if (known !== null) return known;
  const progress = onProgress === undefined ? {} : { onProgress };
  if (isQuick) return measureProfile({ device, channels: [], ...progress });
  const measured = await measureProfile({ device, ...progress });
  const path = profilePath(measured.key);
  await mkdir(dirname(path), { recursive: true });
  await writeDurably(path, JSON.stringify(measured, null, 2));
  return measured;
}

/** @returns the table that was measured on this processor with this engine, null where there is none */
export function readCpuProfile(): Promise<Profile | null> {
  return readProfile(cpuProfileKey(describeHardware().cpu));
}

async function readProfile(key: string): Promise<Profile | null> {
  const text = await readFile(profilePath(key), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const found = JSON.parse(text, restoreInfinity) as Profile;
    return found.key === key ? found : null;
  } catch {
    return null;
  }
}

/** JSON knows no Infinity; a form that does not exist is written as null. */
function restoreInfinity(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '1' in value && value['1'] === null
    ? { ...value, 1: Infinity }
    : value;
}

function profilePath(key: string): string {
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return join(cacheFolder(), 'profile', `${name}.json`);
}
