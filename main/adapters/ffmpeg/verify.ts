import { AppError } from '../../core/errors.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { isSuccess } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { fileUrl } from './decode-args.ts';
import { interrupted } from './failure.ts';
import type { ProbeJson } from './probe-json.ts';
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
  const count = ['-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=width,height,nb_read_packets'];
  const args = ['-v', 'error', '-of', 'json', ...count, fileUrl(temporaryPath)];
  const { record, stdout } = await runCommand(tools.ffprobe.path, args, options);
  if (options.signal?.aborted === true) throw interrupted();
  const fail = (message: string) => new AppError('output-check-failed', message, { details: { ...record } });
  if (!isSuccess(record)) throw fail('expected an output that opens but ffprobe cannot read it');
  const stream = (JSON.parse(stdout) as ProbeJson).streams?.[0] as Counted | undefined;
  const frames = Number(stream?.nb_read_packets ?? 0);
  if (frames !== expected.frames)
    throw fail(`expected ${String(expected.frames)} frames in the output but got ${String(frames)}`);
  const { codedWidth, codedHeight } = plan.picture;
  if (stream?.width !== codedWidth || stream.height !== codedHeight) {
    const got = `${String(stream?.width)}x${String(stream?.height)}`;
    throw fail(`expected an output of ${String(codedWidth)}x${String(codedHeight)} but got ${got}`);
  }
  if (!expected.sourceIsBlack && (await isBlack(tools, temporaryPath, options))) {
    throw fail('expected a picture in the output but it is black where the source is not');
  }
}

/** True when every frame that was looked at is black all over: the middle second, and the first where there is no middle. */
async function isBlack(tools: FfmpegTools, path: string, options: CommandOptions): Promise<boolean> {
  const args = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-noautorotate', '-i', fileUrl(path)];
  const look = ['-map', '0:v:0', '-vf', 'blackframe=amount=100:threshold=32', '-f', 'null', '-'];
  let black = 0;
  const count = (line: string) => {
    if (line.includes('pblack:100')) black += 1;
    return false;
  };
  const { record } = await runCommand(tools.ffmpeg.path, [...args, ...look], { ...options, onStderrLine: count });
  if (options.signal?.aborted === true) throw interrupted();
  if (!isSuccess(record))
    throw new AppError('output-check-failed', 'expected an output that decodes but ffmpeg cannot decode it', {
      details: { ...record },
    });
  return black > 0 && black === Number(/frame=\s*(\d+)/.exec(record.stderrTail.join('\n'))?.[1] ?? NaN);
}
