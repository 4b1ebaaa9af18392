import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../main/adapters/ffmpeg/tools.ts';
import { upscaleAdapters } from '../../../main/app/compose.ts';
import { formatJournal, parseJournal } from '../../../main/app/journal.ts';
import type { JournalContent } from '../../../main/app/journal.ts';
import type { UpscaleAdapters } from '../../../main/app/upscale-adapters.ts';
import { upscale } from '../../../main/app/upscale.ts';
import { discardJob, findUnfinished, requestToResume } from '../../../main/app/unfinished.ts';
import type { UpscaleRequest } from '../../../main/contract/messages.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import type { OutputPlan } from '../../../main/core/output-plan.ts';
import { inspectMedia } from '../../helpers/inspect-media.ts';
import { makeClip } from '../../helpers/make-clip.ts';
import { writeTinyModel } from '../../helpers/tiny-model.ts';
import { makeRequest } from '../../helpers/upscale-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-resume-'));
const at = (name: string): string => join(folder, name);
let tools: FfmpegTools;
let model: string;

beforeAll(async () => {
  tools = await upscaleAdapters.locateFfmpeg();
  model = writeTinyModel(at('luma2.onnx'), 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(liveFrameCount()).toBe(0));

async function run(request: UpscaleRequest, adapters: Partial<UpscaleAdapters> = {}, stop = new AbortController()) {
  const notes: string[] = [];
  const context = {
    adapters: { ...upscaleAdapters, ...adapters },
    signal: stop.signal,
    onProgress: () => undefined,
    onPlanned: (planned: { notes: string[] }) => notes.push(...planned.notes),
  };
  return { result: await upscale(request, context), notes };
}

/** Runs until the encoder of this segment is asked for, then stops. @returns the error's message */
async function interrupt(request: UpscaleRequest, segment: number): Promise<string> {
  const stop = new AbortController();
  const openEncoder: UpscaleAdapters['openEncoder'] = async (...args) => {
    if (args[2].segmentIndex === segment) setTimeout(() => stop.abort(), 10);
    return upscaleAdapters.openEncoder(...args);
  };
  return run(request, { openEncoder }, stop).then(
    () => 'it went through',
    (error: unknown) => (error as Error).message,
  );
}

/** A clip, the output of an uninterrupted job, and an interrupted job of the same settings. */
async function interrupted(name: string, clip: Parameters<typeof makeClip>[2], segment: number) {
  const input = makeClip(tools.ffmpeg.path, at(name), clip);
  const whole = await run(makeRequest(input, model, { outputPath: at(`whole-${name}`) }));
  const request = makeRequest(input, model);
  const message = await interrupt(request, segment);
  const outputPath = at(name.replace('.', '-x2.'));
  const work = at(`.${name.replace('.', '-x2.')}.tandem-part`);
  return { input, request, message, work, outputPath, whole: readFileSync(whole.result.outputPath) };
}

const readContent = (work: string): JournalContent => parseJournal(readFileSync(join(work, 'journal.json'), 'utf8'));
const rewrite = (work: string, change: (content: JournalContent) => JournalContent): void =>
  writeFileSync(join(work, 'journal.json'), formatJournal(change(readContent(work))));

describe('an interrupted job', () => {
  it('keeps its finished segments, says so, and goes on to the very same file', async () => {
    const job = await interrupted('plain.mp4', { frames: 43, sound: true }, 5);
    const { frames } = { frames: readContent(job.work).segments.length * 5 };
    expect(frames).toBeGreaterThan(0);
    expect(job.message).toBe(`stopped: ${frames} finished frames are kept and \`tandem resume\` goes on from there`);
    expect(readdirSync(job.work).every((name) => /^(journal\.json|\d{6}\.nut)$/.test(name))).toBe(true);
    const [found] = await findUnfinished(job.input);
    expect(found).toMatchObject({ workFolder: job.work, outputPath: job.outputPath, frames, owner: null });
    const { result, notes } = await run(requestToResume(found!));
    expect(result).toMatchObject({ frames: 43, keptFrames: frames });
    expect(notes[0]).toBe(`Goes on with an interrupted job: its first ${frames} frames are kept.`);
    expect(readFileSync(result.outputPath).equals(job.whole)).toBe(true);
    expect(existsSync(job.work)).toBe(false);
  });

  it('decodes again from a key frame near by, or from the beginning where it must', async () => {
    const clip = { frames: 60, size: '32x24', filters: ['setpts=25*PTS'], args: ['-r', '1', '-g', '5', '-bf', '2'] };
    const job = await interrupted('long.mp4', clip, 8);
    const seeks: (number | null)[] = [];
    const openDecoder = (
      tools_: FfmpegTools,
      media: Parameters<UpscaleAdapters['openDecoder']>[1],
      plan: OutputPlan,
      options?: object,
    ) => {
      seeks.push(plan.source.seekSeconds);
      return upscaleAdapters.openDecoder(tools_, media, plan, options);
    };
    const saved = new Map(readdirSync(job.work).map((name) => [name, readFileSync(join(job.work, name))]));
    const { result } = await run(job.request, { openDecoder });
    expect(readFileSync(result.outputPath).equals(job.whole)).toBe(true);
    expect(seeks).toHaveLength(1);
    expect(seeks[0]).toBeGreaterThan(2);
    // The same interrupted job with another hash of its last source frame: neither way finds it.
    rmSync(result.outputPath);
    mkdirSync(job.work);
    for (const [name, bytes] of saved) writeFileSync(join(job.work, name), bytes);
    const strange = (content: JournalContent) => {
      const segments = content.segments.map((entry, i, all) =>
        i === all.length - 1 ? { ...entry, sourceSha256: '0' } : entry,
      );
      return { ...content, segments };
    };
    rewrite(job.work, strange);
    seeks.length = 0;
    await expect(run(job.request, { openDecoder })).rejects.toMatchObject({ code: 'resume-refused' });
    expect(seeks).toEqual([expect.any(Number), null]);
    expect(existsSync(job.work)).toBe(true);
    const { result: anew, notes } = await run({ ...job.request, unfinished: 'restart' });
    expect([anew.keptFrames, notes]).toEqual([0, []]);
    expect(readFileSync(anew.outputPath).equals(job.whole)).toBe(true);
  });

  it('does again from a segment that is damaged or missing, and says so', async () => {
    for (const how of ['damaged', 'missing'] as const) {
      const job = await interrupted(`${how}.mp4`, { frames: 40 }, 6);
      const second = join(job.work, '000001.nut');
      if (how === 'missing') rmSync(second);
      else writeFileSync(second, Buffer.from(readFileSync(second)).fill(0, 400, 401));
      const count = readContent(job.work).segments.length;
      const { result, notes } = await run(job.request);
      expect(result.keptFrames).toBe(5);
      expect(notes).toContain(`Segment 2 of ${count} is ${how}; from there on the work is done again.`);
      expect(readFileSync(result.outputPath).equals(job.whole)).toBe(true);
    }
  });

  it('goes on with what does not matter and refuses what does, losing nothing', async () => {
    const job = await interrupted('changed.mp4', { frames: 40 }, 6);
    const before = readdirSync(job.work).sort();
    await expect(run({ ...job.request, crf: 30 })).rejects.toMatchObject({
      code: 'resume-refused',
      message: expect.stringMatching(
        /^expected to go on .*\d+ frames are finished.*encoder\.args was .*-crf 15.* is .*-crf 30.*--restart begins anew$/,
      ) as string,
    });
    expect(readdirSync(job.work).sort()).toEqual(before);
    copyFileSync(job.input, at('kept.mp4'));
    writeFileSync(job.input, Buffer.concat([readFileSync(job.input), Buffer.alloc(8)]));
    await expect(run(job.request)).rejects.toThrow(/changed\.mp4 had \d+ bytes and has \d+; --restart/);
    copyFileSync(at('kept.mp4'), job.input);
    utimesSync(job.input, new Date(0), new Date(0));
    const { result, notes } = await run({ ...job.request, threads: 2 });
    expect(notes.some((note) => /^Changed since it was interrupted: .*written anew/.test(note))).toBe(true);
    expect(readFileSync(result.outputPath).equals(job.whole)).toBe(true);
  });

  it('is begun anew where its journal is damaged, and says so; resume says it, too', async () => {
    const job = await interrupted('cut.mp4', { frames: 30 }, 4);
    const path = join(job.work, 'journal.json');
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    const [found] = await findUnfinished(job.outputPath);
    expect(() => requestToResume(found!)).toThrow(/^expected a whole journal but it is cut off/);
    const { result, notes } = await run(job.request);
    expect(notes[0]).toMatch(/^Begins anew: .*journal .*cut off/);
    expect(result.keptFrames).toBe(0);
    expect(readFileSync(result.outputPath).equals(job.whole)).toBe(true);
  });

  it('is known again when it was killed between the renaming and the clearing up', async () => {
    const job = await interrupted('named.mp4', { frames: 30 }, 4);
    const { result } = await run(job.request);
    expect(existsSync(job.work)).toBe(false);
    const again = await interrupted('named.mp4', { frames: 30 }, 4).catch((error: unknown) => error);
    expect(again).toMatchObject({ code: 'output-exists' });
    rmSync(result.outputPath);
    const third = makeRequest(job.input, model);
    await interrupt(third, 4);
    writeFileSync(job.outputPath, job.whole);
    const { size: sizeBytes, ino: inode } = statSync(job.outputPath);
    await expect(run(third)).rejects.toMatchObject({ code: 'output-exists' });
    rewrite(job.work, (content) => ({ ...content, publishing: { sizeBytes, inode } }));
    const { result: known } = await run(third);
    expect(known).toMatchObject({ outputPath: job.outputPath, outputBytes: sizeBytes });
    expect(existsSync(job.work)).toBe(false);
  });

  it('computes no picture of a slow open segment twice', async () => {
    const input = makeClip(tools.ffmpeg.path, at('slow.mp4'), { frames: 24, size: '32x24' });
    const whole = await run(makeRequest(input, model, { outputPath: at('slow-whole.mp4'), segmentFrames: 120 }));
    let computed = 0;
    const stop = new AbortController();
    const createRuntime: UpscaleAdapters['createRuntime'] = (device) => {
      const runtime = upscaleAdapters.createRuntime(device);
      return {
        ...runtime,
        open: async (...args) => {
          const session = await runtime.open(...args);
          const slowly = async (...planes: Parameters<typeof session.run>) => {
            await sleep(90);
            await session.run(...planes);
            if ((computed += 1) === 12) stop.abort();
          };
          return { arithmetic: session.arithmetic, run: slowly, close: () => session.close() };
        },
      };
    };
    const request = makeRequest(input, model, { segmentFrames: 120 });
    await expect(run(request, { createRuntime }, stop)).rejects.toThrow('the pictures made so far are kept');
    const before = computed;
    const { result } = await run(request, { createRuntime });
    // Two may have been on their way when it was stopped.
    expect(computed).toBeLessThanOrEqual(24 + 2);
    expect(before).toBeGreaterThanOrEqual(12);
    expect(readFileSync(result.outputPath).equals(readFileSync(whole.result.outputPath))).toBe(true);
  });

  it('keeps every stamp where B-frames, uneven times, a long frame at a boundary and a last segment of one frame meet', async () => {
    // Segments of five: the sixth frame, which opens the second, stands two seconds; the sixteenth is alone in the last.
    const uneven = ["setpts='(N+mod(N,3)*0.3+gte(N,6)*50)/25/TB'"];
    const input = makeClip(tools.ffmpeg.path, at('uneven.mp4'), {
      frames: 16,
      filters: uneven,
      args: ['-vsync', 'vfr', '-bf', '2'],
    });
    const { result } = await run(makeRequest(input, model, { preset: 'veryfast' }));
    const [source, made] = [
      await inspectMedia(tools.ffprobe.path, input),
      await inspectMedia(tools.ffprobe.path, result.outputPath),
    ];
    expect(source.times).toHaveLength(16);
    expect(Math.max(...source.times.map((time, i) => time - (source.times[i - 1] ?? 0)))).toBeGreaterThan(1.9);
    expect(made.times).toEqual(source.times);
  });

  it('can be thrown away, and there is nothing to resume then', async () => {
    const job = await interrupted('discard.mp4', { frames: 30 }, 4);
    const found = (await findUnfinished(folder)).filter(({ workFolder }) => workFolder === job.work);
    await discardJob(found[0]!);
    expect(existsSync(job.work)).toBe(false);
    await expect(findUnfinished(job.input)).rejects.toMatchObject({ code: 'input-missing' });
  });
});
