import type { MediaInfo, PictureRow } from '../../core/media.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { exactTimeArgs, passthroughArgs } from './tools.ts';
import type { Capabilities } from './tools.ts';

/** Arguments of a decoder that writes raw NUT to its stdout: the decoder's own format, stamps untouched, no scaler. */
export function decodeArgs(plan: OutputPlan, media: InputFile, capabilities: Capabilities): string[] {
  const { source } = plan;
  return [
    ...[
      '-hide_banner',
      '-nostdin',
      '-nostats',
      '-loglevel',
      'level+verbose',
      '-progress',
      'pipe:2',
      ...(source.tolerateDamage ? ['-err_detect', 'ignore_err'] : ['-xerror']),
      '-copyts',
    ],
    ...(source.offsetSeconds > 0 ? ['-itsoffset', String(source.offsetSeconds)] : []),
    ...(source.seekSeconds === null ? [] : ['-noaccurate_seek', '-ss', String(source.seekSeconds)]),
    ...['-noautorotate', ...inputArgs(media), '-map', `0:${String(source.streamIndex)}`, '-an', '-sn', '-dn'],
    ...(source.filters.length > 0 ? ['-vf', source.filters.join(',')] : []),
    ...(capabilities.options.autoscale ? ['-noautoscale'] : []),
    ...timeArgs(plan, capabilities),
    ...['-c:v', 'rawvideo', '-f', 'nut', 'pipe:1'],
  ];
}

/**
 * The input's ticks, but where they are too coarse for what a filter puts between its frames, or where a filter makes new
 * frames: ffmpeg 7 looks for the input's ticks on the frame itself, and there writes nothing.
 */
function timeArgs({ source, timeBase }: OutputPlan, capabilities: Capabilities): string[] {
  const makesFrames = source.filters.some((filter) => filter.includes('mergeplanes'));
  if (source.frameRatio.num === 1 && !makesFrames) return exactTimeArgs(capabilities);
  return [...passthroughArgs(capabilities), '-enc_time_base', `${String(timeBase.num)}:${String(timeBase.den)}`];
}

export type InputFile = Pick<MediaInfo, 'path' | 'row'>;

/** Options before an input, and the input itself. */
export function inputArgs({ path, row }: InputFile): string[] {
  return [...rowArgs(row), '-i', fileUrl(path)];
}

/** Both of ffmpeg's programs read a row from a number of 0 to 4 on, at 25 a second, where nothing is said. */
export function rowArgs(row: PictureRow | null): string[] {
  if (row === null) return [];
  return ['-framerate', `${String(row.rate.num)}/${String(row.rate.den)}`, '-start_number', String(row.first)];
}

/** A path as ffmpeg takes it for a file whatever its name: `-x`, `http:x` or `a%03d` stay names. */
export function fileUrl(path: string): string {
  return `file:${path}`;
}
