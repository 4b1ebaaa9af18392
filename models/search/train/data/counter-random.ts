/** Finaliser of MurmurHash3: a bijection of 32 bits in which every input bit flips half of the output bits. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * 32 random bits as a pure function of its counters: no state, so any step can be repeated alone. Different steps of one
 * seed never share their intermediate value, since each round is a bijection.
 * @param seed any safe integer
 * @param counters whole numbers, most significant first (step, sample, draw)
 */
export function randomBits(seed: number, step: number, sample: number, draw: number): number {
  let h = mix((seed | 0) ^ 0x9e3779b9);
  h = mix(h ^ Math.floor(seed / 0x100000000) ^ 0x7f4a7c15);
  h = mix(h ^ mix(step + 0x3c6ef372));
  h = mix(h ^ mix(sample + 0x1b873593));
  return mix(h ^ mix(draw + 0x27d4eb2f)) >>> 0;
}

/** A random whole number from 0 to `count - 1`, `count` up to 2^32, from {@link randomBits}. */
export function pickBelow(count: number, bits: number): number {
  return Math.floor((bits / 0x100000000) * count);
}
