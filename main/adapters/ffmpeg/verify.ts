import { AppError } from '../../core/errors.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { fileUrl } from './decode-args.ts';
import { interrupted } from './failure.ts';
import type { ProbeJson } from './probe-json.ts';
import { ProgressReader } from './progress.ts';
import { lookAtPictures } from './look-at-pictures.ts';
import type { SeenPictures } from './look-at-pictures.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

export interface ExpectedOutput {
  /** Frames that the decoder delivered. */
  readonly frames: number;
  /** True when the source's own frames are black, so that a black output is right. */
  readonly sourceIsBlack: boolean;
}

interface Counted {
  readonly nb_read_packets?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Looks at the finished file as a stranger would. @throws AppError `output-check-failed` with what is wrong */
export async function verifyOutput(
  tools: FfmpegTools,
  plan: OutputPlan,
  temporaryPath: string,
  expected: ExpectedOutput,
  options: CommandOptions = {},
): Promise<void> {
  const count = [
    '-select_streams',
    'v:0',
    '-count_packets',
    '-show_entries',
    'stream=width,height,nb_read_packets:format=duration',
  ];
  const seen = plan.pictures === null ? null : await lookAtPictures(plan.pictures, temporaryPath);
  if (seen !== null) {
    checkSeen(seen, expected.frames, plan);
    if (seen.sample === null) return; // ffmpeg cannot read it: there is no more to see.
  }
  const path = seen?.sample ?? temporaryPath;
  const args = ['-v', 'error', '-of', 'json', ...count, fileUrl(path)];
  const { record, stdout } = await runCommand(tools.ffprobe.path, args, options);
  if (options.signal?.aborted === true) throw interrupted();
  const fail = (message: string) => new AppError('output-check-failed', message, { details: { ...record } });
  if (!isSuccess(record)) throw fail('expected an output that opens but ffprobe cannot read it');
  const answer = JSON.parse(stdout) as ProbeJson;
  const stream = answer.streams?.[0] as Counted | undefined;
  const frames = Number(stream?.nb_read_packets ?? 0);
  if (seen === null && frames !== expected.frames)
    throw fail(`expected ${String(expected.frames)} frames in the output but got ${String(frames)}`);
  const { codedWidth, codedHeight } = plan.picture;
  if (stream?.width !== codedWidth || stream.height !== codedHeight) {
    const got = `${String(stream?.width)}x${String(stream?.height)}`;
    throw fail(`expected an output of ${String(codedWidth)}x${String(codedHeight)} but got ${got}`);
  }
  if (!expected.sourceIsBlack && (await isBlack(tools, path, Number(answer.format?.duration ?? 0), options))) {
    throw fail('expected a picture in the output but it is black where the source is not');
  }
}

function checkSeen(
  { frames, isMerged, size }: SeenPictures,
  expected: number,
  { picture: { codedWidth, codedHeight } }: OutputPlan,
): void {
  if (frames < 1 || frames > expected || (frames < expected && !isMerged)) {
    const message = `expected ${String(expected)} pictures in the output but got ${String(frames)}`;
    throw new AppError('output-check-failed', message);
  }
  if (size === null || (size.width === codedWidth && size.height === codedHeight)) return;
  const got = `${String(size.width)}x${String(size.height)}`;
  const message = `expected an output of ${String(codedWidth)}x${String(codedHeight)} but got ${got}`;
  throw new AppError('output-check-failed', message);
}

/** Places of the file that are looked at, as parts of its length. */
const LOOKS = [0.5, 0.1, 0.9, 0];
const FRAMES_A_LOOK = 8;

/** True when all frames that were looked at are black all over. One that is not settles it. */
async function isBlack(tools: FfmpegTools, path: string, seconds: number, options: CommandOptions): Promise<boolean> {
  for (const part of LOOKS) {
    const { frames, black } = await countBlack(tools, path, part * seconds, options);
    if (frames > black) return false;
  }
  return true;
}

async function countBlack(
  tools: FfmpegTools,
  path: string,
  fromSeconds: number,
  options: CommandOptions,
): Promise<{ frames: number; black: number }> {
  const args = [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-loglevel',
    'level+info',
    '-progress',
    'pipe:2',
    '-noautorotate',
  ];
  const look = ['-vf', 'blackframe=amount=100:threshold=32', '-frames:v', String(FRAMES_A_LOOK), '-f', 'null', '-'];
  const progress = new ProgressReader();
  let black = 0;
  const onStderrLine = (line: string) => {
    if (line.includes('pblack:100')) black += 1;
    return progress.take(line);
  };
  const input = ['-ss', fromSeconds.toFixed(3), '-i', fileUrl(path), '-map', '0:v:0'];
  const { record } = await runCommand(tools.ffmpeg.path, [...args, ...input, ...look], { ...options, onStderrLine });
  if (options.signal?.aborted === true) throw interrupted();
  if (isSuccess(record)) return { frames: progress.framesAtEnd ?? 0, black };
  throw new AppError('output-check-failed', 'expected an output that decodes but ffmpeg cannot decode it', {
    details: { ...record },
  });
}
