/** SubRip text, as far as cutting a span out of it goes. Pure. */

export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const TIMES = /(-?)(\d+):(\d\d):(\d\d)[,.](\d{1,3})\s*-->\s*(-?)(\d+):(\d\d):(\d\d)[,.](\d{1,3})/;

/** The cues of a SubRip file, in its order. What has no times is passed over. */
export function parseSrt(source: string): Cue[] {
  const blocks = source.replaceAll('\r\n', '\n').split(/\n(?=\d+\n-?\d+:\d\d:\d\d[,.]\d+\s*-->)/);
  return blocks.flatMap((block) => {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => TIMES.test(line));
    const match = TIMES.exec(lines[at] ?? '');
    if (match === null) return [];
    const text = lines
      .slice(at + 1)
      .join('\n')
      .trim();
    return [{ startMs: toMs(match.slice(1, 6)), endMs: toMs(match.slice(6, 11)), text }];
  });
}

/** The cues that are seen within `[fromMs, toMs)`, cut to it and counted from its start. */
export function cutCues(cues: readonly Cue[], fromMs: number, toMs: number): Cue[] {
  return cues
    .filter((cue) => cue.endMs > fromMs && cue.startMs < toMs)
    .map(({ startMs, endMs, text }) => ({
      startMs: Math.max(startMs, fromMs) - fromMs,
      endMs: Math.min(endMs, toMs) - fromMs,
      text,
    }));
}

/** The cues as a SubRip file. */
export function formatSrt(cues: readonly Cue[]): string {
  const blocks = cues.map((cue, i) => `${String(i + 1)}\n${clock(cue.startMs)} --> ${clock(cue.endMs)}\n${cue.text}\n`);
  return blocks.join('\n');
}

function toMs([sign, ...fields]: readonly (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0] = fields.slice(0, 3).map(Number);
  const ms = Number((fields[3] ?? '0').padEnd(3, '0'));
  return (sign === '-' ? -1 : 1) * (((hours * 60 + minutes) * 60 + seconds) * 1000 + ms);
}

function clock(ms: number): string {
  const whole = Math.round(ms);
  const parts = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1000) % 60];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')},${String(whole % 1000).padStart(3, '0')}`;
}
