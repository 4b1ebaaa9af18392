import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { openDesktopApp } from '../../../main/app/desktop/desktop-app.ts';
import type { Emit } from '../../../main/app/desktop/desktop-app.ts';
import type { Timing } from '../../../main/contract/engine-messages.ts';
import type { Progress } from '../../../main/contract/messages.ts';
import { STAGE_NAMES } from '../../../main/core/stats.ts';
import { ensurePage } from '../../../main/shells/page/build-page.ts';
import { startServer } from '../../../main/shells/web/server.ts';
import { makeBenchClip } from './bench-clip.ts';
import type { AppBench, AppRow } from './app.ts';

/** A slice a second and progress four times as often, as a job tells them. */
const SECONDS = 3600;
const PROGRESS_A_SECOND = 4;
/** The plot holds five minutes; from there on nothing may grow. */
const FULL_AFTER_SECONDS = 600;
const SECONDS_A_TURN = 10;
const LOOK_EVERY_SECONDS = 300;
const WANTED_GROWTH_MIB = 1;
const MIB = 2 ** 20;

/**
 * The heap of a page that follows a running job for an hour, faster than it would be. The server is the real one, within
 * this process so that it can tell of a job that nobody computes.
 */
export async function measureHourOfStats({ folder, browser }: AppBench): Promise<AppRow[]> {
  const root = join(folder, 'stats');
  mkdirSync(root);
  copyFileSync(await makeBenchClip(folder), join(root, 'clip.mp4'));
  const shell = { kind: 'web', root } as const;
  const app = await openDesktopApp({ version: '0', stateFolder: join(root, '.state'), shell });
  const pages = new Set<Emit>();
  const told = {
    ...app,
    subscribe: (emit: Emit) => {
      pages.add(emit);
      return app.subscribe(emit);
    },
  };
  const guard = { root, token: 'bench', host: '127.0.0.1', port: 0 };
  const server = await startServer({ app: told, pageFolder: await ensurePage(), ...guard });
  const page = await browser.context.newPage();
  try {
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Look on the server' }).click();
    await page.getByLabel(/clip.mp4/).check();
    await page.getByRole('button', { name: 'Add 1', exact: true }).click();
    await page.getByRole('img', { name: /after/ }).waitFor();
    const clip = (await app.handlers.hello(null)).clips[0]!;
    const emit: Emit = (name, value) => {
      for (const tell of pages) tell(name, value);
    };
    emit('clip', { ...clip, state: 'running' });
    const session = await browser.context.newCDPSession(page);
    const heaps: { seconds: number; mib: number }[] = [];
    for (let second = 0; second <= SECONDS; second += SECONDS_A_TURN) {
      for (let i = 0; i < SECONDS_A_TURN; i++) tellSecond(emit, clip.id, second + i);
      // The page has taken them all in, and drawn, before the next ones come.
      await page.getByText(`${String(frameAt(second + SECONDS_A_TURN - 1))} of`).waitFor();
      if (second >= FULL_AFTER_SECONDS && second % LOOK_EVERY_SECONDS === 0)
        heaps.push({ seconds: second, mib: await heapAfterCollection(session) });
    }
    return describe(heaps);
  } finally {
    await page.close();
    await server.close();
    await app.close();
  }
}

const frameAt = (second: number): number => 25 * (second + 1);

function tellSecond(emit: Emit, clipId: string, second: number): void {
  const meanMs = Object.fromEntries(STAGE_NAMES.map((stage, i) => [stage, i + 1 + Math.sin(second / (i + 3))]));
  const timing: Timing = {
    ...{ atSeconds: second, frames: 25, framesPerSecond: 25, meanMs, p50: 21.5, p95: 34.25, p99: 48 },
    lanes: { 'sparse 1': 13, 'sparse 2': 12 },
  };
  for (let i = 0; i < PROGRESS_A_SECOND; i++) {
    const progress: Progress = {
      ...{ phase: 'upscaling', frames: frameAt(second), totalFrames: 25 * (SECONDS + 60), framesPerSecond: 25 },
      ...{ etaSeconds: SECONDS - second + 60, shares: { decode: 0.2, compute: 0.6, encode: 0.2 } },
    };
    emit('progress', { clipId, progress });
  }
  emit('timing', { clipId, timing });
}

async function heapAfterCollection(session: CDPSession): Promise<number> {
  // What only a finaliser lets go of is gone after the second.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize / MIB;
}

function describe(heaps: readonly { readonly seconds: number; readonly mib: number }[]): AppRow[] {
  const mibs = heaps.map(({ mib }) => mib);
  const [first = NaN, last = NaN] = [mibs[0], mibs.at(-1)];
  const messages = (1 + PROGRESS_A_SECOND) * SECONDS;
  const minutes = String((SECONDS - FULL_AFTER_SECONDS) / 60);
  const basis = `${String(messages)} messages; heap ${first.toFixed(2)} MiB after ten minutes, ${last.toFixed(2)} at the end, at most ${Math.max(...mibs).toFixed(2)}`;
  return [
    {
      figure: `heap growth over ${minutes} min of stats`,
      unit: 'MiB',
      value: last - first,
      wanted: WANTED_GROWTH_MIB,
      basis,
    },
  ];
}
