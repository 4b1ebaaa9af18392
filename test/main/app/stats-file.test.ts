import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { StatsFile } from '../../../main/app/stats-file.ts';
import { STAGE_NAMES } from '../../../main/core/stats.ts';
import type { FrameRow, StageTimes } from '../../../main/core/stats.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-stats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const none = Object.fromEntries(STAGE_NAMES.map((stage) => [stage, 0])) as StageTimes;
const row = (index: number, lane = 'sparse'): FrameRow => ({
  ...none,
  index,
  ptsSeconds: index / 25,
  lane,
  compute: 1.23456,
});

function fileOf(name: string): { path: string; stats: StatsFile } {
  const path = join(folder, name);
  return { path, stats: new StatsFile(path, `${path}.rows`, 'int8') };
}

/** More than is gathered before it is written. */
const MANY = 2000;

describe('the file of stats', () => {
  it('holds a JSON object for every frame', async () => {
    const { path, stats } = fileOf('all.json');
    for (let i = 0; i < MANY; i++) stats.add(row(i));
    await stats.publish();
    const rows = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>[];
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: MANY }, (_, i) => i));
    expect(rows[7]).toMatchObject({
      ptsSeconds: 0.28,
      lane: 'sparse',
      arithmetic: 'int8',
      computeMs: 1.235,
      queueMs: 0,
    });
  });

  it('forgets what is computed again', async () => {
    const { path, stats } = fileOf('again.csv');
    for (let i = 0; i < MANY; i++) stats.add(row(i));
    await stats.truncate(1500);
    stats.add(row(1500, 'llvmpipe (LLVM 15, 256 bits)'));
    await stats.publish();
    const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(header).toMatch(/^index,ptsSeconds,lane,arithmetic,decodeWaitMs,/);
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(Array.from({ length: 1501 }, (_, i) => i));
    expect(lines.at(-1)).toMatch(/^1500,60,"llvmpipe \(LLVM 15, 256 bits\)",int8,0,/);
  });

  it('is whole without a frame', async () => {
    const [json, csv] = [fileOf('none.json'), fileOf('none.csv')];
    await Promise.all([json.stats.publish(), csv.stats.publish()]);
    expect(JSON.parse(readFileSync(json.path, 'utf8'))).toEqual([]);
    expect(readFileSync(csv.path, 'utf8')).toMatch(/^index,.*Ms\n$/);
  });
});
