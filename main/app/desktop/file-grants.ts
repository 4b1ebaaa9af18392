import { randomUUID } from 'node:crypto';
import { AppError } from '../../core/errors.ts';

/** Most grants that are remembered; the oldest are forgotten first. */
const MOST_GRANTS = 100_000;

/** Files that a page may speak of: it gets ids, never paths, and only for what it was shown. */
export class FileGrants {
  readonly #paths = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  grant(path: string): string {
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    const id = randomUUID();
    this.#paths.set(id, path);
    this.#ids.set(path, id);
    if (this.#paths.size > MOST_GRANTS) this.#forgetOldest();
    return id;
  }

  /** @throws AppError `input-missing` for an id that was never handed out */
  pathOf(id: string): string {
    const path = this.#paths.get(id);
    if (path !== undefined) return path;
    throw new AppError('input-missing', 'expected a file that was chosen here but it is not known any more');
  }

  #forgetOldest(): void {
    const [id, path] = this.#paths.entries().next().value!;
    this.#paths.delete(id);
    this.#ids.delete(path);
  }
}
