import type { ColorInfo } from '../../core/color.ts';
import { COLOR_CODES } from '../../core/color-codes.ts';
import type { OutputPlan } from '../../core/output-plan.ts';

import { fileUrl } from './decode-args.ts';
import { exactTimeArgs } from './tools.ts';
import type { Capabilities } from './tools.ts';

/** Arguments of an encoder that reads raw NUT from its stdin and writes one segment as NUT. */
export function encodeArgs(plan: OutputPlan, path: string, capabilities: Capabilities): string[] {
  const { encoder } = plan;
  const { color } = plan.picture;
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:2', '-xerror', '-y', '-copyts'],
    // The stream header says everything: no frame need be held back to guess a rate.
    ...['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'],
    ...encoder.inputArgs,
    // Frames must carry the range before they meet the encoder, or ffmpeg 7 converts them to it.
    ...(color.range === null ? [] : ['-color_range', color.range]),
    ...['-f', 'nut', '-i', 'pipe:0', '-map', '0:v:0'],
    ...(capabilities.options.autoscale ? ['-noautoscale'] : []),
    ...exactTimeArgs(capabilities),
    ...(encoder.filters.length > 0 ? ['-vf', encoder.filters.join(',')] : []),
    ...['-c:v', encoder.name, ...encoder.args, ...colorArgs(color)],
    ...(encoder.codec === 'h264' ? rangeArgs(color) : []),
    ...['-avoid_negative_ts', 'disabled', '-f', 'nut', fileUrl(path)],
  ];
}

/** x264 leaves limited range out where nothing else of the colour is known; the source said it, so the stream says it. */
function rangeArgs({ range }: ColorInfo): string[] {
  return range === null ? [] : ['-bsf:v', `h264_metadata=video_full_range_flag=${range === 'pc' ? '1' : '0'}`];
}

/** Colour as options of the encoder: only what the source says. */
function colorArgs(color: ColorInfo): string[] {
  const code = (of: keyof typeof COLOR_CODES) => {
    const name = color[of];
    return name === null ? null : String(COLOR_CODES[of][name] ?? name);
  };
  const options: [string, string | null][] = [
    ['-color_range', color.range],
    ['-colorspace', code('matrix')],
    ['-color_primaries', code('primaries')],
    ['-color_trc', code('transfer')],
    ['-chroma_sample_location', color.chromaLocation],
  ];
  return options.flatMap(([name, value]) => (value === null ? [] : [name, value]));
}
