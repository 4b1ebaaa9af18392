import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobQueue } from '../../../../main/app/job-queue/job-queue.ts';
import { joinDevices } from '../../../../main/app/desktop/device-switches.ts';
import { inContainer, makeRequest } from '../../../../main/app/job-queue/clip-request.ts';
import type { QueueClip } from '../../../../main/app/job-queue/queue-clip.ts';
import { QueueFile } from '../../../../main/app/job-queue/queue-file.ts';
import type { ClipSettings } from '../../../../main/contract/app-messages.ts';
import type { UpscaleResult } from '../../../../main/contract/messages.ts';
import { AppError } from '../../../../main/core/errors.ts';

const SETTINGS: ClipSettings = {
  target: { kind: 'model' },
  ...{ model: null, device: 'auto', arithmetic: null, codec: 'x264', crf: 16, preset: 'medium', container: 'auto' },
  ...{ fromSeconds: null, toSeconds: null, overwrite: false },
};

const RESULT: UpscaleResult = {
  ...{
    inputPath: '/a',
    outputPath: '/a-x2.mp4',
    outputBytes: 1,
    frames: 1,
    keptFrames: 0,
    arithmetic: 'f32',
    model: 'm',
    runtime: 'sparse',
  },
  ...{ from: { width: 1, height: 1 }, to: { width: 2, height: 2 }, wallSeconds: 1, pipelineSeconds: 1 },
  ...{ framesPerSecond: 1, stages: [], bottleneck: 'none', notes: [], losses: [], peakMemoryBytes: 1 },
};

/** A job that ends when it is told to: the engine's stand-in. */
class FakeJob {
  resolve!: (result: UpscaleResult) => void;
  reject!: (error: unknown) => void;
  readonly result = new Promise<UpscaleResult>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
  cancel(): Promise<void> {
    this.reject(new AppError('interrupted', 'the job was stopped before its end'));
    return Promise.resolve();
  }
}

let folder: string;
let path: string;
let jobs: { clip: QueueClip; job: FakeJob }[];
let allDone: number;
let writing = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-queue-'));
  path = join(folder, 'queue.json');
  jobs = [];
  allDone = 0;
});
afterEach(async () => {
  await settle();
  await rm(folder, { recursive: true });
});

async function open(): Promise<JobQueue> {
  const { queue } = await JobQueue.open({
    file: watched(new QueueFile(path)),
    startJob: (clip) => {
      const job = new FakeJob();
      jobs.push({ clip, job });
      return job;
    },
    listeners: { onClip: () => undefined, onOrder: () => undefined, onAllDone: () => (allDone += 1) },
  });
  return queue;
}

const files = (...names: string[]) => names.map((name) => ({ path: join(folder, name), sizeBytes: 1 }));
const states = (queue: JobQueue) => queue.clips.map(({ state }) => state);

/** The file, with a count of what is still being written. */
function watched(file: QueueFile): QueueFile {
  const save = file.save.bind(file);
  file.save = (clips) => {
    writing += 1;
    return save(clips).finally(() => (writing -= 1));
  };
  return file;
}

/** Until all is on the disk and nothing follows from it; how long that takes is the machine's matter. */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet = writing === 0 ? quiet + 1 : 0) await new Promise((r) => setTimeout(r, 4));
}

describe('JobQueue', () => {
  it('runs one clip after another and tells when all are done', async () => {
    const queue = await open();
    await queue.add(files('a.mp4', 'b.mp4'), SETTINGS);
    expect(jobs).toHaveLength(0);
    await queue.setRunning(true);
    await settle();
    await expect.poll(() => states(queue), { timeout: 20_000 }).toEqual(['running', 'waiting']);
    jobs[0]!.job.resolve(RESULT);
    await settle();
    await expect.poll(() => states(queue), { timeout: 20_000 }).toEqual(['done', 'running']);
    jobs[1]!.job.reject(new AppError('input-unreadable', 'expected a clip'));
    await settle();
    await expect.poll(() => states(queue), { timeout: 20_000 }).toEqual(['done', 'failed']);
    expect(queue.clips[1]!.error).toEqual({ code: 'input-unreadable', message: 'expected a clip' });
    await expect.poll(() => [queue.isRunning, allDone], { timeout: 20_000 }).toEqual([false, 1]);
  });

  it('holds after the running clip', async () => {
    const queue = await open();
    await queue.add(files('a.mp4', 'b.mp4'), SETTINGS);
    await queue.setRunning(true);
    await queue.setRunning(false);
    jobs[0]!.job.resolve(RESULT);
    await settle();
    await expect.poll(() => states(queue), { timeout: 20_000 }).toEqual(['done', 'waiting']);
    expect(jobs).toHaveLength(1);
  });

  it('is on the disk after every change, and what ran when the app died is interrupted', async () => {
    const queue = await open();
    const [a, b] = await queue.add(files('a.mp4', 'b.mp4'), SETTINGS);
    await queue.update(b!.id, { ...SETTINGS, crf: 20 });
    await queue.move(b!.id, 0);
    await queue.setRunning(true);
    await settle();
    const reopened = await open();
    expect(reopened.clips.map(({ id, state, settings }) => [id, state, settings.crf])).toEqual([
      [b!.id, 'interrupted', 20],
      [a!.id, 'waiting', 16],
    ]);
    await reopened.remove([a!.id]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ clips: [{ id: b!.id }] });
  });

  it('stops, removes and retries', async () => {
    const queue = await open();
    const [a, b] = await queue.add(files('a.mp4', 'b.mp4'), SETTINGS);
    await queue.setRunning(true);
    await queue.cancel(a!.id);
    await settle();
    await expect.poll(() => states(queue), { timeout: 20_000 }).toEqual(['cancelled', 'running']);
    await expect(queue.update(b!.id, SETTINGS)).rejects.toThrow('its job is under way');
    await queue.retry(a!.id);
    await queue.remove([b!.id]);
    await settle();
    await expect.poll(() => states(queue), { timeout: 20_000 }).toEqual(['running']);
    await queue.close();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ clips: [{ state: 'interrupted' }] });
  });

  it('puts a file aside that is not its own', async () => {
    await writeFile(path, '{"format":99}');
    const { queue, putAside } = await JobQueue.open({
      file: new QueueFile(path),
      startJob: () => new FakeJob(),
      listeners: { onClip: () => undefined, onOrder: () => undefined, onAllDone: () => undefined },
    });
    expect(queue.clips).toEqual([]);
    expect(await readFile(putAside!, 'utf8')).toBe('{"format":99}');
  });
});

describe('makeRequest', () => {
  const facts = { ...{ width: 1280, height: 720, durationSeconds: 1, framesPerSecond: 25 }, codec: 'h264' };
  const clip = (settings: Partial<ClipSettings>): QueueClip => ({
    ...{ id: 'a', path: '/videos/a.mp4', sizeBytes: 1, settings: { ...SETTINGS, ...settings }, state: 'waiting' },
    facts: { ...facts, pixelFormat: 'yuv420p', hdr: 'none', tracks: [] },
    ...{ hasThumbnail: false, error: null, result: null },
  });
  const names = {
    model: (model: string | null) => model,
    device: (device: string) => (device === 'auto' ? joinDevices(['cpu', 'phone:R58']) : device),
  };

  it.each([
    [{ kind: 'model' } as const, null],
    [{ kind: 'factor', factor: 3 } as const, 3],
    [{ kind: 'height', height: 2160 } as const, 3],
  ])('takes %o as a scale of %s', (target, scale) => {
    expect(makeRequest(clip({ target }), names).scale).toBe(scale);
  });

  it('refuses a height that no whole scale reaches, and an end before the start', () => {
    expect(() => makeRequest(clip({ target: { kind: 'height', height: 1080 } }), names)).toThrow(
      '1080 lines of a clip',
    );
    expect(makeRequest(clip({ device: 'auto' }), names).device).toBe('cpu+phone:R58');
    expect(makeRequest(clip({ device: 'gpu:A' }), names).device).toBe('gpu:A');
    expect(() => makeRequest(clip({ fromSeconds: 3, toSeconds: 2 }), names)).toThrow(
      'expected the end after the start',
    );
  });

  it('names the output after the container', () => {
    expect(inContainer('/videos/a-x2.mp4', 'mkv')).toBe(join('/videos', 'a-x2.mkv'));
    expect(inContainer('/videos/a-x2.mp4', 'auto')).toBe('/videos/a-x2.mp4');
  });
});
