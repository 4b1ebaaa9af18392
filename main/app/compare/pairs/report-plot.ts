const WIDTH = 900;
const HEIGHT = 180;
const LEFT = 56;
const BOTTOM = 24;
/** Points a line is drawn with; a longer clip shows the least of each stretch, which is what is looked for. */
const MOST_POINTS = 900;

export interface Plot {
  readonly title: string;
  readonly values: readonly (number | null)[];
  readonly digits: number;
  /** Frames to mark. */
  readonly marks: readonly number[];
}

/** A figure over the frames, as SVG. Frames without a value (nothing differs) leave a gap. */
export function drawPlot({ title, values, digits, marks }: Plot): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `<p>${title}: nothing differs in any frame.</p>`;
  let low = known[0]!;
  let high = known[0]!;
  for (const value of known) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const spread = high - low || 10 ** -digits;
  const x = (frame: number): number => LEFT + ((WIDTH - LEFT - 8) * frame) / Math.max(1, values.length - 1);
  const y = (value: number): number => 10 + (HEIGHT - BOTTOM - 14) * (1 - (value - low) / spread);
  const ticks = [low, low + spread / 2, low + spread].map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${round(y(value))}" y2="${round(y(value))}"/>` +
      `<text x="${LEFT - 8}" y="${round(y(value) + 4)}" text-anchor="end">${value.toFixed(digits)}</text>`,
  );
  const dots = marks
    .filter((frame) => values[frame] !== null && values[frame] !== undefined)
    .map(
      (frame) =>
        `<circle cx="${round(x(frame))}" cy="${round(y(values[frame]!))}" r="4"><title>frame ${frame}</title></circle>`,
    );
  const label = `${title} over ${values.length} frames, from ${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
${ticks.join('')}<path d="${pathOf(values, x, y)}"/>${dots.join('')}
<text x="${LEFT}" y="${HEIGHT - 4}">frame 0</text><text x="${WIDTH - 8}" y="${HEIGHT - 4}" text-anchor="end">${values.length - 1}</text></svg></figure>`;
}

function pathOf(values: Plot['values'], x: (frame: number) => number, y: (value: number) => number): string {
  const step = Math.max(1, Math.ceil(values.length / MOST_POINTS));
  let path = '';
  let isDown = false;
  for (let from = 0; from < values.length; from += step) {
    const part = values.slice(from, from + step).filter((value) => value !== null);
    if (part.length > 0) path += `${isDown ? 'L' : 'M'}${round(x(from))} ${round(y(Math.min(...part)))}`;
    isDown = part.length > 0;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
