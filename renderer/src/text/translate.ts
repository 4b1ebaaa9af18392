import { de } from './de.ts';
import { en } from './en.ts';
import type { Catalogue, TextKey } from './en.ts';

const CATALOGUES: Readonly<Record<'en' | 'de', Catalogue>> = { en, de };

export type Language = keyof typeof CATALOGUES;
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export function translator(language: Language): Translate {
  const catalogue = CATALOGUES[language];
  return (key, values = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
