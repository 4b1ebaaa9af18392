import { AppError } from '../core/errors.ts';

/** A search's name is its model's, and a folder's. @throws AppError `wrong-usage` */
export function checkSearchName(name: string): string {
  if (/^[a-z0-9][a-z0-9.-]*$/.test(name)) return name;
  const message = `expected a name of lower-case letters, digits, dots and hyphens but got '${name}'`;
  throw new AppError('wrong-usage', message);
}
