/** Interlaced video: what becomes of its fields. Pure. */
import { AppError } from '../../core/errors.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { Capabilities } from './tools.ts';

export function deinterlaceFilters({ path, video }: MediaInfo, capabilities: Capabilities, notes: string[]): string[] {
  if (video.fieldOrder !== 'interlaced') return [];
  if (!capabilities.filters.includes('bwdif')) {
    throw new AppError(
      'input-unsupported',
      `expected progressive video but ${path} is interlaced and this ffmpeg has no bwdif`,
    );
  }
  notes.push('The source is interlaced: it is deinterlaced (bwdif, one frame for two fields) before it is upscaled.');
  return ['bwdif=mode=send_frame:parity=auto:deint=all'];
}
