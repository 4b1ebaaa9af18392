import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Lets this process compute when others leave room. For good: raising it again needs rights that a person lacks. */
export function lowerPriority(): void {
  for (const thread of ownThreads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW);
    } catch {
      // The thread has ended meanwhile.
    }
  }
}

/** Linux has a priority for each thread, which those that it starts inherit; elsewhere 0 is the whole process. */
function ownThreads(): number[] {
  return process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0];
}
