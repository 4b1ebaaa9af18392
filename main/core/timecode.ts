/** SMPTE timecode, `hh:mm:ss:ff`; with `;` before the frames numbers are left out to stay with the clock at 29.97 and 59.94. */
import type { TimeBase } from './time-base.ts';

export interface TimecodeChange {
  /** Frames of a second that the timecode counts. */
  readonly rate: TimeBase;
  /** Frames of a second of the output, where it counts others. */
  readonly newRate: TimeBase;
  /** Seconds cut off before the first frame. */
  readonly cutSeconds: number;
}

const PATTERN = /^(\d\d):(\d\d):(\d\d)([:;.])(\d{2,3})$/;

/** @returns the timecode of the output's first frame, `null` for a text that is none */
export function changeTimecode(text: string, { rate, newRate, cutSeconds }: TimecodeChange): string | null {
  const match = PATTERN.exec(text.trim());
  if (match === null) return null;
  const isDrop = match[4] !== ':';
  const [hours = 0, minutes = 0, seconds = 0, frame = 0] = [1, 2, 3, 5].map((i) => Number(match[i]));
  const first = numberOf(((hours * 60 + minutes) * 60 + seconds) * whole(rate) + frame, whole(rate), isDrop);
  const at = first + Math.round((cutSeconds * rate.num) / rate.den);
  const isSame = rate.num * newRate.den === newRate.num * rate.den;
  const moved = isSame ? at : Math.round((at * newRate.num * rate.den) / (newRate.den * rate.num));
  return format(moved, whole(newRate), isDrop && whole(newRate) % 30 === 0);
}

/** The numbers of a second go up to this. */
function whole({ num, den }: TimeBase): number {
  return Math.round(num / den);
}

/** Every minute but each tenth this many numbers are left out. */
const dropped = (fps: number): number => Math.round(fps / 15);

/** A label, counted without gaps, as the number of its frame. */
function numberOf(label: number, fps: number, isDrop: boolean): number {
  if (!isDrop) return label;
  const minutes = Math.floor(label / (60 * fps));
  return label - dropped(fps) * (minutes - Math.floor(minutes / 10));
}

function format(frame: number, fps: number, isDrop: boolean): string {
  const label = isDrop ? labelOf(frame, fps) : frame;
  const seconds = Math.floor(label / fps);
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${parts.map(two).join(':')}${isDrop ? ';' : ':'}${two(label % fps)}`;
}

function labelOf(frame: number, fps: number): number {
  const minute = 60 * fps - dropped(fps);
  const ten = 10 * minute + dropped(fps);
  const [tens, rest] = [Math.floor(frame / ten), frame % ten];
  const inTen = rest < 60 * fps ? 0 : 1 + Math.floor((rest - 60 * fps) / minute);
  return frame + dropped(fps) * (9 * tens + inTen);
}
