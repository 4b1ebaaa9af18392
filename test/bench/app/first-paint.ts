import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startServe } from '../../helpers/browser/start-serve.ts';
import { medianOf } from './app.ts';
import type { AppBench, AppRow } from './app.ts';

const ROUNDS = 7;

/** Resolves with both moments, in milliseconds since the address was asked for. */
const PAINTS = `new Promise((resolve) => {
  const look = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const isUsable = document.querySelector('main button') !== null;
    if (paint && isUsable) resolve({ paintMs: paint.startTime, usableMs: performance.now() });
    else requestAnimationFrame(look);
  };
  look();
})`;

/** A page that has just been opened, from the address to its first picture and to its buttons. */
export async function measureFirstPaint({ folder, browser }: AppBench): Promise<AppRow[]> {
  const root = join(folder, 'first-paint');
  mkdirSync(root);
  const serve = await startServe(root);
  try {
    const paints: number[] = [];
    const usable: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.context.newPage();
      await page.goto(serve.url, { waitUntil: 'commit' });
      const schema = z.strictObject({ paintMs: z.number(), usableMs: z.number() });
      const { paintMs, usableMs } = schema.parse(await page.evaluate(PAINTS));
      paints.push(paintMs / 1000);
      usable.push(usableMs / 1000);
      await page.close();
    }
    const worst = (values: readonly number[]) => `${ROUNDS} new pages, the slowest ${Math.max(...values).toFixed(2)} s`;
    return [
      { figure: 'first paint', unit: 's', value: medianOf(paints), wanted: 1, basis: worst(paints) },
      { figure: 'ready to be used', unit: 's', value: medianOf(usable), wanted: null, basis: worst(usable) },
    ];
  } finally {
    await serve.stop();
  }
}
