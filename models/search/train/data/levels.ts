/** What a luma sample is read as: (code - black) / span. */
export interface Levels {
  readonly black: number;
  readonly span: number;
}

/** The codes as they are: luma of a tv's range, 16 to 235, which is what protocol `model` judges on and most clips have. */
const AS_STORED: Levels = { black: 0, span: 255 };
/** 16 to 235 drawn out to 0 to 255, as pictures and recordings of a screen have luma. */
const FULL_RANGE: Levels = { black: 16, span: 219 };
/** Of all samples. Networks that never saw a full range moved flat areas near its black by up to nine codes. */
const FULL_RANGE_SHARE = 1 / 8;

/** @param random from 0 to below 1 */
export function pickLevels(random: number): Levels {
  return random < FULL_RANGE_SHARE ? FULL_RANGE : AS_STORED;
}
