/** Use case: how fast layers run on this computer, measured once and kept. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measureProfile, profileKey } from '../adapters/runtimes/sparse/profile.ts';
import type { Profile } from '../adapters/runtimes/sparse/profile.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { describeHardware } from '../adapters/system/hardware.ts';
import { cacheFolder } from '../adapters/system/paths.ts';
import { AppError } from '../core/errors.ts';
import { writeDurably } from './durable-file.ts';

export interface ProfileRequest {
  /** Measure again even when there is a table. */
  readonly renew: boolean;
  readonly channels?: readonly number[] | undefined;
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * @returns the table of this processor and engine, measured now or before
 * @throws AppError `runtime-unavailable` where the engine is not there
 */
export async function profile({ renew, channels, onProgress }: ProfileRequest): Promise<Profile> {
  const probe = await createSparseRuntime().probe();
  if (!probe.ok) throw new AppError('runtime-unavailable', probe.message);
  const known = renew || channels !== undefined ? null : await readProfile();
  if (known !== null) return known;
  const measured = await measureProfile({
    cpu: describeHardware().cpu,
    ...(channels === undefined ? {} : { channels }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const path = profilePath(measured.key);
  await mkdir(dirname(path), { recursive: true });
  await writeDurably(path, JSON.stringify(measured, null, 2));
  return measured;
}

/** @returns the table that was measured on this processor with this engine, null where there is none */
export async function readProfile(): Promise<Profile | null> {
  const key = profileKey(describeHardware().cpu);
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
