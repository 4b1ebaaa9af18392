import { DEGRADATION_VERSION } from '../../models/search/train/data/degrade.ts';
import type { Degradation } from '../../models/search/train/data/degrade.ts';
import type { TrainingConfig } from '../../models/search/train/run/state.ts';
import { compressLuma } from '../adapters/ffmpeg/compress-luma.ts';
import { locateFfmpeg } from '../adapters/ffmpeg/locate.ts';

/** @returns what a training's LR goes through, null for nothing */
export async function degradationOf({ lowResolution }: TrainingConfig): Promise<Degradation | null> {
  if (lowResolution === undefined) return null;
  const ffmpegPath = (await locateFfmpeg()).ffmpeg.path;
  return {
    id: `${lowResolution}-${DEGRADATION_VERSION}`,
    compress: (picture, crf) => compressLuma(ffmpegPath, picture, crf),
  };
}
