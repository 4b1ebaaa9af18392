import type { Progress } from '../../../contract/messages.ts';
import { formatDuration, formatPercent, formatRate } from './format.ts';

const BAR_CELLS = 12;
/** Cells of a bar in eighths. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One line for a terminal of `columns`; what does not fit is left out, the least telling first. */
export function formatProgressLine(progress: Progress, columns: number): string {
  const { phase, frames, totalFrames, framesPerSecond, etaSeconds, shares } = progress;
  if (phase !== 'upscaling')
    return `${phase === 'joining' ? 'joining segments, tracks and tags' : 'checking the output'} …`;
  const share = totalFrames ? Math.min(1, frames / totalFrames) : null;
  const parts = [
    { text: share === null ? '' : formatPercent(share).padStart(5), rank: 1 },
    { text: share === null ? '' : formatBar(share), rank: 5 },
    { text: totalFrames === null ? `${frames} frames` : `${frames}/${totalFrames}`, rank: 2 },
    { text: formatRate(framesPerSecond), rank: 3 },
    { text: etaSeconds === null ? '' : `${formatDuration(etaSeconds)} left`, rank: 2 },
    { text: formatShares(shares), rank: 4 },
  ].filter(({ text }) => text !== '');
  for (let rank = 5; rank >= 0; rank--) {
    const line = parts
      .filter((part) => part.rank <= rank)
      .map(({ text }) => text)
      .join('  ');
    if (line.length < columns) return line;
  }
  return '';
}

/** The same for logs: a sentence a line. */
export function formatProgressSentence(progress: Progress): string {
  const { phase, frames, totalFrames, framesPerSecond, etaSeconds, shares } = progress;
  if (phase !== 'upscaling') return formatProgressLine(progress, 80);
  const count = totalFrames === null ? `${frames} frames` : `${frames} of ${totalFrames} frames`;
  const left = etaSeconds === null ? '' : `, ${formatDuration(etaSeconds)} left`;
  return `${count}, ${formatRate(framesPerSecond)}${left} (${formatShares(shares)})`;
}

function formatShares({ decode, compute, encode }: Progress['shares']): string {
  const [d, c, e] = [decode, compute, encode].map((share) => String(Math.round(share * 100)));
  return `decode ${d!} model ${c!} encode ${e!} %`;
}

function formatBar(share: number): string {
  const eighths = Math.floor(share * BAR_CELLS * 8);
  return `${'█'.repeat(eighths >> 3)}${EIGHTHS[eighths & 7]!}`.padEnd(BAR_CELLS, '░');
}
