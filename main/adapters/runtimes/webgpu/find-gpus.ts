import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { GpuFacts } from '../../../../native-bridge/gpu/dawn.ts';

export interface FoundGpus {
  /** Why there can be none, null where Dawn works. */
  readonly missing: string | null;
  readonly gpus: readonly GpuFacts[];
}

const child = fileURLToPath(new URL('../../../../native-bridge/gpu/list-gpus-child.ts', import.meta.url));

/** The GPUs of this computer, looked at by a child: a driver that crashes is a sentence here. */
export async function findGpus(): Promise<FoundGpus> {
  const args = ['--disable-warning=ExperimentalWarning', child];
  const done = await execa(process.execPath, args, { reject: false, timeout: 30_000, stderr: 'ignore' });
  if (done.exitCode === 0) return JSON.parse(done.stdout) as FoundGpus;
  const how = done.timedOut ? 'took more than 30 s' : `ended with ${done.signal ?? `code ${String(done.exitCode)}`}`;
  return { missing: `expected Dawn to list the GPUs but it ${how}`, gpus: [] };
}
