/** `npm start`: builds the page and the preload where needed and opens Electron on the sources. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { ensurePage } from '../page/build-page.ts';
import { buildPreload } from './build-preload.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Electron's binary comes at the first start, or from `ELECTRON_OVERRIDE_DIST_PATH`. */
function electronPath(): string | null {
  try {
    return createRequire(import.meta.url)('electron') as string;
  } catch {
    return null;
  }
}

await ensurePage(() => process.stderr.write('Tandem: building the page (once) …\n'));
await buildPreload();
const electron = electronPath();
if (electron === null) {
  process.stderr.write(
    'Expected Electron’s binary but it could not be downloaded. ELECTRON_OVERRIDE_DIST_PATH names a folder that has ' +
      'it; `npm run serve` opens the same app in a browser.\n',
  );
  process.exitCode = 1;
} else {
  const child = spawn(electron, [ROOT, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`Expected Electron to start but it did not: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}
