import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** Where screenshots go: ignored by git, looked at by people. */
const SCREENS_FOLDER = resolve(import.meta.dirname, '../../../.tmp/screens');

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const axeResultsSchema = z.object({
  violations: z.array(
    z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })) }),
  ),
});

/** What axe says against a page, one line each. */
async function findViolations(page: Page): Promise<string[]> {
  // The page's policy forbids foreign scripts: axe is brought in by the browser's own tools.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const found: unknown = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return axeResultsSchema
    .parse(found)
    .violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
}

const LOOKS = {
  'light-wide': { scheme: 'light', width: 1280, height: 860, axe: true },
  'dark-wide': { scheme: 'dark', width: 1280, height: 860, axe: false },
  'light-narrow': { scheme: 'light', width: 420, height: 860, axe: false },
  'dark-narrow': { scheme: 'dark', width: 420, height: 860, axe: true },
} as const;

/**
 * Looks at a screen in light and dark, wide and narrow: a screenshot each, axe on one of each kind, nothing wider than the window.
 * @returns what is wrong, one line each
 */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  mkdirSync(SCREENS_FOLDER, { recursive: true });
  const wrong: string[] = [];
  for (const [look, { scheme, width, height, axe }] of Object.entries(LOOKS)) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    // Rows outside the window are not drawn before they come into it, on a picture of the whole page neither.
    await page.evaluate('new Promise((drawn) => { scrollTo(0, 0); requestAnimationFrame(() => setTimeout(drawn)); })');
    await page.screenshot({ path: resolve(SCREENS_FOLDER, `${name}-${look}.png`), fullPage: true });
    if (axe) wrong.push(...(await findViolations(page)).map((line) => `${name} ${look}: ${line}`));
    const overflow = z.number().parse(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    if (overflow > 0) wrong.push(`${name} ${look}: ${String(overflow)} px wider than the window`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 860 });
  return wrong;
}
