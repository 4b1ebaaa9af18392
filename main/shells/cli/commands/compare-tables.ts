import { basename } from 'node:path';
import type { ClipRow, CompareRow, PairRow } from '../../../app/compare.ts';
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

/** The table of `tandem compare REFERENCE CANDIDATE...`. */
export function formatPairRows(rows: readonly PairRow[]): string {
  const header = [
    'candidate',
    'size',
    'frames',
    'PSNR-Y dB',
    'of mean MSE',
    'PSNR-RGB dB',
    'SSIM-Y',
    'MS-SSIM-Y',
    'VMAF',
  ];
  const number = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-';
  const isEqual = ({ planes }: (typeof rows)[number], names: string): boolean =>
    planes.every(({ plane, psnrOfMeanError }) => !names.includes(plane) || psnrOfMeanError === null);
  const lines = rows.map((row) => [
    basename(row.candidate),
    `${row.width}x${row.height}`,
    row.frames,
    isEqual(row, 'y') ? 'equal' : row.psnrY.toFixed(3),
    number(row.planes[0]!.psnrOfMeanError, 3),
    row.psnrRgb !== null && isEqual(row, row.kind === 'clip' ? 'yuv' : 'rgb') ? 'equal' : number(row.psnrRgb, 3),
    row.ssimY.toFixed(5),
    number(row.msSsimY, 5),
    number(row.vmaf, 2),
  ]);
  const notes = rows.flatMap((row) => [
    ...row.aligned.map((step) => `${basename(row.candidate)}: ${step}.`),
    ...(row.kind === 'clip' && row.worst.length > 0
      ? [`${basename(row.candidate)}: worst frames ${row.worst.join(', ')}.`]
      : []),
  ]);
  return [formatTable(header, lines), ...notes].join('\n');
}
