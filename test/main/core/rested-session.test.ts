import { describe, expect, it } from 'vitest';
import { PauseGate } from '../../../main/core/pause-gate.ts';
import { openRestedSession } from '../../../main/core/rested-session.ts';
import type { RuntimeSession } from '../../../main/core/runtime.ts';
import { settle } from '../../helpers/fake-frames.ts';

/** Sessions that tell what became of them, and end a picture when they are told to. */
class FakeDevice {
  readonly log: string[] = [];
  readonly #ends: (() => void)[] = [];
  build = 'a';
  fails = false;

  open = (): Promise<RuntimeSession> => {
    this.log.push('open');
    if (this.fails) return Promise.reject(new Error('busy'));
    return Promise.resolve({
      ...{ arithmetic: 'int8', slots: 2, build: this.build },
      run: () => {
        this.log.push('run');
        return new Promise<void>((resolve) => this.#ends.push(resolve));
      },
      close: () => {
        this.log.push('close');
        return Promise.resolve();
      },
    });
  };

  end(): void {
    this.#ends.shift()?.();
  }
}

async function openFake() {
  const [device, gate] = [new FakeDevice(), new PauseGate()];
  const session = await openRestedSession(device.open, gate);
  return { device, gate, session };
}

describe('a session that rests while the gate is shut', () => {
  it('is closed after what is being computed, and opened for the next picture', async () => {
    const { device, gate, session } = await openFake();
    expect(session).toMatchObject({ arithmetic: 'int8', slots: 2, build: 'a' });
    const running = [session.run([], []), session.run([], [])];
    await settle();
    gate.hold('asked');
    gate.hold('disk');
    device.end();
    await settle();
    expect(device.log).toEqual(['open', 'run', 'run']);
    device.end();
    await Promise.all(running);
    await settle();
    expect(device.log).toEqual(['open', 'run', 'run', 'close']);
    gate.release('asked');
    gate.release('disk');
    const next = [session.run([], []), session.run([], [])];
    await settle();
    device.end();
    device.end();
    await Promise.all(next);
    await session.close();
    expect(device.log).toEqual(['open', 'run', 'run', 'close', 'open', 'run', 'run', 'close']);
  });

  it('is closed at once when nothing is computed, and only once', async () => {
    const { device, gate, session } = await openFake();
    gate.hold('disk');
    await settle();
    gate.release('disk');
    gate.hold('disk');
    await session.close();
    expect(device.log).toEqual(['open', 'close']);
    gate.release('disk');
    gate.hold('asked');
    await settle();
    expect(device.log).toEqual(['open', 'close']);
    await expect(session.run([], [])).rejects.toThrow(/closed/);
  });

  it('refuses another device than the one before, and tells what keeps it from opening', async () => {
    const { device, gate, session } = await openFake();
    gate.hold('asked');
    gate.release('asked');
    device.build = 'b';
    await expect(session.run([], [])).rejects.toThrow('expected the device to be as it was before the pause');
    await session.close();
    expect(device.log).toEqual(['open', 'close', 'open', 'close']);

    const other = await openFake();
    other.gate.hold('asked');
    other.gate.release('asked');
    other.device.fails = true;
    await expect(other.session.run([], [])).rejects.toThrow('busy');
    await other.session.close();
  });
});
