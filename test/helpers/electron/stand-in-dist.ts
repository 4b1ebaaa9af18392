import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Electron's binary keeps its fuses: this text, a version, a count, one digit each. */
export const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = 9;

/** A stand-in for Electron's dist folder, for builds where it cannot be had: no program, but files of its names with fuses. */
export async function makeStandInDist(folder: string): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true });
  const fuses = Buffer.concat([Buffer.from(FUSE_SENTINEL), Buffer.from([1, FUSES]), Buffer.from('0'.repeat(FUSES))]);
  const program = Buffer.concat([Buffer.from('stand-in for Electron\n'), fuses, Buffer.from('\nend\n')]);
  await writeFile(join(folder, 'electron'), program, { mode: 0o755 });
  await writeFile(join(folder, 'chrome-sandbox'), '', { mode: 0o755 });
  await writeFile(join(folder, 'version'), '45.5.0');
  await writeFile(join(folder, 'LICENSE'), '');
  await writeFile(join(folder, 'LICENSES.chromium.html'), '');
}
