import { describe, expect, it } from 'vitest';
import { chooseModel } from '../../../main/app/choose-model.ts';
import { expectTime } from '../../../main/app/expect-time.ts';
import { createModelRuntime } from '../../../main/app/model-runtime.ts';
import type { Job } from '../../../main/app/prepare-job.ts';

const tools = { createRuntime: () => createModelRuntime(), loadModel: chooseModel };

async function jobOf(name: string, request: { device?: string; model?: string | null } = {}): Promise<Job> {
  return {
    request: { device: 'auto', model: null, arithmetic: null, ...request },
    model: await chooseModel({ name, scale: null }),
    plan: { source: { width: 1280, height: 720, pixelFormat: 'yuv420p' } },
    threads: 1,
  } as unknown as Job;
}

describe('the expected time', () => {
  it('is told with the time of a faster model where it is long', async () => {
    const [sentence] = await expectTime(await jobOf('tandem-x2-fine'), tools, 500_000);
    expect(sentence).toMatch(
      /^The model alone will take about [\d hmins]+ for 500000 frames on this computer; tandem-x2-fast \(--quality fast\) would take about [\d hmins]+\.$/,
    );
  });

  it('offers nothing where nothing is faster, or a person named the model', async () => {
    const plain = /^The model alone will take about [\d hmins]+ for 500000 frames on this computer\.$/;
    expect(await expectTime(await jobOf('tandem-x2-fast'), tools, 500_000)).toEqual([expect.stringMatching(plain)]);
    const named = await jobOf('tandem-x2-fine', { model: 'tandem-x2-fine' });
    expect(await expectTime(named, tools, 500_000)).toEqual([expect.stringMatching(plain)]);
  });

  it('is not told for short jobs, unknown lengths and other devices', async () => {
    const job = await jobOf('tandem-x2-fine');
    expect(await expectTime(job, tools, 100)).toEqual([]);
    expect(await expectTime(job, tools, null)).toEqual([]);
    expect(await expectTime(await jobOf('tandem-x2-fine', { device: 'phone' }), tools, 500_000)).toEqual([]);
  });
});
