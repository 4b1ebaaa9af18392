import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startCli, waitFor } from '../run-cli.ts';

/** `tandem serve` as a person starts it, over `folder`; its state lies in `folder/.state`. */
export async function startServe(folder: string, env: Readonly<Record<string, string>> = {}) {
  const state = join(folder, '.state');
  const cli = startCli(['serve', '--port', '0', '--root', folder], folder, { TANDEM_STATE_DIR: state, ...env });
  let printed = '';
  let complaint = '';
  cli.child.stdout.on('data', (text: string) => (printed += text));
  cli.child.stderr.on('data', (text: string) => (complaint += text));
  let ended = false;
  void cli.ended.then(() => (ended = true));
  const url = await waitFor('the address of the app', () => {
    if (ended) throw new Error(`serve ended: ${complaint}`);
    return /http:\/\/\S+/.exec(printed)?.[0];
  });
  return {
    url,
    listProcesses: cli.listProcesses,
    /** Ends it in good order. */
    stop: async () => {
      cli.child.kill('SIGTERM');
      return cli.ended;
    },
    /** As a power cut would. */
    kill: async () => {
      cli.child.kill('SIGKILL');
      return cli.ended;
    },
    forget: () => rm(state, { recursive: true, force: true }),
  };
}
