/** What a training set weighs in the samples, and under which terms its images may be used (for the manifest). */
export interface SetFacts {
  readonly weight: number;
  readonly terms: string;
}

/** BSDS (small JPEG files) has little weight. */
export const TRAINING_SETS: Readonly<Record<string, SetFacts>> = {
  div2k_luma: { weight: 0.32, terms: 'DIV2K: academic research only' },
  bsds500: { weight: 0.06, terms: 'Berkeley: non-commercial research and education' },
  photos_hires: {
    weight: 0.2,
    terms: 'mixed: CC0, CC BY, CC BY-SA, LGPL, GPL and Unsplash wallpapers; some not verified',
  },
  graphics: { weight: 0.08, terms: 'mixed: CC BY, CC BY-SA, GPL, AGPL, LGPL, MIT and Apache art and screenshots' },
  t91: { weight: 0.14, terms: 'no licence of its own: research use' },
  sunhays80: { weight: 0.1, terms: 'no licence of its own: research use' },
  imagenet_half: { weight: 0.1, terms: 'ImageNet: non-commercial research and education' },
};

/** Facts of a set that the list above does not name: a folder of the user's own. */
export const OTHER_SET: SetFacts = { weight: 0.1, terms: 'unknown' };
