import { once } from 'node:events';
import { AppError } from '../../../core/errors.ts';
import { describeEnd, isSuccess, startChild } from '../../process/child.ts';
import type { LumaSource } from './luma-frames.ts';
import { fileUrl } from '../decode-args.ts';

/** Takes upscaled luma frame by frame, in order, and gives the mean VMAF at the end. */
export interface VmafMeter {
  /** The samples are copied before the promise resolves. */
  add(luma: Uint8Array): Promise<void>;
  finish(): Promise<number>;
  /** Stops at once. */
  close(): Promise<void>;
}

/** Frames are paired by their number: the raw frames have no times of their own. */
export function vmafArgs(reference: LumaSource): string[] {
  const { width, height, path } = reference;
  const candidate = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-i', 'pipe:0'];
  const byNumber = 'settb=1/25,setpts=N';
  const graph = `[0:v:0]${byNumber}[d];[1:v:0]crop=${width}:${height}:0:0,${byNumber}[r];[d][r]libvmaf`;
  const inputs = ['-v', 'info', '-nostats', ...candidate, '-noautorotate', '-i', fileUrl(path)];
  return [...inputs, '-lavfi', graph, '-f', 'null', '-'];
}

/** The score in ffmpeg's words, or null for any other line. */
export function parseVmafLine(line: string): number | null {
  const match = /VMAF score: ([\d.]+)/.exec(line);
  return match === null ? null : Number(match[1]);
}

/** Starts ffmpeg with libvmaf's built-in model (v0.6.1, which looks at luma only: chroma is left grey). */
export function startVmafMeter(reference: LumaSource): VmafMeter {
  let score: number | null = null;
  const child = startChild(reference.ffmpegPath, vmafArgs(reference), {
    stdin: 'pipe',
    onStderrLine: (line) => {
      score = parseVmafLine(line) ?? score;
      return false;
    },
  });
  const stdin = child.stdin!;
  const lumaBytes = reference.width * reference.height;
  return {
    async add(luma) {
      const frame = Buffer.alloc(lumaBytes * 1.5, 128);
      frame.set(luma);
      if (stdin.write(frame)) return;
      await Promise.race([once(stdin, 'drain'), child.done]);
    },
    async finish() {
      stdin.end();
      const record = await child.done;
      if (isSuccess(record) && score !== null) return score;
      const message = `expected a VMAF score from ffmpeg, but it ${describeEnd(record)}`;
      throw new AppError('ffmpeg-failed', message, { details: { ...record } });
    },
    async close() {
      await child.kill();
    },
  };
}
