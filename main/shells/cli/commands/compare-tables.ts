import type { ClipRow, CompareRow } from '../../../app/compare.ts';
import type { Score } from '../../../core/quality/protocol.ts';
import { formatMacs, formatTable } from '../table.ts';

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
