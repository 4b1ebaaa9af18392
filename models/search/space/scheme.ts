/** How a layer may be pruned; `block8x4` is 8 output and 4 input channels that share a tap. */
export const SCHEMES = ['none', 'filter', 'column', 'block8x4', 'block4x4', 'block8x2', 'block8x1', 'pattern'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** @returns the sides of a scheme's blocks, null where it has none */
export function blockOf(scheme: Scheme): { outputs: number; inputs: number } | null {
  const sides = /^block(\d)x(\d)$/.exec(scheme);
  return sides === null ? null : { outputs: Number(sides[1]), inputs: Number(sides[2]) };
}

/** @returns whether a layer with kernels of this side can be pruned so */
export function fitsKernel(scheme: Scheme, kernel: number): boolean {
  return scheme !== 'pattern' || kernel === 3;
}
