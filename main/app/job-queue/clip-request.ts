import { basename, dirname, extname, join } from 'node:path';
import type { ClipSettings } from '../../contract/app-messages.ts';
import type { UpscaleRequest } from '../../contract/messages.ts';
import { AppError } from '../../core/errors.ts';
import type { QueueClip } from './queue-clip.ts';

/** Frames per segment, as the command line has it: a job's parts are encoded apart. */
const SEGMENT_FRAMES = 120;

/** What the engine calls what a person chose. */
export interface ChosenNames {
  model(model: string | null): string | null;
  /** @throws AppError `wrong-usage` where `auto` is chosen and nothing is switched on */
  device(device: string): string;
}

/**
 * What the engine is asked for. The output's name is the plan's to choose.
 * @throws AppError `wrong-usage` for a height that is no whole multiple of the clip's
 */
export function makeRequest({ path, settings, facts }: QueueClip, names: ChosenNames): UpscaleRequest {
  const { device, arithmetic, codec, crf, preset, fromSeconds, toSeconds, overwrite } = settings;
  if (fromSeconds !== null && toSeconds !== null && toSeconds <= fromSeconds)
    throw new AppError('wrong-usage', `expected the end after the start but got ${fromSeconds} s to ${toSeconds} s`);
  return {
    ...{ inputPath: path, outputPath: null, outputFolder: null, scale: chooseScale(settings, facts?.height ?? null) },
    ...{
      model: names.model(settings.model),
      device: names.device(device),
      arithmetic,
      codec,
      crf,
      preset,
      fromSeconds,
      toSeconds,
      overwrite,
    },
    ...{ deinterlace: 'auto', inverseTelecine: false, tolerateDamage: false },
    ...{ threads: null, statsPath: null, segmentFrames: SEGMENT_FRAMES },
  };
}

function chooseScale({ target }: ClipSettings, sourceHeight: number | null): number | null {
  if (target.kind === 'model') return null;
  if (target.kind === 'factor') return target.factor;
  if (sourceHeight === null)
    throw new AppError('wrong-usage', 'expected the clip to be examined before its job starts');
  const scale = target.height / sourceHeight;
  if (Number.isInteger(scale) && scale >= 2) return scale;
  const wanted = `${target.height} lines of a clip of ${sourceHeight}`;
  throw new AppError('wrong-usage', `expected a height that is a whole multiple of the clip's but got ${wanted}`);
}

/** The name that the plan chose, in another container. */
export function inContainer(outputPath: string, container: ClipSettings['container']): string {
  if (container === 'auto') return outputPath;
  return join(dirname(outputPath), `${basename(outputPath, extname(outputPath))}.${container}`);
}
