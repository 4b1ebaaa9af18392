/** Nanoseconds of one multiply-add by form of its group, relative or measured; and of one group apart from its taps. */
export interface TapCosts {
  /** By group size and tap depth. */
  readonly perMac: { readonly 8: DepthCosts; readonly 4: DepthCosts };
  /** Of one output sample of one channel: bias, activation, store. */
  readonly perChannel: { readonly 8: number; readonly 4: number };
}

export interface DepthCosts {
  readonly 4: number;
  readonly 1: number;
}

/** What packing chooses by: `tandem profile` measures it, until then it is {@link STATIC_COSTS}. */
export interface CostTable {
  /** `static`, or the machine and engine it was measured on. */
  readonly source: string;
  readonly f32: TapCosts;
  /** Depth 1 does not exist in int8. */
  readonly int8: TapCosts;
}

/**
 * Good for any processor: eight channels share each load of pixels, four do half as well where loads are the limit; taps
 * four deep have a quarter of the addresses.
 */
export const STATIC_COSTS: CostTable = {
  source: 'static',
  f32: { perMac: { 8: { 4: 1, 1: 1.1 }, 4: { 4: 1.08, 1: 1.25 } }, perChannel: { 8: 4, 4: 4.4 } },
  int8: { perMac: { 8: { 4: 0.25, 1: Infinity }, 4: { 4: 0.28, 1: Infinity } }, perChannel: { 8: 4, 4: 4.4 } },
};
