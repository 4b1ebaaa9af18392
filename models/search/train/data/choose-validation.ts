import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCatalog, type CatalogEntry } from './catalog.ts';
import { randomBits } from './counter-random.ts';

/** The list in the repository, next to this file. */
export const VALIDATION_LIST = join(import.meta.dirname, 'validation.json');

/** How {@link chooseValidation} chooses; the committed list was made with the defaults below. */
export interface ValidationChoice {
  readonly seed: number;
  /** Share of each set's images. */
  readonly share: number;
}

export const DEFAULT_CHOICE: ValidationChoice = { seed: 2108, share: 0.05 };

/**
 * Chooses whole sources by chance, set by set, until each set has given its share of images. A source that two sets
 * have in common is taken from both.
 * @returns chosen files, sorted
 */
export function chooseValidation(entries: readonly CatalogEntry[], choice: ValidationChoice): string[] {
  const chosen = new Set<string>();
  const sets = [...new Set(entries.map((entry) => entry.set))].sort();
  sets.forEach((set, setIndex) => {
    const own = entries.filter((entry) => entry.set === set);
    const wanted = Math.round(own.length * choice.share);
    const sources = [...new Set(own.map((entry) => entry.source))].sort();
    const order = sources.map((source, index) => ({ source, bits: randomBits(choice.seed, setIndex, index, 0) }));
    order.sort((a, b) => a.bits - b.bits);
    for (const { source } of order) {
      if (own.filter((entry) => chosen.has(entry.source)).length >= wanted) break;
      chosen.add(source);
    }
  });
  return entries
    .filter((entry) => chosen.has(entry.source))
    .map((entry) => entry.file)
    .sort();
}

/** `node choose-validation.ts <training folder>` writes the list anew. */
async function main(dataDir: string): Promise<void> {
  const entries = await readCatalog(dataDir);
  const files = chooseValidation(entries, DEFAULT_CHOICE);
  await writeFile(VALIDATION_LIST, `${JSON.stringify({ ...DEFAULT_CHOICE, files }, null, 2)}\n`);
  console.log(`${files.length} of ${entries.length} images`);
}

if (process.argv[1] === import.meta.filename) await main(process.argv[2] ?? '');
