import type { Device } from '../../contract/app-messages.ts';
import { splitDevices } from '../../contract/messages.ts';
import { AppError } from '../../core/errors.ts';

/** What is switched on, as a job's `device` takes it. @throws AppError `wrong-usage` where nothing is */
export function joinDevices(switchedOn: readonly string[]): string {
  if (switchedOn.length > 0) return switchedOn.join('+');
  throw new AppError('wrong-usage', 'expected a device that is switched on but all are off');
}

/** Whether a job that was started with `jobDevice` computes on this device. */
export function isAtWork({ kind, id }: Pick<Device, 'kind' | 'id'>, jobDevice: string): boolean {
  if (jobDevice === 'all') return true;
  const parts = splitDevices(jobDevice === 'auto' ? 'cpu' : jobDevice);
  return parts.some((part) => part === kind || part === id);
}
