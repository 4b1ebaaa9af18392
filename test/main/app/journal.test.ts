import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findChanges } from '../../../main/app/job-changes.ts';
import { Journal, formatJournal, parseJournal, readJournal } from '../../../main/app/journal.ts';
import { makeIdentity } from '../../helpers/job-identity.ts';
import { makeRequest } from '../../helpers/upscale-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-journal-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const request = makeRequest('/clip.mp4', null);

const mark = { sourceSha256: 'f0', isBlack: false };

describe('journal', () => {
  it('names what is done, with evidence, and is whole after every entry', async () => {
    mkdirSync(at('job'));
    const identity = makeIdentity();
    const journal = await Journal.create(at('job'), request, identity);
    expect(await readJournal(at('job'))).toEqual({ request, identity, segments: [], publishing: null });
    writeFileSync(at('job/000000.nut'), 'abc');
    await journal.enter(0, at('job/000000.nut'), { frames: 120, firstPts: 0, lastPts: 1190 }, mark);
    const content = await readJournal(at('job'));
    expect(content?.segments).toEqual([
      {
        ...{ segment: 0, file: '000000.nut', frames: 120, firstPts: 0, lastPts: 1190, sizeBytes: 3, ...mark },
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // FIPS 180-2, "abc"
      },
    ]);
    expect(readdirSync(at('job')).sort()).toEqual(['000000.nut', 'journal.json']);
    const again = await Journal.create(at('job'), request, identity, content?.segments);
    expect(again.frames).toBe(120);
    expect(await readJournal(at('none'))).toBeNull();
  });

  it('is never believed when it was cut at any byte or altered at any', () => {
    const segment = { segment: 0, file: '000000.nut', frames: 5, firstPts: 0, lastPts: 4, sizeBytes: 3, sha256: 'ab' };
    const content = { request, identity: makeIdentity(), segments: [{ ...segment, ...mark }], publishing: null };
    const text = formatJournal(content);
    expect(parseJournal(text)).toEqual(content);
    for (let length = 0; length < text.length; length++) {
      expect(() => parseJournal(text.slice(0, length))).toThrow(/^expected a whole journal but /);
    }
    // The same to JSON, but nobody wrote it so.
    const twice = text.replace('"publishing":null', '"publishing":null,"publishing":null');
    for (const altered of [`${text} `, twice]) expect(() => parseJournal(altered)).toThrow(/it was altered$/);
    const bytes = Buffer.from(text);
    for (let place = 0; place < bytes.length; place++) {
      const altered = Buffer.from(bytes);
      altered[place]! ^= 1;
      expect(() => parseJournal(altered.toString())).toThrow(/^expected a whole journal but /);
    }
  });

  it('says which file is damaged', async () => {
    mkdirSync(at('cut'));
    writeFileSync(at('cut/journal.json'), readFileSync(at('job/journal.json'), 'utf8').slice(0, -1));
    await expect(readJournal(at('cut'))).rejects.toMatchObject({
      code: 'journal-damaged',
      message: `expected a whole journal but it is cut off or altered: ${at('cut/journal.json')}`,
    });
  });
});

describe('what changed since a job was begun', () => {
  const before = makeIdentity();
  const reasons = (change: Parameters<typeof makeIdentity>[0]): string[] =>
    findChanges(before, makeIdentity(change)).map(({ reason, decision }) => `${reason}: ${decision}`);

  it('is named, and what follows from it is decided', () => {
    expect(reasons({})).toEqual([]);
    expect(reasons({ input: { ...before.input, modifiedMs: 2 } })).toEqual(['input-renewed: go-on']);
    expect(reasons({ input: { ...before.input, sizeBytes: 2 } })).toEqual(['input-changed: refuse']);
    expect(reasons({ input: { ...before.input, sampledSha256: '2' } })).toEqual(['input-changed: refuse']);
    expect(reasons({ model: { name: 'm', sha256: '2' } })).toEqual(['model-changed: refuse']);
    expect(reasons({ arithmetic: 'int8' })).toEqual(['arithmetic-changed: refuse']);
    expect(reasons({ runtime: 'onnx' })).toEqual(['runtime-changed: go-on']);
    expect(reasons({ engine: '2' })).toEqual(['engine-changed: go-on']);
    expect(reasons({ ffmpegVersion: '7' })).toEqual(['ffmpeg-changed: go-on']);
    expect(reasons({ ffmpegVersion: '7', encoderSha256: '2' })).toEqual(['encoder-changed: refuse']);
    expect(reasons({ engine: '2', plan: { segmentFrames: 6 } })).toEqual([
      'settings-changed: refuse',
      'engine-changed: go-on',
    ]);
  });

  it('is told with both values', () => {
    const [change] = findChanges(before, makeIdentity({ plan: { segmentFrames: 6, encoder: { crf: 18 } } }));
    expect(change?.words).toBe(
      'the settings differ (segmentFrames was 5 and is 6; encoder was nothing and is {"crf":18})',
    );
  });
});
