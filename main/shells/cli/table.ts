export type Cell = string | number;

/** Columns as wide as their widest cell; the first is text, the others stand right. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

/** Multiply-adds as people say them. */
export function formatMacs(macs: number | null): string {
  return macs === null ? '-' : `${(macs / 1e9).toFixed(2)} G`;
}
