import { randomUUID } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { queueContentSchema } from '../../../main/app/job-queue/queue-clip.ts';
import { startServe } from '../../helpers/browser/start-serve.ts';
import { waitFor } from '../../helpers/run-cli.ts';
import { makeBenchClip } from './bench-clip.ts';
import type { AppBench, AppRow } from './app.ts';
import { measureIdle } from './idle.ts';

const CLIPS = 500;
/** A screen shows sixty pictures a second; a frame is dropped where more than two of its turns passed. */
const VSYNC_MS = 1000 / 60;
const WHEEL_TURNS = 150;
const WHEEL_PIXELS = 240;

/** A queue of 500 clips with thumbnails, at rest and scrolled to its end by the wheel. */
export async function measureLongQueue({ folder, browser }: AppBench): Promise<AppRow[]> {
  const root = join(folder, 'long-queue');
  mkdirSync(root);
  const clip = join(root, 'clip-000.mp4');
  copyFileSync(await makeBenchClip(folder), clip);
  const page = await browser.context.newPage();
  await addOne(page, root);
  multiply(root, clip);
  const serve = await startServe(root);
  try {
    await page.goto(serve.url);
    await page.getByText(`${String(CLIPS)} clips`).waitFor();
    await page.getByRole('img', { name: /after/ }).waitFor();
    await page.waitForTimeout(2000);
    return [...(await measureIdle(browser, serve)), ...(await scroll(page))];
  } finally {
    await page.close();
    await serve.stop();
  }
}

/** Has the app itself find out what the clip is. */
async function addOne(page: Page, root: string): Promise<void> {
  const serve = await startServe(root);
  await page.goto(serve.url);
  await page.getByRole('button', { name: 'Look on the server' }).click();
  await page.getByLabel(/clip-000/).check();
  await page.getByRole('button', { name: 'Add 1', exact: true }).click();
  await page.locator('.thumbnail img').waitFor();
  const saved = () => readFileSync(join(root, '.state', 'queue.json'), 'utf8');
  await waitFor('the clip in the saved queue', () => saved().includes('"hasThumbnail":true'));
  await serve.stop();
}

/** The saved queue with this clip under 500 names, each with its file and its thumbnail. */
function multiply(root: string, clip: string): void {
  const file = join(root, '.state', 'queue.json');
  const { clips } = queueContentSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const [first] = clips;
  if (!first) throw new Error('expected a clip in the saved queue but got none');
  const thumbnail = (id: string) => join(root, '.state', 'clips', `${id}.jpg`);
  const others = Array.from({ length: CLIPS - 1 }, (_, i) => {
    const path = join(root, `clip-${String(i + 1).padStart(3, '0')}.mp4`);
    linkSync(clip, path);
    const id = randomUUID();
    copyFileSync(thumbnail(first.id), thumbnail(id));
    return { ...first, id, path };
  });
  writeFileSync(file, JSON.stringify({ format: 1, clips: [first, ...others] }));
}

async function scroll(page: Page): Promise<AppRow[]> {
  const list = page.getByRole('list', { name: 'Clips' });
  await list.hover();
  await page.evaluate(`(() => {
    globalThis.frameTimes = [];
    const note = (now) => { globalThis.frameTimes.push(now); requestAnimationFrame(note); };
    requestAnimationFrame(note);
  })()`);
  for (let turn = 0; turn < WHEEL_TURNS; turn++) {
    await page.mouse.wheel(0, WHEEL_PIXELS);
    await page.waitForTimeout(VSYNC_MS);
  }
  const times = z.array(z.number()).parse(await page.evaluate('globalThis.frameTimes'));
  const rows = z.strictObject({ top: z.number(), shown: z.number() }).parse(
    await list.evaluate((element) => {
      const { scrollTop, scrollHeight, clientHeight } = element as unknown as Record<string, number>;
      return { top: scrollTop!, shown: scrollHeight! - clientHeight! };
    }),
  );
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const dropped = gaps.filter((gap) => gap > 2 * VSYNC_MS).length;
  const way = `${rows.top.toFixed(0)} of ${rows.shown.toFixed(0)} px`;
  const basis = `${String(CLIPS)} clips, ${way}, ${String(gaps.length)} frames, the longest ${Math.max(...gaps).toFixed(0)} ms`;
  return [{ figure: 'frames longer than two vsyncs', unit: 'frames', value: dropped, wanted: 1, basis }];
}
