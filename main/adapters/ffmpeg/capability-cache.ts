import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../system/paths.ts';
import type { Capabilities } from './tools.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Raised when the record or its trials change: older answers are tried again. */
const RECORD_VERSION = 10;

/** The record of these very programs (path, size, time of change), `null` where there is none to trust. */
export async function readCachedCapabilities(key: string, env: Environment): Promise<Capabilities | null> {
  try {
    const record = JSON.parse(await readFile(recordPath(key, env), 'utf8')) as {
      key?: unknown;
      capabilities?: Capabilities;
    };
    return record.key === key ? (record.capabilities ?? null) : null;
  } catch {
    return null;
  }
}

/** Keeps the record. A cache that cannot be written costs a few seconds next time and nothing else. */
export async function writeCachedCapabilities(
  key: string,
  capabilities: Capabilities,
  env: Environment,
): Promise<void> {
  const path = recordPath(key, env);
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(temporary, JSON.stringify({ key, capabilities }, null, 2));
    await rename(temporary, path);
  } catch {
    return;
  }
}

function recordPath(key: string, env: Environment): string {
  const name = createHash('sha256')
    .update(`${String(RECORD_VERSION)}\n${key}`)
    .digest('hex')
    .slice(0, 16);
  return join(cacheFolder(env), 'ffmpeg', `${name}.json`);
}
