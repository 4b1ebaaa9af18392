import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from '../system/find-executable.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Platform tools that a packaged Tandem brings along. */
const BUNDLED = join(import.meta.dirname, '..', '..', '..', 'native-bridge', 'phone', 'platform-tools');

/** adb: the one beside us, the Android SDK's, the system's; null where there is none. */
export async function locateAdb(env: Environment = process.env): Promise<string | null> {
  const name = process.platform === 'win32' ? 'adb.exe' : 'adb';
  const sdks = [env.ANDROID_HOME, env.ANDROID_SDK_ROOT].filter((folder) => folder !== undefined && folder !== '');
  const own = [BUNDLED, ...sdks.map((folder) => join(folder!, 'platform-tools'))].map((folder) => join(folder, name));
  return own.find((path) => existsSync(path)) ?? findExecutable('adb');
}
