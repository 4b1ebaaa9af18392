import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axisOf, ticksOf } from '../../../../models/search/page/svg.ts';
import { writeResults } from '../../../../models/search/page/page.ts';
import { appendRow, readRows } from '../../../../models/search/records.ts';
import { parseTarget, planSearch } from '../../../../models/search/settings.ts';
import { evaluationsFile, paretoFront } from '../../../../models/search/stages/architecture.ts';
import { finishStage } from '../../../../models/search/stages/stage.ts';

const settings = planSearch({
  device: 'cpu',
  scale: 2,
  targetMs: 6,
  isQuick: true,
  seed: 1,
  dense: null,
  gmac: null,
  teacher: null,
});
const rows = [
  { encoding: 'x2 edge8:none tail:none', psnr: 31, ms: 2, gmac: 0.4, weights: 900, seconds: 1 },
  { encoding: 'x2 wide16*2:none,block8x4,filter tail:none', psnr: 32, ms: 5, gmac: 1, weights: 4000, seconds: 1 },
  { encoding: 'x2 plain16:pattern skip tail:none', psnr: 30.5, ms: 4, gmac: 1, weights: 4000, seconds: 1 },
];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-page-'));
  for (const row of rows) await appendRow(evaluationsFile(folder), row);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the page of results', () => {
  it('is one self-contained file that shows what is done so far', async () => {
    const early = await readFile(await writeResults(folder, settings, 'mine'), 'utf8');
    expect(early).toContain('3 architectures, 2 of them beaten by none');
    expect(early).toContain('The search is not done.');
    await finishStage(folder, 'architecture', { encoding: rows[1]!.encoding, evaluation: rows[1], front: [] });
    await finishStage(folder, 'ratios', {
      ...{ step: 5, lrPixels: 100, keptShare: 0.5, keptGmac: 0.7 },
      layers: [{ scheme: 'block8x4', kept: 0.25, shape: '16→16 3×3' }],
    });
    for (const step of [10, 20]) {
      await appendRow(join(folder, 'finetune', 'log.jsonl'), { step, loss: 1 / step, validationPsnr: 30 + step });
    }
    const page = await readFile(await writeResults(folder, settings, 'mine'), 'utf8');
    expect(page).toContain('Chosen: 32.000 dB at 5.00 ms');
    expect(page).toContain('1×1  →32');
    expect(page).toContain('25 %');
    expect(page).toContain('<figcaption>Fine-tuning</figcaption>');
    expect(page).not.toMatch(/(src|href)=|url\(|@import|NaN|undefined/);
  });
});

describe('its parts', () => {
  it('keeps the front, fastest first', () => {
    expect(paretoFront(rows).map(({ ms }) => ms)).toEqual([2, 5]);
  });

  it('puts ticks at round numbers within the axis', () => {
    expect(ticksOf({ label: '', low: 0.3, high: 5.9 })).toEqual([1, 2, 3, 4, 5]);
    const axis = axisOf('', [7, 7]);
    expect(axis.high).toBeGreaterThan(axis.low);
    expect(ticksOf(axis).every((t) => t >= axis.low && t <= axis.high)).toBe(true);
  });

  it('reads rows back although one was cut off', async () => {
    const path = join(folder, 'rows.jsonl');
    await appendRow(path, { a: 1 });
    const { appendFile } = await import('node:fs/promises');
    await appendFile(path, '\n{"a":2');
    await appendRow(path, { a: 3 });
    expect(await readRows(path)).toEqual([{ a: 1 }, { a: 3 }]);
  });

  it('understands times and rates', () => {
    expect(parseTarget('10ms')).toBe(10);
    expect(parseTarget('60fps')).toBeCloseTo(16.667, 3);
    expect(() => parseTarget('0ms')).toThrow("expected a target such as 10ms or 60fps but got '0ms'");
  });
});
