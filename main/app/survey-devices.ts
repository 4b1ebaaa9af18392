import type { CallOutput, EngineApi } from '../contract/api.ts';
import { listDevices } from './devices.ts';

/** Processor, GPUs and phones in the words of the page. */
export async function surveyDevices(): Promise<CallOutput<EngineApi, 'surveyDevices'>> {
  const { devices, phones } = await listDevices();
  return [
    ...devices.map(({ device, kind, name, driver, isSoftware }) => ({
      ...{ device, kind, name, isReady: true },
      note: isSoftware ? `software on the processor, slow: ${driver}` : driver,
    })),
    ...phones.map(({ serial, model, state, sentence }) => ({
      device: serial === null ? null : `phone:${serial}`,
      ...{
        kind: 'phone' as const,
        name: model ?? serial ?? 'phone',
        isReady: state === 'ready' || state === 'hot',
        note: sentence,
      },
    })),
  ];
}
