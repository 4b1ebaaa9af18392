import type { PairRow } from './scores.ts';

/** One line a frame; a frame without any error has an empty PSNR. */
export function formatPairsCsv(rows: readonly PairRow[]): string {
  const planes = [...new Set(rows.flatMap((row) => row.planes.map(({ plane }) => plane)))];
  const header = ['reference', 'candidate', 'frame', 'psnr_y', 'ssim_y', 'ms_ssim_y', ...planes.map((p) => `mse_${p}`)];
  const lines = rows.flatMap((row) =>
    row.scores.map(({ frame, psnrY, ssimY, msSsimY, meanSquaredErrors }) => [
      ...[quote(row.reference), quote(row.candidate), frame, psnrY ?? '', ssimY, msSsimY ?? ''],
      ...planes.map((plane) => meanSquaredErrors[row.planes.findIndex((found) => found.plane === plane)] ?? ''),
    ]),
  );
  return [header, ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
