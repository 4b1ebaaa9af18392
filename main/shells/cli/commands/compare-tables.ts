import type { ClipRow, CompareRow } from '../../../app/compare.ts';
import type { Score } from '../../../core/quality/protocol.ts';

type Cell = string | number;

/** Columns as wide as their widest cell; the first is text, the others stand right. */
function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

function formatMacs(macs: number | null): string {
  return macs === null ? '-' : `${(macs / 1e9).toFixed(2)} G`;
}

/** The table of `tandem compare --upscale` on images. */
export function formatCompareRows(rows: readonly CompareRow[]): string {
  const header = [
    'model',
    'runtime',
    'type',
    'set',
    'images',
    'PSNR-Y dB',
    'SSIM-Y',
    'MACs kept',
    'MACs dense',
    'parameters',
  ];
  const lines = rows.map((row) => [
    row.model,
    row.runtime ?? '-',
    row.dataType,
    `${row.set} x${row.scale}`,
    row.images,
    row.psnrY.toFixed(3),
    row.ssimY.toFixed(4),
    formatMacs(row.keptMacs720p),
    formatMacs(row.denseMacs720p),
    row.parameters ?? '-',
  ]);
  const protocol = rows[0]?.protocol ?? 'model';
  return `${formatTable(header, lines)}\nProtocol ${protocol}; MACs for a 1280x720 output.`;
}

/** The table of `tandem compare --upscale` on clips. */
export function formatClipRows(rows: readonly ClipRow[]): string {
  const header = ['model', 'runtime', 'type', 'clip', 'crf', 'size', 'frames', 'PSNR-Y dB', 'VMAF'];
  const lines = rows.map((row) => [
    row.model,
    row.runtime ?? '-',
    row.dataType,
    row.clip,
    row.crf,
    `${row.width}x${row.height}`,
    row.frames,
    row.psnrY.toFixed(3),
    row.vmaf === null ? '-' : row.vmaf.toFixed(2),
  ]);
  const note = rows.some((row) => row.vmaf === null) ? '\nVMAF: this ffmpeg has none that works.' : '';
  return `${formatTable(header, lines)}\nPSNR-Y: mean over the frames, whole picture.${note}`;
}

/** The answer of `tandem compare REFERENCE CANDIDATE`. */
export function formatPair(score: Score): string {
  const psnrY = Number.isFinite(score.psnrY) ? `${score.psnrY.toFixed(3)} dB` : 'infinite (equal luma)';
  return `PSNR-Y ${psnrY}\nSSIM-Y ${score.ssimY.toFixed(5)}`;
}
