import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { startServe } from '../../helpers/browser/start-serve.ts';
import { makeBenchClip } from './bench-clip.ts';
import { medianOf } from './app.ts';
import type { AppBench, AppRow } from './app.ts';

const ROUNDS = 5;
const WANTED_SECONDS = 1.5;

/** From the drop of a 720p clip to its enlarged frame on the screen: upload, probe and preview by the real engine. */
export async function measureDrops({ folder, browser }: AppBench): Promise<AppRow[]> {
  const root = join(folder, 'drops');
  mkdirSync(root);
  const clip = readFileSync(await makeBenchClip(folder));
  const serve = await startServe(root);
  const page = await browser.context.newPage();
  try {
    await page.goto(serve.url);
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) seconds.push(await drop(page, clip, `drop-${String(round)}.mp4`));
    const [first = NaN, ...later] = seconds;
    const basis = `720p, ${(clip.length / 1e6).toFixed(1)} MB`;
    const slowest = Math.max(...later).toFixed(2);
    const wanted = WANTED_SECONDS;
    return [
      { figure: 'drop to preview, first', unit: 's', value: first, wanted, basis: `${basis}, nothing is warm` },
      {
        ...{ figure: 'drop to preview, later', unit: 's', value: medianOf(later), wanted },
        basis: `${basis}, ${String(later.length)} drops, the slowest ${slowest} s`,
      },
    ];
  } finally {
    await page.close();
    await serve.stop();
  }
}

/** @returns seconds until the picture of this very clip is decoded and there */
async function drop(page: Page, clip: Buffer, name: string): Promise<number> {
  const found: unknown = await page.evaluate(
    `(async () => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(clip.toString('base64'))}), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], ${JSON.stringify(name)}));
      const old = document.querySelector('.window img')?.src;
      const started = performance.now();
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      for (;;) {
        await new Promise(requestAnimationFrame);
        const picture = document.querySelector('.window img');
        const isShown = document.querySelector('.right h2')?.textContent === ${JSON.stringify(name)};
        if (isShown && picture && picture.src !== old && picture.complete && picture.naturalWidth > 0)
          return (performance.now() - started) / 1000;
      }
    })()`,
  );
  return z.number().parse(found);
}
