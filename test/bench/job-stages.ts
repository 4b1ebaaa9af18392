import { join } from 'node:path';
import { upscaleAdapters } from '../../main/app/compose.ts';
import { openLane } from '../../main/app/open-lane.ts';
import { prepareJob } from '../../main/app/prepare-job.ts';
import type { Job } from '../../main/app/prepare-job.ts';
import { Frame } from '../../main/core/frame.ts';
import { SegmentWriter } from '../../main/core/segmenter.ts';
import { makeRequest } from '../helpers/upscale-request.ts';

/** The command's own defaults. */
const SETTINGS = { crf: 16, preset: 'medium', segmentFrames: 120, threads: null, overwrite: true } as const;

/** Upscaled frames kept for the encoder; played back and forth until the job's number is reached. */
const KEPT_FRAMES = 40;

export interface StageSeconds {
  readonly decode: number;
  readonly compute: number;
  readonly encode: number;
}

/** Each stage of a job alone on the machine, with the job's own settings and its number of frames. */
export async function timeStagesAlone(inputPath: string, folder: string): Promise<StageSeconds> {
  const job = await prepareJob(makeRequest(inputPath, null, SETTINGS), upscaleAdapters, new AbortController().signal);
  const inputs: Frame[] = [];
  const outputs: Frame[] = [];
  try {
    const decoding = await timeDecoding(job, inputs);
    const compute = (await timeComputing(job, inputs, outputs)) * (decoding.frames / inputs.length);
    const encode = await timeEncoding(job, outputs, decoding.frames, folder);
    return { decode: decoding.seconds, compute, encode };
  } finally {
    for (const frame of [...inputs, ...outputs]) frame.close();
  }
}

async function timeDecoding({ tools, media, plan }: Job, kept: Frame[]): Promise<{ seconds: number; frames: number }> {
  let frames = 0;
  const seconds = await timeSeconds(async () => {
    for await (const frame of (await upscaleAdapters.openDecoder(tools, media, plan)).frames()) {
      frames += 1;
      if (kept.length < KEPT_FRAMES) kept.push(frame);
      else frame.close();
    }
  });
  return { seconds, frames };
}

async function timeComputing(
  { model, plan, threads }: Job,
  inputs: readonly Frame[],
  outputs: Frame[],
): Promise<number> {
  const runtime = upscaleAdapters.createRuntime('auto');
  const lane = await openLane({ runtime, model, plan, threads, arithmetic: null, clock: () => performance.now() });
  try {
    return await timeSeconds(async () => {
      for (const input of inputs) outputs.push((await lane.run(input)).frame);
    });
  } finally {
    await lane.close();
  }
}

async function timeEncoding(
  { tools, plan }: Job,
  kept: readonly Frame[],
  total: number,
  folder: string,
): Promise<number> {
  const sink = new SegmentWriter({
    segmentFrames: plan.segmentFrames,
    expectedFrames: total,
    openSegment: (segment) =>
      upscaleAdapters.openEncoder(tools, plan, { segmentIndex: segment, path: join(folder, `${segment}.nut`) }),
    onSegment: () => Promise.resolve(),
  });
  return timeSeconds(async () => {
    for (let index = 0; index < total; index++) {
      const turn = index % (2 * kept.length);
      const { planes, format } = kept[turn < kept.length ? turn : 2 * kept.length - 1 - turn]!;
      await sink.push(new Frame({ index, pts: index * plan.frameTicks, duration: null, format, planes }));
    }
    await sink.finish();
  });
}

async function timeSeconds(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}
