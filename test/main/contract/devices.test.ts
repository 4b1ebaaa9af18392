import { describe, expect, it } from 'vitest';
import { isAtWork, joinDevices } from '../../../main/app/desktop/device-switches.ts';
import { isDevice, splitDevices } from '../../../main/contract/messages.ts';

describe('what a job is computed by', () => {
  it.each([
    ['auto', ['auto']],
    ['gpu:NVIDIA RTX 4070, Ti + more', ['gpu:NVIDIA RTX 4070, Ti + more']],
    ['cpu+phone:R58', ['cpu', 'phone:R58']],
    ['cpu+gpu:A + B+phone:R58+phone:R59', ['cpu', 'gpu:A + B', 'phone:R58', 'phone:R59']],
  ])('%s', (device, parts) => {
    expect(isDevice(device)).toBe(true);
    expect(splitDevices(device)).toEqual(parts);
  });

  it.each(['', 'cpus', 'cpu+', 'cpu+cpu', 'all+cpu', 'cpu+all', 'auto+phone', 'phone:', 'phone:a b', 'cpu\n', '+cpu'])(
    "refuses '%s'",
    (device) => expect(isDevice(device)).toBe(false),
  );

  it('looks at a long hostile text but once', () => {
    const started = performance.now();
    expect(isDevice(`gpu:${'a+gpu:'.repeat(20_000)}\n`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('the switches', () => {
  it('joins what is on, and says when nothing is', () => {
    expect(joinDevices(['cpu'])).toBe('cpu');
    expect(joinDevices(['phone:R58', 'cpu'])).toBe('phone:R58+cpu');
    expect(() => joinDevices([])).toThrow('expected a device that is switched on but all are off');
  });

  it.each([
    ['auto', 'cpu', 'cpu', true],
    ['auto', 'phone:R58', 'phone', false],
    ['all', 'phone:R58', 'phone', true],
    ['phone', 'phone:R58', 'phone', true],
    ['cpu+phone:R59', 'phone:R58', 'phone', false],
    ['cpu+phone:R58', 'phone:R58', 'phone', true],
    ['gpu:A', 'cpu', 'cpu', false],
  ] as const)('a job on %s works on %s: %#', (job, id, kind, expected) => {
    expect(isAtWork({ id, kind }, job)).toBe(expected);
  });
});
