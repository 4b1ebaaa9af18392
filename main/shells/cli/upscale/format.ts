/** Numbers as a person reads them. */

/** `3:07`, `1:02:45`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** `812 KB`, `8.1 MB`: decimal units, as file managers and disks count. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit > 1 && value < 100 ? value.toFixed(1) : String(Math.round(value))} ${units[unit]!}`;
}

/** Three digits that matter: `0.42`, `7.13`, `31.0`, `412`. */
export function formatMs(ms: number): string {
  return ms >= 99.95 ? ms.toFixed(0) : ms >= 9.995 ? ms.toFixed(1) : ms.toFixed(2);
}

export function formatRate(framesPerSecond: number): string {
  return `${framesPerSecond >= 9.95 ? framesPerSecond.toFixed(1) : framesPerSecond.toFixed(2)} fps`;
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Breaks text into lines of at most `width` at spaces; a longer word stands alone. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
