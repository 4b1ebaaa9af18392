/** Random numbers as pure functions of (seed, index): nothing is carried from one call to the next. */

/** @returns 32 well mixed bits of the two numbers (a murmur3 finaliser over both) */
function hash(seed: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ index, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @returns a number in [0, 1) */
export function uniform(seed: number, index: number): number {
  return hash(seed, index) / 2 ** 32;
}

/** @returns a normal deviate of mean 0 and variance 1 (Box-Muller) */
export function gaussian(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, 2 * index + 1));
}
