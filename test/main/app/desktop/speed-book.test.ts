import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SpeedBook } from '../../../../main/app/desktop/speed-book.ts';
import type { Described } from '../../../../main/contract/engine-messages.ts';
import type { UpscaleRequest, UpscaleResult } from '../../../../main/contract/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-speeds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = { device: 'cpu', codec: 'x264', crf: 16, preset: 'medium' } as UpscaleRequest;
const to = { width: 1000, height: 1000 };
const described = { model: 'm', totalFrames: 100, to } as Described;
const result = (frames: number, wallSeconds: number, outputBytes: number) =>
  ({ model: 'm', frames, wallSeconds, pipelineSeconds: wallSeconds - 1, outputBytes, to }) as UpscaleResult;

describe('what a job may take', () => {
  it('is unknown at first, then what a trial says without its start, then what jobs took', async () => {
    const path = join(folder, 'speeds.json');
    const book = await SpeedBook.open(path);
    expect(book.expect(request, described)).toEqual({ expectedSeconds: null, expectedBytes: null, basis: 0 });
    await book.enter(request, result(10, 3, 500), 'trial');
    expect(book.expect(request, described)).toEqual({ expectedSeconds: 20, expectedBytes: 5000, basis: 0 });
    await book.enter(request, result(50, 4, 1000), 'job');
    await book.enter(request, result(50, 8, 3000), 'job');
    await book.enter(request, result(10, 99, 99), 'trial');
    const known = { expectedSeconds: 12, expectedBytes: 4000, basis: 2 };
    expect(book.expect(request, described)).toEqual(known);
    expect((await SpeedBook.open(path)).expect(request, described)).toEqual(known);
    expect((await SpeedBook.open(path)).expect({ ...request, crf: 20 }, described).expectedSeconds).toBeNull();
  });
});
