/**
 * Closed captions that lie inside the video (ATSC A/53 part 4), read as text. Only ffmpeg's `movie` source hands them out,
 * and it wants a name that needs no escaping and, before ffmpeg 5, ticks of 1/90000: the video comes to it as a transport
 * stream through a pipe.
 */
import { pipeline } from 'node:stream/promises';
import type { MediaInfo } from '../../core/media.ts';
import { startChild } from '../process/child.ts';
import { fileUrl } from './decode-args.ts';
import { interrupted } from './failure.ts';
import { parseSrt } from './srt.ts';
import type { Cue } from './srt.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

/** A transport stream has no negative times. */
const SHIFT_SECONDS = 10;
const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+error', '-copyts'];

/**
 * @returns what EIA-608 has of them, on the source's time line; nothing where they are of CEA-708 alone. Where ffmpeg stumbles
 *   over the video, which was decoded to its end before, what it had found by then: a job is not lost for a line of text.
 */
export async function readCaptions(tools: FfmpegTools, media: MediaInfo, options: CommandOptions): Promise<Cue[]> {
  const input = ['-itsoffset', String(SHIFT_SECONDS), '-i', fileUrl(media.path)];
  const stream = ['-map', `0:${String(media.video.index)}`, '-c', 'copy', '-muxdelay', '0', '-muxpreload', '0'];
  const sender = startChild(tools.ffmpeg.path, [...QUIET, ...input, ...stream, '-f', 'mpegts', 'pipe:1'], {
    ...options,
    stdout: 'pipe',
  });
  const source = ['-f', 'lavfi', '-i', 'movie=pipe\\\\:0:f=mpegts[out+subcc]', '-map', '0:s'];
  const reader = startChild(tools.ffmpeg.path, [...QUIET, ...source, '-c:s', 'srt', '-f', 'srt', 'pipe:1'], {
    ...options,
    stdin: 'pipe',
    stdout: 'pipe',
  });
  const [text] = await Promise.all([
    collect(reader.stdout!),
    pipeline(sender.stdout!, reader.stdin!).catch(() => undefined), // A reader that dies tells why itself.
  ]);
  await Promise.all([reader.done, sender.done]);
  if (options.signal?.aborted === true) throw interrupted();
  return parseSrt(text).map((cue) => shifted(cue, -SHIFT_SECONDS * 1000));
}

function shifted({ startMs, endMs, text }: Cue, byMs: number): Cue {
  // ffmpeg writes the terminal's font and the corner of the screen into every line.
  const plain = text.replaceAll(/<\/?font[^>]*>|\{\\an\d\}/g, '').trim();
  return { startMs: Math.max(0, startMs + byMs), endMs: Math.max(0, endMs + byMs), text: plain };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
