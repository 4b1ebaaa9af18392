import { requireAddon, whyEngineMissing } from './engine.ts';

/**
 * A pipe of the system as wide as it gives us, both ends closed on exec; reads and writes block, so they belong on a
 * worker thread.
 * @returns descriptors to read from and to write to; null where Node cannot use them (Windows) or the engine is missing
 */
export function openPipe(): [readFd: number, writeFd: number] | null {
  if (process.platform === 'win32' || whyEngineMissing() !== null) return null;
  return requireAddon().openPipe();
}
