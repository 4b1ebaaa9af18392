import type { Profile } from '../../../app/profile.ts';

/** Lines for a terminal. */
export function formatProfile(profile: Profile): string {
  return [head(profile), ...layers(profile), ...checks(profile), ...costs(profile)].join('\n');
}

function head({ key, driver, measuredOn: { width, height } }: Profile): string {
  return `${key} (${driver})\nmilliseconds of one layer for 640x360, on a processor by one thread; measured on ${width}x${height}`;
}

function layers({ layers, ends }: Profile): string[] {
  const row = (shape: string, dataType: string, what: string, milliseconds: number): string =>
    `${shape.padEnd(14)} ${dataType.padEnd(5)} ${what.padEnd(22)} ${milliseconds.toFixed(3)}`;
  return [
    ...layers.map(({ kernel, inChannels, outChannels, dataType, scheme, block, kept, milliseconds }) => {
      const what = `${scheme}${block === null ? '' : ` ${block}`} ${100 * kept} %`;
      return row(`${kernel}x${kernel} ${inChannels}->${outChannels}`, dataType, what, milliseconds);
    }),
    ...ends.map(({ channels, dataType, milliseconds }) =>
      row(`1->${channels}->4 x2`, dataType, 'first and last', milliseconds),
    ),
  ];
}

function checks({ checks }: Profile): string[] {
  if (checks.length === 0) return [];
  const rows = checks.map(({ name, predictedMs, measuredMs }) => {
    const error = `${(100 * (predictedMs / measuredMs - 1)).toFixed(1)} %`;
    return `${name.padEnd(28)} ${predictedMs.toFixed(2).padStart(8)} ${measuredMs.toFixed(2).padStart(8)} ${error.padStart(8)}`;
  });
  return ['', 'whole networks: sum of layers, measured, error', ...rows];
}

/** What a search and the packing read. */
function costs({ costs }: Profile): string[] {
  const forms = [
    ['f32', 8, 4],
    ['f32', 8, 1],
    ['f32', 4, 4],
    ['f32', 4, 1],
    ['int8', 8, 4],
    ['int8', 4, 4],
  ] as const;
  const rows = forms.map(([dataType, size, depth]) => {
    const picoseconds = 1000 * costs[dataType].perMac[size][depth];
    return `${dataType.padEnd(5)} ${size} outputs x ${depth} inputs   ${picoseconds.toFixed(1).padStart(8)}`;
  });
  return ['', 'picoseconds of one multiply-add, by form', ...rows];
}
