import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { upscaleRequestSchema } from '../../../../../main/contract/messages.ts';
import type { Progress, UpscaleResult } from '../../../../../main/contract/messages.ts';
import { STAGE_NAMES } from '../../../../../main/core/stats.ts';
import { formatBytes, formatDuration, formatMs, wrapText } from '../../../../../main/shells/cli/upscale/format.ts';
import { makeRequests, numberWithin, parseRate, parseTime } from '../../../../../main/shells/cli/upscale/options.ts';
import type { UpscaleOptions } from '../../../../../main/shells/cli/upscale/options.ts';
import { formatProgressLine, formatProgressSentence } from '../../../../../main/shells/cli/upscale/progress-line.ts';
import { formatReport } from '../../../../../main/shells/cli/upscale/report.ts';

const progress: Progress = {
  phase: 'upscaling',
  frames: 51_200,
  totalFrames: 138_240,
  framesPerSecond: 112.42,
  etaSeconds: 12_345,
  shares: { decode: 0.021, compute: 0.954, encode: 1 },
};

describe('progress', () => {
  it('fits 80 columns and says less on narrower ones, never half of something', () => {
    expect(formatProgressLine(progress, 80)).toBe(
      ' 37 %  51200/138240  112.4 fps  3:25:45 left  decode 2 model 95 encode 100 %',
    );
    for (let columns = 20; columns < 120; columns++) {
      expect(formatProgressLine(progress, columns).length).toBeLessThan(columns);
    }
    expect(formatProgressLine(progress, 45)).toBe(' 37 %  51200/138240  112.4 fps  3:25:45 left');
    expect(formatProgressLine({ ...progress, frames: 50, totalFrames: 100, etaSeconds: 75 }, 80)).toContain(
      ' 50 %  ████░░░░  50/100  ',
    );
  });

  it('does without a known length', () => {
    const open = { ...progress, totalFrames: null, etaSeconds: null };
    expect(formatProgressLine(open, 80)).toBe('51200 frames  112.4 fps  decode 2 model 95 encode 100 %');
    expect(formatProgressSentence(open)).toBe('51200 frames, 112.4 fps (decode 2 model 95 encode 100 %)');
  });
});

describe('numbers', () => {
  it('are short and right', () => {
    expect([0.4, 59.6, 61, 3661].map(formatDuration)).toEqual(['0:00', '1:00', '1:01', '1:01:01']);
    expect([0, 999, 12_345, 8_123_456, 123e6, 2e12].map(formatBytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '12 KB',
      '8.1 MB',
      '123 MB',
      '2.0 TB',
    ]);
    expect([0, 0.123, 9.996, 31.04, 412.3].map(formatMs)).toEqual(['0.00', '0.12', '10.0', '31.0', '412']);
  });

  it('wraps at spaces', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('incomprehensible word', 5)).toEqual(['incomprehensible', 'word']);
  });
});

describe('report', () => {
  it('stays within 80 columns and leaves out stages that took no time', () => {
    const stage = (name: (typeof STAGE_NAMES)[number], ms: number) => ({
      ...{ stage: name, p50: ms, p95: ms, p99: ms, max: ms, sum: ms },
    });
    const result: UpscaleResult = {
      ...{ inputPath: '/a/clip.mp4', outputPath: '/a/clip-x2.mp4', outputBytes: 12_345_678, frames: 132 },
      keptFrames: 0,
      ...{
        from: { width: 1280, height: 720 },
        to: { width: 2560, height: 1440 },
        model: 'm',
        runtime: 'onnx',
        arithmetic: 'f32',
      },
      ...{
        wallSeconds: 71.2,
        pipelineSeconds: 70,
        framesPerSecond: 1.85,
        notes: [],
        losses: [],
        peakMemoryBytes: 412e6,
      },
      stages: STAGE_NAMES.map((name) => stage(name, name === 'send' || name === 'receive' ? 0 : 123456.7)),
      bottleneck: 'the model: it computed 97 % of the time (waits: decoder 1 %, encoder 12 %)',
    };
    const text = formatReport(result);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).not.toMatch(/^ {2}(send|receive)/m);
    expect(text).toMatch(/^ {2}time +1:11 for 132 frames \(1\.85 fps\), engine memory 412 MB$/m);
    const goneOn = formatReport({ ...result, keptFrames: 120 });
    expect(goneOn).toMatch(
      /^ {2}kept +120 of 132 frames, finished before the interruption\n {2}time +1:11 for 12 frames/m,
    );
  });
});

describe('options', () => {
  const defaults: UpscaleOptions = { device: 'auto', codec: 'auto', crf: 16, preset: 'medium', deinterlace: 'auto' };
  const only = (options: Partial<UpscaleOptions>, inputs = ['clip.mp4']) =>
    makeRequests(inputs, { ...defaults, ...options })[0]!;

  it('become requests that the engine takes', () => {
    const request = only({ scale: '3', from: 1, to: 2, model: './own.onnx', stats: 's.csv', overwrite: true });
    expect(upscaleRequestSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      scale: 3,
      fromSeconds: 1,
      inputPath: resolve('clip.mp4'),
      model: resolve('own.onnx'),
    });
    expect(only({ model: 'tandem-x2-fast' }).model).toBe('tandem-x2-fast');
  });

  it('take a folder, or one file for one input, as output', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-options-'));
    expect(only({ output: folder })).toMatchObject({ outputPath: null, outputFolder: folder });
    rmSync(folder, { recursive: true });
    expect(only({ output: 'new/' })).toMatchObject({ outputPath: null, outputFolder: resolve('new') });
    expect(only({ output: 'b.mp4' })).toMatchObject({ outputPath: resolve('b.mp4'), outputFolder: null });
    expect(() => only({ output: 'b.mp4' }, ['a', 'c'])).toThrow(/folder that exists, for 2 inputs/);
    expect(() => only({ stats: 's.csv' }, ['a', 'c'])).toThrow(/one input with --stats/);
    expect(() => only({ from: 2, to: 2 })).toThrow(/--to after --from/);
  });

  it('reads rates, and what decimals of a film’s or television’s rate mean', () => {
    const rates = ['24', '30000/1001', '23.976', '29.97', '12.5'].map(parseRate).map(({ num, den }) => `${num}/${den}`);
    expect(rates).toEqual(['24/1', '30000/1001', '24000/1001', '30000/1001', '12500/1000']);
    for (const text of ['', '0', '-3', '24/0', 'film', '1e3', '2000'])
      expect(() => parseRate(text), text).toThrow(/pictures a second/);
  });

  it('are read strictly', () => {
    expect(['90', '1:30', '1:02:03.5'].map(parseTime)).toEqual([90, 90, 3723.5]);
    for (const text of ['', 'noon', '-3', '1:2:3:4', '1e3']) expect(() => parseTime(text), text).toThrow(/time like/);
    expect(numberWithin(0, 51)('17.5')).toBe(17.5);
    for (const text of ['', ' ', '52', '-1', 'NaN', 'x'])
      expect(() => numberWithin(0, 51)(text), text).toThrow(/0 to 51/);
    expect(() => numberWithin(1, 9, true)('1.5')).toThrow(/whole number/);
  });
});
