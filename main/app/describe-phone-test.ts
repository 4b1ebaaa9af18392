import type { CallOutput, EngineApi } from '../contract/api.ts';
import { testPhone } from './phone.ts';

/** A phone's test in the figures that a page puts into words. */
export async function describePhoneTest(serial: string | null): Promise<CallOutput<EngineApi, 'testPhone'>> {
  const { report, link, models, plan, serial: tested } = await testPhone(serial);
  return {
    name: `${report.manufacturer ?? ''} ${report.model ?? tested}`.trim(),
    gpu: report.gpu ?? '?',
    ...{ upMBps: link.upMBps, downMBps: link.downMBps, latencyMs: link.latencyMs },
    models: models.map(({ model, arithmetic, isGood, refusal, milliseconds }) => ({
      ...{ model, arithmetic, isGood, refusal, milliseconds },
    })),
    framesPerSecond: plan?.framesPerSecond ?? null,
    limit: plan === null ? null : plan.limit === 'link' ? 'link' : 'compute',
  };
}
