/** Small SVG text builders for the results page; colours are the page's CSS variables. */

export const WIDTH = 640;
export const HEIGHT = 320;
const MARGIN = { left: 62, right: 18, top: 14, bottom: 44 } as const;

/** Escapes text for element content and attributes. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export interface Axis {
  readonly label: string;
  readonly low: number;
  readonly high: number;
}

/** @returns an axis that holds all values, with a little room */
export function axisOf(label: string, values: readonly number[], room = 0.06): Axis {
  const finite = values.filter(Number.isFinite);
  const [low, high] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  const margin = (high - low || Math.abs(high) || 1) * room;
  return { label, low: low - margin, high: high + margin };
}

/** @returns round numbers within an axis, about `count` of them */
export function ticksOf({ low, high }: Axis, count = 6): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** A plot's frame: axes with ticks, and how values become places. */
export class Plot {
  readonly #x: Axis;
  readonly #y: Axis;
  readonly #parts: string[] = [];

  constructor(x: Axis, y: Axis) {
    this.#x = x;
    this.#y = y;
    for (const tick of ticksOf(x)) this.#tick(this.x(tick), HEIGHT - MARGIN.bottom, tick, 'x');
    for (const tick of ticksOf(y)) this.#tick(MARGIN.left, this.y(tick), tick, 'y');
    const [middleX, middleY] = [(MARGIN.left + WIDTH - MARGIN.right) / 2, (MARGIN.top + HEIGHT - MARGIN.bottom) / 2];
    this.add(`<text class="label" x="${middleX}" y="${HEIGHT - 8}" text-anchor="middle">${escape(x.label)}</text>`);
    this.add(
      `<text class="label" transform="translate(14 ${middleY}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>`,
    );
  }

  x(value: number): number {
    return place(value, this.#x, MARGIN.left, WIDTH - MARGIN.right);
  }

  y(value: number): number {
    return place(value, this.#y, HEIGHT - MARGIN.bottom, MARGIN.top);
  }

  add(part: string): void {
    this.#parts.push(part);
  }

  line(points: readonly (readonly [number, number])[], style: string): void {
    const path = points.map(([x, y]) => `${this.x(x).toFixed(1)},${this.y(y).toFixed(1)}`).join(' ');
    this.add(`<polyline class="${style}" points="${path}"/>`);
  }

  dot(x: number, y: number, style: string, title: string): void {
    const circle = `<circle class="${style}" cx="${this.x(x).toFixed(1)}" cy="${this.y(y).toFixed(1)}" r="4">`;
    this.add(`${circle}<title>${escape(title)}</title></circle>`);
  }

  toString(): string {
    return svg(WIDTH, HEIGHT, this.#parts.join(''));
  }

  #tick(x: number, y: number, value: number, along: 'x' | 'y'): void {
    const text = escape(formatTick(value));
    if (along === 'x') {
      this.add(`<line class="grid" x1="${x}" y1="${MARGIN.top}" x2="${x}" y2="${y}"/>`);
      this.add(`<text class="tick" x="${x}" y="${y + 16}" text-anchor="middle">${text}</text>`);
    } else {
      this.add(`<line class="grid" x1="${x}" y1="${y}" x2="${WIDTH - MARGIN.right}" y2="${y}"/>`);
      this.add(`<text class="tick" x="${x - 7}" y="${y + 4}" text-anchor="end">${text}</text>`);
    }
  }
}

export function svg(width: number, height: number, content: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img">${content}</svg>`;
}

function place(value: number, { low, high }: Axis, from: number, to: number): number {
  return from + ((value - low) / (high - low)) * (to - from);
}

function formatTick(value: number): string {
  if (Math.abs(value) >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`;
  return String(Number(value.toPrecision(6)));
}
