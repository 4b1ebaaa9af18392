import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { rememberLooks } from '../../../main/app/remember-looks.ts';
import type { UpscaleAdapters } from '../../../main/app/upscale-adapters.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-looks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clip = join(folder, 'clip.mp4');
const ffmpeg = join(folder, 'ffmpeg');

/** Counts what is asked for; only what the memory looks at is there. */
function counting() {
  const counts = { located: 0, probed: 0, fails: false };
  const adapters = {
    locateFfmpeg: () => {
      counts.located += 1;
      return Promise.resolve({ ffmpeg: { path: ffmpeg }, ffprobe: { path: ffmpeg } });
    },
    probeMedia: (_: unknown, path: string) => {
      counts.probed += 1;
      return counts.fails ? Promise.reject(new Error('unreadable')) : Promise.resolve({ path, number: counts.probed });
    },
  } as unknown as UpscaleAdapters;
  return { counts, looking: rememberLooks(adapters) };
}

beforeEach(() => {
  writeFileSync(clip, 'one');
  writeFileSync(ffmpeg, 'program');
});

describe('what was found of a file', () => {
  it('is asked for once, also by two at the same time', async () => {
    const { counts, looking } = counting();
    const tools = await looking.locateFfmpeg();
    const [first, second] = await Promise.all([looking.probeMedia(tools, clip), looking.probeMedia(tools, clip)]);
    expect(second).toBe(first);
    expect(await looking.probeMedia(await looking.locateFfmpeg(), clip)).toBe(first);
    expect(counts).toMatchObject({ located: 1, probed: 1 });
  });

  it('is asked for again once the file or the program has changed', async () => {
    const { counts, looking } = counting();
    const tools = await looking.locateFfmpeg();
    await looking.probeMedia(tools, clip);
    writeFileSync(clip, 'another');
    await looking.probeMedia(tools, clip);
    writeFileSync(ffmpeg, 'another program');
    await looking.locateFfmpeg();
    expect(counts).toMatchObject({ located: 2, probed: 2 });
  });

  it('is not kept where it failed, nor of a row of pictures, nor of a file that is not there', async () => {
    const { counts, looking } = counting();
    const tools = await looking.locateFfmpeg();
    counts.fails = true;
    await expect(looking.probeMedia(tools, clip)).rejects.toThrow('unreadable');
    counts.fails = false;
    for (const path of [
      clip,
      join(folder, '%04d.png'),
      join(folder, '%04d.png'),
      join(folder, 'gone'),
      join(folder, 'gone'),
    ])
      await looking.probeMedia(tools, path);
    expect(counts.probed).toBe(6);
  });
});
