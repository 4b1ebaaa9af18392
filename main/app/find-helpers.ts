import { openAdbHost } from '../adapters/phone/adb-host.ts';
import { surveyPhones, waitForPhone } from '../adapters/phone/phone-state.ts';
import type { PhoneStatus } from '../adapters/phone/phone-state.ts';
import { createPhoneRuntime } from '../adapters/runtimes/phone/runtime.ts';
import type { CompileForPhone } from '../adapters/runtimes/phone/runtime.ts';
import { AppError } from '../core/errors.ts';
import type { Helper } from './upscale-adapters.ts';

const USABLE = ['ready', 'hot'];

/**
 * The phones that `--device` means: `phone` the only one there is, `phone:SERIAL` that one, `all` every one that is ready.
 * @throws AppError `runtime-unavailable` with the state's sentence
 */
export async function findPhones(device: string, compile: CompileForPhone): Promise<Helper[]> {
  if (device !== 'all' && !device.startsWith('phone')) return [];
  const found = await surveyPhones(openAdbHost);
  const chosen = choosePhones(device, found);
  if (chosen.length === 0) return [];
  const host = await openAdbHost();
  return chosen.map(({ serial, model, state, sentence }) => ({
    ...(state === 'hot' ? { note: sentence } : {}),
    name: `${model ?? 'phone'} (${serial!})`,
    runtime: createPhoneRuntime(host.phone(serial!), { compile }),
    comesBack: (signal) => waitForPhone(host, serial!, signal),
  }));
}

export function choosePhones(device: string, found: readonly PhoneStatus[]): readonly PhoneStatus[] {
  const usable = found.filter(({ state }) => USABLE.includes(state));
  if (device === 'all') return usable;
  const serial = device.startsWith('phone:') ? device.slice('phone:'.length) : null;
  if (serial !== null) {
    const named = found.find((phone) => phone.serial === serial);
    if (!named) throw unavailable(`expected the phone ${serial} but found ${listPhones(found)}`);
    if (!USABLE.includes(named.state)) throw unavailable(named.sentence);
    return [named];
  }
  if (usable.length > 1) {
    throw new AppError('wrong-usage', `expected --device phone:SERIAL, as several are ready: ${listPhones(usable)}`);
  }
  if (usable.length === 0) throw unavailable(found.map(({ sentence }) => sentence).join(' '));
  return usable;
}

function listPhones(phones: readonly PhoneStatus[]): string {
  const serials = phones.flatMap(({ serial }) => serial ?? []);
  return serials.length === 0 ? 'none' : serials.join(', ');
}

function unavailable(message: string): AppError {
  return new AppError('runtime-unavailable', message);
}
