import { expect, it } from 'vitest';
import { stackStages } from '../../../renderer/src/state/stack-stages.ts';

const slice = (atSeconds: number, meanMs: Record<string, number>) => ({
  ...{ atSeconds, frames: 1, framesPerSecond: 1, meanMs, p50: 0, p95: 0, p99: 0, lanes: {} },
});

it('stacks stages that took time, the highest slice filling the height', () => {
  const timings = [slice(1, { decode: 10, model: 30, idle: 0 }), slice(2, { decode: 20, model: 60, idle: 0 })];
  const { layers, topMs } = stackStages(timings, ['decode', 'model', 'idle'], 100, 80);
  expect(topMs).toBe(80);
  expect(layers).toEqual([
    { stage: 'decode', points: '0,70 100,60 100,80 0,80' },
    { stage: 'model', points: '0,40 100,0 100,60 0,70' },
  ]);
});
