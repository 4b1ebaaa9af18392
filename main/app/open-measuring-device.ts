import { openAdbHost } from '../adapters/phone/adb-host.ts';
import { surveyPhones } from '../adapters/phone/phone-state.ts';
import { openMeasuringPhone } from '../adapters/runtimes/phone/measuring-phone.ts';
import type { MeasuringDevice } from '../adapters/runtimes/profile/measuring-device.ts';
import { openMeasuringCpu } from '../adapters/runtimes/sparse/measuring-cpu.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { openMeasuringGpu } from '../adapters/runtimes/webgpu/measuring-gpu.ts';
import { describeHardware } from '../adapters/system/hardware.ts';
import { AppError } from '../core/errors.ts';
import { checkMeasurable } from './check-search.ts';
import { choosePhones } from './find-helpers.ts';

/**
 * @param device as {@link checkMeasurable} takes it
 * @throws AppError `runtime-unavailable` where it is not there
 */
export async function openMeasuringDevice(device: string): Promise<MeasuringDevice> {
  const [, kind, name = null] = /^([^:]*):?(.+)?$/.exec(checkMeasurable(device))!;
  if (kind === 'gpu') return openMeasuringGpu(name);
  if (kind === 'phone') {
    const [phone] = choosePhones(device, await surveyPhones(openAdbHost));
    return openMeasuringPhone((await openAdbHost()).phone(phone!.serial!));
  }
  const probe = await createSparseRuntime().probe();
  if (!probe.ok) throw new AppError('runtime-unavailable', probe.message);
  return openMeasuringCpu(describeHardware());
}
