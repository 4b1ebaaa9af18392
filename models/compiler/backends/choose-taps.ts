import type { DepthCosts, TapCosts } from './cost-table.ts';

/** Which weights of a group of output channels are kept. A tap is its first input channel, row and column. */
export interface GroupTaps {
  readonly firstChannel: number;
  readonly size: 4 | 8;
  readonly tapDepth: 1 | 4;
  readonly taps: readonly { readonly channel: number; readonly ky: number; readonly kx: number }[];
}

/** Weights `[m, c, kernel, kernel]`; `isZero` by flat index. */
export interface TapSource {
  readonly outChannels: number;
  readonly inChannels: number;
  readonly kernel: number;
  readonly isZero: (index: number) => boolean;
}

/** Groups of the least cost: each eight channels share one list of taps or have two of four, taps are 4 or 1 deep. */
export function chooseTaps(source: TapSource, costs: TapCosts): GroupTaps[] {
  const groups: GroupTaps[] = [];
  for (let first = 0; first < source.outChannels; first += 8) {
    const one = [cheapest(source, first, 8, costs)];
    const two = [cheapest(source, first, 4, costs)];
    if (first + 4 < source.outChannels) two.push(cheapest(source, first + 4, 4, costs));
    const cost = (list: readonly GroupTaps[]): number => list.reduce((sum, group) => sum + costOf(group, costs), 0);
    groups.push(...(cost(one) <= cost(two) ? one : two));
  }
  return groups;
}

/** Relative time of a group for one output sample. */
export function costOf({ size, tapDepth, taps }: GroupTaps, costs: TapCosts): number {
  const perMac: DepthCosts = costs.perMac[size];
  return size * (taps.length * tapDepth * perMac[tapDepth] + costs.perChannel[size]);
}

function cheapest(source: TapSource, firstChannel: number, size: 4 | 8, costs: TapCosts): GroupTaps {
  const flat = collect(source, firstChannel, size, 1);
  // Taps four deep must lie within the channels; only int8, which knows no other, may reach beyond them.
  const canBeFlat = costs.perMac[size][1] < Infinity;
  if (canBeFlat && source.inChannels % 4 !== 0) return flat;
  const deep = collect(source, firstChannel, size, 4);
  return canBeFlat && costOf(flat, costs) < costOf(deep, costs) ? flat : deep;
}

function collect(source: TapSource, firstChannel: number, size: 4 | 8, tapDepth: 1 | 4): GroupTaps {
  const { inChannels, kernel } = source;
  const taps: GroupTaps['taps'][number][] = [];
  for (let channel = 0; channel < inChannels; channel += tapDepth) {
    for (let ky = 0; ky < kernel; ky += 1) {
      for (let kx = 0; kx < kernel; kx += 1) {
        if (isKept(source, { firstChannel, size, tapDepth }, { channel, ky, kx })) taps.push({ channel, ky, kx });
      }
    }
  }
  return { firstChannel, size, tapDepth, taps };
}

function isKept(
  { outChannels, inChannels, kernel, isZero }: TapSource,
  { firstChannel, size, tapDepth }: Omit<GroupTaps, 'taps'>,
  { channel, ky, kx }: GroupTaps['taps'][number],
): boolean {
  for (let o = firstChannel; o < Math.min(firstChannel + size, outChannels); o += 1) {
    for (let c = channel; c < Math.min(channel + tapDepth, inChannels); c += 1) {
      if (!isZero(((o * inChannels + c) * kernel + ky) * kernel + kx)) return true;
    }
  }
  return false;
}
