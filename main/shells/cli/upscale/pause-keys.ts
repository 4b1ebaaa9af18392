import type { EngineClient } from '../../../app/engine-client.ts';
import type { UpscaleView } from './view.ts';

const KEYS = { interrupt: '\u0003', suspend: '\u001a', pause: 'p' } as const;

/**
 * Pausing from outside: `p` on a terminal, Ctrl-Z (or SIGTSTP) and `fg` (or SIGCONT). The engine leads a session of its
 * own, which a terminal's Ctrl-Z does not reach: the job is held before this process stops.
 * @returns ends listening
 */
export function listenForPause(engine: EngineClient, view: UpscaleView): () => void {
  let isPaused = false;
  const set = async (wanted: boolean, how: string): Promise<void> => {
    if (wanted === isPaused) return;
    isPaused = wanted;
    view.print(wanted ? `  paused: ${how}` : '  goes on');
    await (wanted ? engine.pause() : engine.unpause()).catch(() => undefined);
  };
  const suspend = (): void =>
    void set(true, `\`fg\`, or kill -CONT ${process.pid}, lets it go on`).then(() => {
      process.kill(process.pid, 'SIGSTOP');
    });
  const goOn = (): void => void set(false, '');
  if (process.platform !== 'win32') {
    process.on('SIGTSTP', suspend);
    process.on('SIGCONT', goOn);
  }
  const endKeys = listenForKeys((key) => {
    if (key === KEYS.pause) void set(!isPaused, 'p lets it go on');
    // A raw terminal sends bytes for what would be signals; the whole group of the terminal is meant.
    if (key === KEYS.interrupt) process.kill(process.pid, 'SIGINT');
    if (key === KEYS.suspend && process.platform !== 'win32') process.kill(0, 'SIGTSTP');
  });
  return () => {
    endKeys();
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', goOn);
  };
}

/** Single keys, where a person sits at a terminal. */
function listenForKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY || !process.stderr.isTTY) return () => undefined;
  const take = (bytes: Buffer): void => {
    for (const key of bytes.toString('latin1')) onKey(key);
  };
  stdin.setRawMode(true);
  stdin.on('data', take);
  return () => {
    stdin.off('data', take);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
