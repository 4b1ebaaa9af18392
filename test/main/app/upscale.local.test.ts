import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../main/adapters/ffmpeg/tools.ts';
import { upscaleAdapters } from '../../../main/app/compose.ts';
import { loadModel } from '../../../main/app/models.ts';
import { upscale } from '../../../main/app/upscale.ts';
import type { UpscaleAdapters } from '../../../main/app/upscale-adapters.ts';
import type { Planned, UpscaleRequest } from '../../../main/contract/messages.ts';
import { isAppError } from '../../../main/core/errors.ts';
import { liveFrameCount } from '../../../main/core/frame.ts';
import { quantiseModel } from '../../../models/compiler/int8/quantise.ts';
import { encodeOnnx } from '../../../models/format/onnx.ts';
import { whyEngineMissing } from '../../../native-bridge/cpu/engine.ts';
import { inspectMedia } from '../../helpers/inspect-media.ts';
import { decodeFrames, makeClip } from '../../helpers/make-clip.ts';
import type { ClipOptions } from '../../helpers/make-clip.ts';
import { makeTinyModel, writeTinyModel } from '../../helpers/tiny-model.ts';
import { makeRequest } from '../../helpers/upscale-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-upscale-'));
const at = (name: string): string => join(folder, name);
let tools: FfmpegTools;
let luma2: string;

beforeAll(async () => {
  tools = await upscaleAdapters.locateFfmpeg();
  luma2 = writeTinyModel(at('luma2.onnx'), 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(liveFrameCount()).toBe(0));

const clip = (name: string, options: ClipOptions = {}): string => makeClip(tools.ffmpeg.path, at(name), options);

async function run(request: UpscaleRequest, adapters: UpscaleAdapters = upscaleAdapters, stop = new AbortController()) {
  const planned: Planned[] = [];
  const ignore = (): void => undefined;
  const context = { adapters, signal: stop.signal, onProgress: ignore };
  const result = await upscale(request, { ...context, onPlanned: (value) => planned.push(value) });
  return { result, planned };
}

async function runClip(name: string, options: ClipOptions, more: Partial<UpscaleRequest> = {}) {
  const input = clip(name, options);
  const { result, planned } = await run(makeRequest(input, luma2, more));
  const source = await inspectMedia(tools.ffprobe.path, input);
  const output = await inspectMedia(tools.ffprobe.path, result.outputPath);
  return { input, result, planned, source, output };
}

describe('upscaling a clip', () => {
  it('keeps constant frames, sound and picture, and removes its work folder', async () => {
    const { result, planned, source, output, input } = await runClip('cfr.mp4', { frames: 23, sound: true });
    expect(result.outputPath).toBe(at('cfr-x2.mp4'));
    expect([output.width, output.height, output.times.length]).toEqual([128, 96, 23]);
    expect(output.times).toEqual(source.times);
    expect(output.tracks).toEqual(source.tracks);
    expect(planned).toHaveLength(1);
    expect(result.frames).toBe(23);
    expect(readdirSync(folder).filter((name) => name.includes('tandem-part'))).toEqual([]);
    const before = decodeFrames(tools.ffmpeg.path, input, 'gray');
    const after = decodeFrames(tools.ffmpeg.path, result.outputPath, 'gray');
    const mean = (buffer: Buffer): number => buffer.reduce((sum, value) => sum + value, 0) / buffer.length;
    expect(Math.abs(mean(after) - mean(before))).toBeLessThan(1);
  });

  it('gives the same bytes every time', async () => {
    const input = clip('twice.mp4', { frames: 13, sound: true });
    const files = [];
    for (const name of ['once.mp4', 'more.mp4']) {
      const { result } = await run(makeRequest(input, luma2, { outputPath: at(name), threads: null }));
      files.push(readFileSync(result.outputPath));
    }
    expect(files[0]!.equals(files[1]!)).toBe(true);
  });

  it('keeps variable stamps and a late start', async () => {
    const vfr = ["select='not(mod(n,3))+eq(n,4)'", 'setpts=PTS+0.543/TB'];
    const { source, output } = await runClip('vfr.mp4', { frames: 17, filters: vfr, args: ['-vsync', 'vfr'] });
    expect(
      new Set(source.times.map((time, i) => Math.round(1e4 * (time - (source.times[i - 1] ?? 0))))).size,
    ).toBeGreaterThan(2);
    expect(source.times[0]).toBeGreaterThan(0.5);
    output.times.forEach((time, i) =>
      expect(Math.abs(time - source.times[i]!)).toBeLessThan(output.tickSeconds / 2 + 1e-6),
    );
    expect(output.times).toHaveLength(source.times.length);
  });

  it('takes the formats that a source may have', async () => {
    const formats: [
      name: string,
      options: ClipOptions,
      want: Partial<Record<'width' | 'height', number>> & { format: string },
    ][] = [
      [
        'odd',
        { pixelFormat: 'yuv444p', filters: ['format=yuv444p', 'crop=35:27:0:0:exact=1'] },
        { width: 70, height: 54, format: 'yuv444p' },
      ],
      // H.264 without chroma, which decoders give out as 4:2:0 with neutral chroma or as grey.
      ['grey', { pixelFormat: 'gray' }, { width: 128, height: 96, format: 'grey' }],
      ['full', { pixelFormat: 'yuvj420p' }, { width: 128, height: 96, format: 'yuvj420p' }],
      ['deep', { pixelFormat: 'yuv420p10le' }, { width: 128, height: 96, format: 'yuv420p10le' }],
      ['half', { pixelFormat: 'yuv422p' }, { width: 128, height: 96, format: 'yuv422p' }],
    ];
    for (const [name, options, { width, height, format }] of formats) {
      const { output, source } = await runClip(`${name}.mp4`, { frames: 6, ...options });
      expect({ name, width: output.width, height: output.height }).toEqual({ name, width, height });
      expect(output.pixelFormat.replace('j', '')).toMatch(
        format === 'grey' ? /^gray|^yuv420p$/ : format.replace('j', ''),
      );
      expect(output.color.range).toBe(source.color.range);
      expect(output.times).toEqual(source.times);
    }
  });

  it('keeps colour: a flat coloured clip comes out flat and of the same codes', async () => {
    const flat = ['geq=lum=150:cb=90:cr=170'];
    for (const colour of ['y', 'rgb'] as const) {
      const model = writeTinyModel(at(`flat-${colour}.onnx`), 2, colour, 0);
      const input = clip('flat.mp4', { frames: 3, filters: ['format=yuv420p', ...flat] });
      const { result } = await run(makeRequest(input, model, { outputPath: at('flat-out.mp4'), overwrite: true }));
      const samples = decodeFrames(tools.ffmpeg.path, result.outputPath, 'yuv420p').subarray(0, 128 * 96 * 1.5);
      const planes = [
        samples.subarray(0, 128 * 96),
        samples.subarray(128 * 96, 128 * 96 * 1.25),
        samples.subarray(128 * 96 * 1.25),
      ];
      planes.forEach((plane, i) => {
        for (const value of plane) expect(Math.abs(value - [150, 90, 170][i]!)).toBeLessThanOrEqual(2);
      });
    }
  });

  it('pads what the codec refuses and says so', async () => {
    const odd = writeTinyModel(at('luma3.onnx'), 3);
    const input = clip('odd3.mp4', {
      size: '34x26',
      frames: 4,
      filters: ['crop=33:25:0:0:exact=1'],
      pixelFormat: 'yuv444p',
    });
    const { result, planned } = await run(makeRequest(input, odd));
    expect(result.to).toEqual({ width: 99, height: 75 });
    expect(planned[0]?.notes).toEqual(result.notes);
  });

  it('cuts a span, writes stats, and calls each stage by its name', async () => {
    const { result, output } = await runClip(
      'span.mp4',
      { frames: 50 },
      { fromSeconds: 0.4, toSeconds: 1.2, statsPath: at('s.csv') },
    );
    expect(result.frames).toBe(20);
    expect(output.times).toHaveLength(20);
    const lines = readFileSync(at('s.csv'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines[0]).toMatch(/^index,ptsSeconds,lane,arithmetic,decodeWaitMs,queueMs,.*computeMs,.*encodeWaitMs$/);
    expect(result.stages.find(({ stage }) => stage === 'compute')?.sum).toBeGreaterThan(0);
  });

  it('gives the same picture with the reference runtime, within one code of the encoder', async () => {
    const input = clip('same.mp4', { frames: 3, size: '32x24' });
    const outputs = await Promise.all(
      (['auto', 'reference'] as const).map(async (device) => {
        const request = makeRequest(input, luma2, { device, crf: 0, outputPath: at(`same-${device}.mp4`) });
        const { result } = await run(request);
        const fastest = whyEngineMissing() === null ? 'sparse' : 'onnx';
        expect(result.runtime).toBe(device === 'auto' ? fastest : 'reference');
        return decodeFrames(tools.ffmpeg.path, result.outputPath, 'yuv420p');
      }),
    );
    const worst = outputs[0]!.reduce((most, value, i) => Math.max(most, Math.abs(value - outputs[1]![i]!)), 0);
    expect(worst).toBeLessThanOrEqual(1);
  });
});

describe('the arithmetic of a job', () => {
  const isMissing = whyEngineMissing() !== null;
  const clipAt = (name: string): string => clip(name, { frames: 3, size: '32x24', pixelFormat: 'yuv420p10le' });

  it.each([
    ['int8 where the model has it', 'yuv420p', 'int8'],
    ['f32 where samples are finer than 8 bits', 'yuv420p10le', 'f32'],
  ] as const)('is %s, another when that is asked for, and named everywhere', async (_, pixelFormat, own) => {
    const input = clip(`both-${pixelFormat}.mp4`, { frames: 3, size: '32x24', pixelFormat });
    for (const arithmetic of [null, 'int8', 'f32'] as const) {
      const place = { outputPath: at(`${own}-${arithmetic}.mp4`), statsPath: at(`${own}-${arithmetic}.json`) };
      const journals: string[] = [];
      const joinSegments: UpscaleAdapters['joinSegments'] = (...args) => {
        journals.push(readFileSync(join(dirname(args[4]), 'journal.json'), 'utf8'));
        return upscaleAdapters.joinSegments(...args);
      };
      const request = makeRequest(input, 'tandem-x2-fast', { arithmetic, ...place });
      const { result, planned } = await run(request, { ...upscaleAdapters, joinSegments });
      const wanted = arithmetic ?? (isMissing ? 'f32' : own);
      expect([result.arithmetic, planned[0]?.arithmetic]).toEqual([wanted, wanted]);
      const { content } = JSON.parse(journals[0]!) as { content: { identity: Record<string, unknown> } };
      const { files } = (await loadModel('tandem-x2-fast')).manifest!;
      const { sha256 } = wanted === 'int8' ? files.int8! : files.model;
      expect(content.identity).toMatchObject({ arithmetic: wanted, model: { sha256 } });
      const rows = JSON.parse(readFileSync(place.statsPath, 'utf8')) as Record<string, unknown>[];
      expect(rows.map((row) => row.arithmetic)).toEqual([wanted, wanted, wanted]);
    }
  });

  it('int8 gives the bits of the integer reference, at 10 bits too', async () => {
    const input = clipAt('bits.mp4');
    const outputs = [];
    for (const device of ['cpu', 'reference'] as const) {
      const outputPath = at(`bits-${device}.mp4`);
      const request = makeRequest(input, 'tandem-x2-fast', { device, arithmetic: 'int8', crf: 0, outputPath });
      const { result } = await run(request);
      if (device === 'cpu' && result.runtime === 'onnx') return;
      outputs.push(decodeFrames(tools.ffmpeg.path, result.outputPath, 'yuv420p10le'));
    }
    expect(outputs[0]!.equals(outputs[1]!)).toBe(true);
  });

  it('is that of the file where a user brings one of int8', async () => {
    const samples = [{ dims: [1, 1, 4, 4], data: Float32Array.from({ length: 16 }, (_, i) => i / 16) }];
    const path = at('own-int8.onnx');
    writeFileSync(path, encodeOnnx(quantiseModel(makeTinyModel(2), { samples, inputMaximum: 1 })));
    const input = clipAt('own.mp4');
    expect((await run(makeRequest(input, path))).result.arithmetic).toBe('int8');
    const asked = makeRequest(input, path, { arithmetic: 'f32', overwrite: true });
    await expect(run(asked)).rejects.toThrow("expected model 'own-int8' in f32 but it comes in int8");
    const none = makeRequest(input, luma2, { arithmetic: 'int8', overwrite: true });
    await expect(run(none)).rejects.toThrow("expected model 'luma2' in int8 but it comes in f32");
  });
});

describe('a job that cannot be', () => {
  async function refuse(
    request: UpscaleRequest,
    adapters?: UpscaleAdapters,
    stop?: AbortController,
    leaves: string[] = [],
  ): Promise<string> {
    const before = readdirSync(folder).sort();
    try {
      await run(request, adapters, stop);
    } catch (error) {
      expect(
        readdirSync(folder)
          .sort()
          .filter((name) => !before.includes(name)),
      ).toEqual(leaves);
      expect(isAppError(error)).toBe(true);
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
    return 'it went through';
  }

  it('is refused with one sentence and leaves nothing', async () => {
    const good = clip('good.mp4');
    writeFileSync(at('text.mp4'), 'this is no video');
    writeFileSync(at('empty.mp4'), '');
    writeFileSync(at('damaged.onnx'), readFileSync(luma2).subarray(0, 200));
    const cases: [UpscaleRequest, RegExp][] = [
      [makeRequest(at('nowhere.mp4'), luma2), /^input-missing: /],
      [makeRequest(folder, luma2), /^input-unreadable: .*folder/],
      [makeRequest(at('empty.mp4'), luma2), /^input-unreadable: .*empty/],
      [makeRequest(at('text.mp4'), luma2), /^input-un/],
      [makeRequest(good, at('damaged.onnx')), /^model-invalid: /],
      [makeRequest(good, at('missing.onnx')), /^input-missing: /],
      [makeRequest(good, 'no-such-model'), /^wrong-usage: .*zoo/],
      [makeRequest(good, luma2, { scale: 3 }), /^wrong-usage: .*3 times.*2 times/],
      [
        makeRequest(good, luma2, { model: null, scale: 7 }),
        /^wrong-usage: expected a scale that a model of the zoo has .* but got 7/,
      ],
      [makeRequest(good, luma2, { outputPath: at('no/such/folder.mp4') }), /^output-unwritable: .*folder/],
      [makeRequest(good, luma2, { statsPath: at('no/such/folder.csv') }), /^output-unwritable: .*folder\.csv/],
      [makeRequest(good, luma2, { statsPath: at('empty.mp4') }), /^output-exists: /],
      [makeRequest(good, luma2, { statsPath: good, overwrite: true }), /^wrong-usage: .*the input itself/],
      [makeRequest(good, luma2, { fromSeconds: 0.001, toSeconds: 0.002 }), /^(wrong-usage|input-unreadable): .*none/],
      [makeRequest(good, luma2, { outputPath: good }), /^wrong-usage: .*the input itself/],
      [makeRequest(good, luma2, { outputPath: good, overwrite: true }), /^wrong-usage: .*the input itself/],
    ];
    for (const [request, message] of cases) expect(await refuse(request)).toMatch(message);
  });

  it('overwrites only with leave, and then keeps the old file until the new one is whole', async () => {
    const input = clip('again.mp4', { frames: 4 });
    writeFileSync(at('again-x2.mp4'), 'precious');
    expect(await refuse(makeRequest(input, luma2))).toMatch(/^output-exists: .*--overwrite/);
    const failing = { ...upscaleAdapters, joinSegments: () => Promise.reject(new Error('no')) };
    await expect(run(makeRequest(input, luma2, { overwrite: true }), failing)).rejects.toThrow('no');
    expect(readFileSync(at('again-x2.mp4'), 'utf8')).toBe('precious');
    await run(makeRequest(input, luma2, { overwrite: true }));
    expect((await inspectMedia(tools.ffprobe.path, at('again-x2.mp4'))).width).toBe(128);
  });

  it('keeps a file that appeared at its place meanwhile', async () => {
    const input = clip('race.mp4', { frames: 4 });
    const racing: UpscaleAdapters = {
      ...upscaleAdapters,
      verifyOutput: () => {
        writeFileSync(at('race-x2.mp4'), 'precious');
        return Promise.resolve();
      },
    };
    await expect(run(makeRequest(input, luma2), racing)).rejects.toThrow(/exists already/);
    expect(readFileSync(at('race-x2.mp4'), 'utf8')).toBe('precious');
  });

  it('stops at once when it is stopped midway', async () => {
    const input = clip('stop.mp4', { frames: 200 });
    const stop = new AbortController();
    const openEncoder: UpscaleAdapters['openEncoder'] = async (...args) => {
      if (args[2].segmentIndex === 3) setTimeout(() => stop.abort(), 20);
      return upscaleAdapters.openEncoder(...args);
    };
    const adapters = { ...upscaleAdapters, openEncoder };
    const message = await refuse(makeRequest(input, luma2), adapters, stop, ['.stop-x2.mp4.tandem-part']);
    expect(message).toMatch(/^interrupted: stopped: \d+ finished frames are kept/);
  });
});
