import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { writePng } from '../../adapters/image/write-png.ts';
import type { PreviewPictures } from '../../contract/engine-messages.ts';
import type { Frame } from '../../core/frame.ts';
import { frameToRgb } from '../../core/frame-to-rgb.ts';
import type { ShownPicture } from '../../core/frame-to-rgb.ts';

/** What both frames share. */
export interface PairFacts {
  readonly folder: string;
  readonly ptsSeconds: number;
  readonly startMs: number;
  readonly runtime: string;
  /** Degrees clockwise that a player turns the picture. */
  readonly degrees: number;
}

export interface ShownPair {
  readonly before: ShownPicture;
  readonly after: ShownPicture;
}

/** Both frames as pictures in memory: the frames may be closed afterwards. */
export function showPair(before: Frame, after: Frame): ShownPair {
  return { before: frameToRgb(before), after: frameToRgb(after) };
}

/** Writes both pictures under names that nothing had before. */
export async function writePair({ before, after }: ShownPair, facts: PairFacts): Promise<PreviewPictures> {
  const { folder, ptsSeconds, startMs, runtime, degrees } = facts;
  const name = randomUUID();
  const [beforePath, afterPath] = [join(folder, `${name}-before.png`), join(folder, `${name}-after.png`)];
  await Promise.all([writePng(beforePath, before, degrees), writePng(afterPath, after, degrees)]);
  const turned = degrees % 180 !== 0;
  const size = ({ width, height }: ShownPicture) => (turned ? { width: height, height: width } : { width, height });
  return {
    ...{ beforePath, afterPath, ptsSeconds, runtime },
    before: size(before),
    after: size(after),
    renderMs: performance.now() - startMs,
    toneMapped: before.toneMapped,
  };
}
