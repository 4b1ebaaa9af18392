import type { HandlerParts, Some } from './handlers.ts';

type DeviceCalls = 'listDevices' | 'testPhone' | 'startPairing' | 'finishPairing' | 'pairWithDigits';

/** What a clip can be upscaled with; all of it is asked of the engine, which owns devices. */
export function deviceHandlers({ helper, running }: HandlerParts): Some<DeviceCalls> {
  return {
    listDevices: async () => {
      const found = await helper.call('surveyDevices', null);
      return found.map(({ device, kind, name, isReady, note }) => ({
        ...{ id: device, kind, name, note },
        state: !isReady ? 'unavailable' : kind === 'cpu' && running.job !== null ? 'busy' : 'ready',
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
