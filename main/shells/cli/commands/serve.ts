import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { stateFolder } from '../../../app/state-folder.ts';
import { openDesktopApp } from '../../../app/desktop/desktop-app.ts';
import { AppError } from '../../../core/errors.ts';
import { ensurePage } from '../../page/build-page.ts';
import { readVersion } from '../../page/version.ts';
import { startServer } from '../../web/server.ts';
import { numberWithin } from '../upscale/options.ts';

interface ServeFlags {
  readonly root: string;
  readonly host: string;
  readonly port: number;
}

const EXAMPLES = `
Examples:
  tandem serve                         the folder you stand in, on this computer only
  tandem serve --root /videos --port 8500

Open the printed address. Who has it can read and write clips below the root: keep it to yourself. From another
computer, forward the port (ssh -L 8500:127.0.0.1:8500 server) rather than listening on an open address.`;

/** `tandem serve`: the desktop app in a browser. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('opens the app in a browser, for machines without a desktop')
    .option('--root <folder>', 'what may be looked into, and where uploads go', '.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', numberWithin(0, 65_535, true), 8500)
    .addHelpText('after', EXAMPLES)
    .action(runServer);
}

async function runServer({ root: folder, host, port }: ServeFlags): Promise<void> {
  const root = resolve(folder);
  const info = await stat(root).catch(() => null);
  if (!info?.isDirectory()) throw new AppError('wrong-usage', `expected --root to be a folder but got ${folder}`);
  const pageFolder = await ensurePage(() => process.stderr.write('Tandem: building the page (once) …\n'));
  const state = stateFolder();
  await mkdir(state, { recursive: true });
  const app = await openDesktopApp({ version: await readVersion(), stateFolder: state, shell: { kind: 'web', root } });
  const token = randomBytes(24).toString('base64url');
  const server = await startServer({ app, pageFolder, root, token, host, port }).catch(async (error: unknown) => {
    await app.close();
    throw explainListening(error, host, port);
  });
  console.log(`Tandem is at ${server.url}\nCtrl-C ends it.`);
  await new Promise<void>((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, ended);
  });
  await server.close();
  await app.close();
}

function explainListening(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') return error;
  const why = code === 'EADDRINUSE' ? 'it is taken' : 'it may not be used';
  return new AppError('wrong-usage', `expected to listen on ${host}:${port} but ${why} (--port 0 takes a free one)`);
}
