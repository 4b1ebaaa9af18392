/** `npm run package`: builds the page and the preload, then whatever electron-builder.yml says for this platform. */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { ensurePage } from '../page/build-page.ts';
import { buildPreload } from './build-preload.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A feed is a plain folder on a server; without one the package never looks for updates. */
function feedArguments(url = process.env.TANDEM_UPDATE_URL ?? ''): string[] {
  if (url === '') return [];
  return ['--config.publish.provider=generic', `--config.publish.url=${url}`];
}

await ensurePage();
await buildPreload();
const builder = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js');
const args = [builder, '--publish', 'never', ...feedArguments(), ...process.argv.slice(2)];
const { exitCode } = await execa(process.execPath, args, { cwd: ROOT, stdio: 'inherit', reject: false });
process.exitCode = exitCode ?? 1;
