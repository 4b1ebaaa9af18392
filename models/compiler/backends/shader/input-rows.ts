import type { GpuGroup, GpuTap } from './gpu-network.ts';

/** Four channels of one input in one row of the kernel, and all taps that read them. */
export interface InputRow {
  readonly tensor: number;
  readonly group: number;
  readonly ky: number;
  /** `g` is the group of output channels, in columns' order. */
  readonly uses: readonly { readonly tap: GpuTap; readonly g: number }[];
}

/**
 * @param formOf what a tap's statements depend on
 * @returns the rows that are kept, those of one form together: a program computes them in one loop, and a layer that is
 *   dense, or pruned by columns or filters, has a single form
 */
export function gatherRows(groups: readonly GpuGroup[], formOf: (tap: GpuTap) => string): InputRow[][] {
  const rows = new Map<string, InputRow & { uses: { tap: GpuTap; g: number }[] }>();
  groups.forEach(({ taps }, g) => {
    for (const tap of taps) {
      const { tensor, group, ky } = tap;
      const key = [tensor, group, ky].join(' ');
      const row = rows.get(key) ?? { tensor, group, ky, uses: [] };
      row.uses.push({ tap, g });
      rows.set(key, row);
    }
  });
  const forms = new Map<string, InputRow[]>();
  for (const row of [...rows.values()].sort(byPlace)) {
    row.uses.sort((a, b) => a.tap.kx - b.tap.kx || a.g - b.g);
    const form = row.uses.map(({ tap, g }) => `${g} ${tap.kx} ${formOf(tap)}`).join(', ');
    forms.set(form, [...(forms.get(form) ?? []), row]);
  }
  return [...forms.values()];
}

function byPlace(a: InputRow, b: InputRow): number {
  return a.tensor - b.tensor || a.group - b.group || a.ky - b.ky;
}
