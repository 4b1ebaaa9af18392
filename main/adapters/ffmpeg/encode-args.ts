import type { ColorInfo } from '../../core/color.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { fileUrl } from './decode-args.ts';
import { passthroughArgs } from './tools.ts';
import type { Capabilities } from './tools.ts';

/** Arguments of an encoder that reads raw NUT from its stdin and writes one segment as NUT. */
export function encodeArgs(plan: OutputPlan, path: string, capabilities: Capabilities): string[] {
  const { color } = plan.picture;
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+verbose', '-progress', 'pipe:2', '-xerror', '-y', '-copyts'],
    // The stream header says everything: no frame need be held back to guess a rate.
    ...['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'],
    // Frames must carry the range before they meet the encoder, or ffmpeg 7 converts them to it.
    ...(color.range === null ? [] : ['-color_range', color.range]),
    ...['-f', 'nut', '-i', 'pipe:0', '-map', '0:v:0'],
    ...(capabilities.options.autoscale ? ['-noautoscale'] : []),
    ...passthroughArgs(capabilities),
    ...['-enc_time_base', '-1', '-c:v', plan.encoder.name, ...plan.encoder.args, ...colorArgs(color)],
    ...['-avoid_negative_ts', 'disabled', '-f', 'nut', fileUrl(path)],
  ];
}

/** Colour as options of the encoder: only what the source says. */
function colorArgs(color: ColorInfo): string[] {
  const options: [string, string | null][] = [
    ['-color_range', color.range],
    ['-colorspace', color.matrix],
    ['-color_primaries', color.primaries],
    ['-color_trc', color.transfer],
    ['-chroma_sample_location', color.chromaLocation],
  ];
  return options.flatMap(([name, value]) => (value === null ? [] : [name, value]));
}
