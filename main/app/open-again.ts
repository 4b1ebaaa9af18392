import { isAppError } from '../core/errors.ts';
import type { Arithmetic } from '../core/runtime.ts';
import type { SessionLane } from '../core/session-lane.ts';
import type { Comeback } from './device-trust.ts';
import type { CrewMember } from './lane-crew.ts';

/** A device that cannot be opened so often in a row stays away: some three minutes with the pauses between. */
const MOST_TRIES = 10;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export function awaitComeback(member: CrewMember, signal: AbortSignal): Promise<Comeback> {
  return member.comesBack!(signal).catch(() => 'returned' as const);
}

/**
 * Opens a device that can be seen again; it may still be busy with its end, or asleep.
 * @returns why it is not to be had, as part of a sentence, where that is so
 */
export async function openAgain(
  member: CrewMember,
  arithmetic: Arithmetic,
  signal: AbortSignal,
): Promise<SessionLane | string> {
  let why = 'the job ended';
  for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries++) {
    try {
      const lane = await member.open(arithmetic);
      if (lane.arithmetic === arithmetic) return lane;
      await lane.close();
      return `it now computes in ${lane.arithmetic}, the job in ${arithmetic}`;
    } catch (error) {
      why = `it could not be opened again: ${sentence(error)}`;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
      await pause(pauseMs, signal);
      await awaitComeback(member, signal);
    }
  }
  return why;
}

/** An error's message as part of a sentence. */
export function sentence(error: unknown): string {
  return (isAppError(error) || error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
