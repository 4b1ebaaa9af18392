/** How a lost device is back: it had been away, as with a pulled cable, or it was there all the time and failed by itself. */
export type Comeback = 'returned' | 'stayed';

/** So often a device may fail by itself within the time below; once more, and it is left out. */
const MOST_FAILURES = 3;
const WITHIN_MS = 600_000;

/** Which devices are still worth opening again. A loose cable is forgiven without end, a driver that errs again and again is not. */
export class DeviceTrust<Device> {
  readonly #failures = new Map<Device, number[]>();

  /** @returns why the device should be left out from now on, null while it may be tried again */
  judge(device: Device, comeback: Comeback, nowMs: number): string | null {
    if (comeback === 'returned') return null;
    const recent = (this.#failures.get(device) ?? []).filter((atMs) => nowMs - atMs < WITHIN_MS);
    recent.push(nowMs);
    this.#failures.set(device, recent);
    if (recent.length <= MOST_FAILURES) return null;
    return `it failed ${recent.length} times in ${Math.max(1, Math.round((nowMs - recent[0]!) / 60_000))} min`;
  }
}
