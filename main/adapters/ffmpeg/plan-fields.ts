/** Interlaced video: what becomes of its fields, by what the person wants, what the flags say and what was seen. Pure. */
import { AppError } from '../../core/errors.ts';
import type { FieldSample } from '../../core/fields.ts';
import type { MediaInfo } from '../../core/media.ts';
import type { OutputRequest } from '../../core/output-plan.ts';
import type { Capabilities } from './tools.ts';

export interface FieldPlan {
  readonly filters: readonly string[];
  /** Frames out of the filters for one in, as a fraction. */
  readonly rate: { readonly num: number; readonly den: number };
}

const UNTOUCHED: FieldPlan = { filters: [], rate: { num: 1, den: 1 } };
/** Fewer frames than this prove nothing. */
const LEAST_SEEN = 10;

/** @throws AppError `input-unsupported` where this ffmpeg has not the filter */
export function planFields(
  media: MediaInfo,
  request: OutputRequest,
  capabilities: Capabilities,
  notes: string[],
): FieldPlan {
  const { fieldSample, fieldOrder } = media.video;
  const isFlagged = fieldOrder === 'interlaced';
  if (request.inverseTelecine) return planInverseTelecine(media, capabilities, notes);
  const seen = judge(fieldSample);
  const wanted = request.deinterlace;
  if (wanted === 'off') {
    if (isFlagged || seen === 'interlaced')
      notes.push('The source is interlaced and stays so, as asked: combs are upscaled.');
    return UNTOUCHED;
  }
  if (wanted === 'auto' && isFlagged && seen === 'progressive') {
    notes.push(
      'The source is marked as interlaced but no frame that was looked at is: it is left as it is (--deinterlace frame forces it).',
    );
    return UNTOUCHED;
  }
  if (wanted === 'auto' && !isFlagged && seen !== 'interlaced') return UNTOUCHED;
  requireFilter('bwdif', media, capabilities);
  const each = wanted === 'field' ? 'one frame for each field' : 'one frame for two fields';
  const why = isFlagged || wanted !== 'auto' ? '' : ', though it is not marked so';
  if (isFlagged || seen === 'interlaced')
    notes.push(`The source is interlaced${why}: it is deinterlaced (bwdif, ${each}) before it is upscaled.`);
  else notes.push(`The source is deinterlaced as asked (bwdif, ${each}).`);
  if (isPulledDown(fieldSample)) {
    notes.push('It looks like film with 3:2 pulldown: --inverse-telecine gives back its own frames, whole.');
  }
  const mode = wanted === 'field' ? 'send_field' : 'send_frame';
  return {
    filters: [`bwdif=mode=${mode}:parity=${parity(isFlagged, fieldSample)}:deint=all`],
    rate: { num: wanted === 'field' ? 2 : 1, den: 1 },
  };
}

/** Fields are matched into the film's frames, and of five frames the one that is there twice is taken out. */
function planInverseTelecine(media: MediaInfo, capabilities: Capabilities, notes: string[]): FieldPlan {
  requireFilter('fieldmatch', media, capabilities);
  requireFilter('decimate', media, capabilities);
  notes.push('The pulldown is taken out (fieldmatch, decimate): four frames for five.');
  if (!isPulledDown(media.video.fieldSample))
    notes.push(
      'No pulldown was seen in the frames that were looked at: one frame in five goes all the same, as asked.',
    );
  const order = media.video.fieldSample === null ? 'auto' : parity(false, media.video.fieldSample);
  return { filters: [`fieldmatch=order=${order}`, 'decimate'], rate: { num: 4, den: 5 } };
}

function requireFilter(filter: string, { path }: MediaInfo, { filters }: Capabilities): void {
  if (filters.includes(filter)) return;
  throw new AppError(
    'input-unsupported',
    `expected progressive video but ${path} is interlaced and this ffmpeg has no ${filter}`,
  );
}

function judge(sample: FieldSample | null): 'interlaced' | 'progressive' | 'unknown' {
  if (sample === null) return 'unknown';
  const combed = sample.topFirst + sample.bottomFirst;
  if (combed + sample.progressive < LEAST_SEEN) return 'unknown';
  // A few frames of either kind are mistakes of the eye: text, fine stripes, stills.
  if (combed > sample.progressive) return 'interlaced';
  return combed * 20 < sample.progressive ? 'progressive' : 'unknown';
}

/** Two frames in five show a field again; cuts and stills blur the count. */
function isPulledDown(sample: FieldSample | null): boolean {
  if (sample === null) return false;
  const { topFirst, bottomFirst, progressive, undetermined, repeated } = sample;
  const share = repeated / (topFirst + bottomFirst + progressive + undetermined);
  return repeated >= LEAST_SEEN && share > 0.25 && share < 0.55;
}

/** Frames without a flag would count as top field first. */
function parity(isFlagged: boolean, sample: FieldSample | null): string {
  if (isFlagged || sample === null) return 'auto';
  return sample.bottomFirst > sample.topFirst ? 'bff' : 'tff';
}
