import { AppError } from '../../../core/errors.ts';
import { describeEnd, isSuccess, startChild } from '../../process/child.ts';
import { fileUrl } from '../decode-args.ts';
import type { FfmpegTools } from '../tools.ts';
import { parseVmafLine } from './vmaf-meter.ts';

/** Frames are paired by their number, and the shorter clip ends it. @returns the mean by libvmaf's built-in model */
export async function vmafOfClips(
  tools: FfmpegTools,
  [reference, candidate]: readonly [string, string],
  filters: readonly string[],
): Promise<number> {
  if (!tools.capabilities.vmaf) {
    const message = `expected an ffmpeg whose libvmaf works for --vmaf but ${tools.ffmpeg.path} has none`;
    throw new AppError('ffmpeg-missing', message);
  }
  const scores: number[] = [];
  const byNumber = 'settb=1/25,setpts=N';
  const chain = [...filters, byNumber].join(',');
  const graph = `[0:v:0]${chain}[d];[1:v:0]${byNumber}[r];[d][r]libvmaf=shortest=1`;
  const inputs = [candidate, reference].flatMap((path) => ['-noautorotate', '-i', fileUrl(path)]);
  const child = startChild(
    tools.ffmpeg.path,
    ['-v', 'info', '-nostats', ...inputs, '-lavfi', graph, '-f', 'null', '-'],
    {
      onStderrLine: (line) => {
        const score = parseVmafLine(line);
        if (score !== null) scores.push(score);
        return false;
      },
    },
  );
  const record = await child.done;
  const score = scores.at(-1);
  if (isSuccess(record) && score !== undefined) return score;
  const message = `expected a VMAF score from ffmpeg, but it ${describeEnd(record)}`;
  throw new AppError('ffmpeg-failed', message, { details: { ...record } });
}
