/** The thread of {@link endWithParent}. */
import { workerData } from 'node:worker_threads';

const LOOK_EVERY_MS = 1000;

const { parent, patienceMs } = workerData as { readonly parent: number; readonly patienceMs: number };

const timer = setInterval(() => {
  if (!isGone()) return;
  clearInterval(timer);
  setTimeout(endAll, patienceMs);
}, LOOK_EVERY_MS);

/** An orphan gets another parent on Unix; on Windows its parent's number is nobody's. */
function isGone(): boolean {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

function endAll(): void {
  try {
    // Its whole group, which the shell made it the leader of.
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}
