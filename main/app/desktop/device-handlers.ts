import type { Device } from '../../contract/app-messages.ts';
import { isAtWork } from './device-switches.ts';
import type { HandlerParts, Some } from './handlers.ts';

type DeviceCalls = 'listDevices' | 'testPhone' | 'startPairing' | 'finishPairing' | 'pairWithDigits';

/** What a clip can be upscaled with; all of it is asked of the engine, which owns devices. */
export function deviceHandlers({ helper, running }: HandlerParts): Some<DeviceCalls> {
  const isBusy = (device: Pick<Device, 'id' | 'kind'>) => running.job !== null && isAtWork(device, running.job.device);
  return {
    listDevices: async () => {
      const found = await helper.call('surveyDevices', null);
      return found.map(({ device, kind, name, isReady, note }) => ({
        ...{ id: device, kind, name, note },
        state: !isReady ? 'unavailable' : isBusy({ id: device, kind }) ? 'busy' : 'ready',
      }));
    },
    testPhone: ({ device }) => {
      const serial = /^phone:(.+)$/.exec(device)?.[1] ?? null;
      return helper.call('testPhone', { serial });
    },
    startPairing: async () => ({ squares: await helper.call('startPairing', null) }),
    finishPairing: async () => ({ address: await helper.call('finishPairing', null) }),
    pairWithDigits: async (input) => ({ address: await helper.call('pairWithDigits', input) }),
  };
}
