import { AppError } from '../core/errors.ts';

/** A search's name is its model's, and a folder's. @throws AppError `wrong-usage` */
export function checkSearchName(name: string): string {
  if (/^[a-z0-9][a-z0-9.-]*$/.test(name)) return name;
  const message = `expected a name of lower-case letters, digits, dots and hyphens but got '${name}'`;
  throw new AppError('wrong-usage', message);
}

/** @throws AppError `wrong-usage` for what names no device that can be measured */
export function checkMeasurable(device: string): string {
  if (/^(cpu|gpu(:.+)?|phone(:.+)?)$/.test(device)) return device;
  throw new AppError(
    'wrong-usage',
    `expected the device cpu, gpu, gpu:NAME, phone or phone:SERIAL but got '${device}'`,
  );
}
