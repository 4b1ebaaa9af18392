import { escape } from './svg.ts';

/** @param text HTML, as the figures are */
export function section(title: string, text: string, figures: readonly string[]): string {
  const drawn = figures.map((figure) => `<figure>${figure}</figure>`).join('');
  return `<section><h2>${escape(title)}</h2><p>${text}</p>${drawn}</section>`;
}
