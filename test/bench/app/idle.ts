import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { OpenBrowser } from '../../helpers/browser/open-browser.ts';
import { canListProcesses } from '../../helpers/processes.ts';
import type { MarkedProcess } from '../../helpers/processes.ts';
import type { AppRow } from './app.ts';

const SECONDS = 20;
const SETTLING_SECONDS = 10;
const WANTED_PERCENT = 1;
/** Ticks of the kernel's processor clocks; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const processesSchema = z.object({ processInfo: z.array(z.object({ type: z.string(), cpuTime: z.number() })) });

/** Processor time of a page and its server while nobody does anything, in percent of one core. */
export async function measureIdle(
  { context }: OpenBrowser,
  { listProcesses }: { readonly listProcesses: () => readonly MarkedProcess[] },
): Promise<AppRow[]> {
  const session = await context.browser()?.newBrowserCDPSession();
  if (!session || !canListProcesses) {
    console.error('skipped: processor time at rest can be read on Linux alone');
    return [];
  }
  const look = async () => {
    const { processInfo } = processesSchema.parse(await session.send('SystemInfo.getProcessInfo'));
    const of = (type: string) =>
      processInfo.filter((info) => info.type === type).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    const server = new Map(listProcesses().map(({ pid }) => [pid, cpuSeconds(pid)]));
    return { renderer: of('renderer'), rest: of('browser') + of('GPU'), server, at: performance.now() };
  };
  // What a clip that was dropped last takes is tried on some seconds of it.
  await new Promise((resolve) => setTimeout(resolve, 1000 * SETTLING_SECONDS));
  const before = await look();
  await new Promise((resolve) => setTimeout(resolve, 1000 * SECONDS));
  const after = await look();
  await session.detach();
  const percent = (seconds: number) => (100_000 * seconds) / (after.at - before.at);
  // A process that has ended meanwhile cannot be asked any more; one that is new has all its time in between.
  const ended = [...before.server.keys()].filter((pid) => !after.server.has(pid));
  if (ended.length > 0) throw new Error(`expected the app's processes to stay but ${String(ended.length)} ended`);
  const grown = [...after.server].reduce((sum, [pid, seconds]) => sum + seconds - (before.server.get(pid) ?? 0), 0);
  const server = percent(grown);
  const [renderer, rest] = [percent(after.renderer - before.renderer), percent(after.rest - before.rest)];
  const basis = `${String(SECONDS)} s: page ${renderer.toFixed(2)}, server ${server.toFixed(2)}; Chromium beside its pages ${rest.toFixed(2)}`;
  return [{ figure: 'at rest', unit: '% of a core', value: renderer + server, wanted: WANTED_PERCENT, basis }];
}

function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
