import type { CheckedLatency } from '../latency.ts';
import type { EvaluationRow } from '../stages/architecture.ts';
import type { PrunedFigures } from '../stages/training.ts';
import type { Encoding } from '../space/encoding.ts';
import { kernelsOf } from '../space/encoding.ts';
import { reducedWidth } from '../train/net/config.ts';
import { Plot, axisOf, escape, svg } from './svg.ts';

/** Quality against latency: all evaluations, the front among them, the target, what was chosen. */
export function drawPareto(
  rows: readonly EvaluationRow[],
  front: readonly EvaluationRow[],
  { targetMs, chosen }: { targetMs: number; chosen: string | null },
): string {
  const x = axisOf(
    'milliseconds for a 1280×720 output, by the compiled layers',
    rows.map(({ ms }) => ms).concat(targetMs),
  );
  const y = axisOf(
    'validation PSNR, dB',
    rows.map(({ psnr }) => psnr),
  );
  const plot = new Plot(x, y);
  const at = plot.x(targetMs).toFixed(1);
  plot.add(`<line class="target" x1="${at}" y1="14" x2="${at}" y2="276"/>`);
  plot.add(`<text class="tick" x="${at}" y="24" dx="-5" text-anchor="end">target ${targetMs.toFixed(1)} ms</text>`);
  for (const { ms, psnr, encoding } of rows) plot.dot(ms, psnr, 'dot', `${encoding}\n${psnr.toFixed(3)} dB`);
  plot.line(
    front.map(({ ms, psnr }) => [ms, psnr] as const),
    'front',
  );
  for (const { ms, psnr, encoding } of front) {
    plot.dot(
      ms,
      psnr,
      encoding === chosen ? 'chosen' : 'best',
      `${encoding}\n${psnr.toFixed(3)} dB at ${ms.toFixed(2)} ms`,
    );
  }
  return plot.toString();
}

/** Whole networks: measured against predicted from the others' measurements. */
export function drawLatency({ model, calibrations }: CheckedLatency): string {
  const points = calibrations.map(({ summedMs, measuredMs, encoding }) => ({
    predicted: model.offsetMs + model.factor * summedMs,
    measuredMs,
    encoding,
  }));
  const values = points.flatMap(({ predicted, measuredMs }) => [predicted, measuredMs]);
  const plot = new Plot(axisOf('ms predicted', values), axisOf('ms measured', values));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  plot.line(
    [
      [low, low],
      [high, high],
    ],
    'target',
  );
  for (const { predicted, measuredMs, encoding } of points) plot.dot(predicted, measuredMs, 'best', encoding);
  return plot.toString();
}

const CELL = { width: 118, gap: 26, height: 150 } as const;

/** The chosen network as boxes in a chain: block, channels and pruning of each layer. */
export function drawArchitecture(encoding: Encoding): string {
  const { cells, tail, scale } = encoding;
  const width = cells.findLast(({ block }) => block !== 'skip')?.width ?? 0;
  const boxes = [
    { title: 'first', kind: 'edge', lines: [`3×3  1→${width}`] },
    ...cells.map((cell) => ({ title: cell.block, kind: cell.block, lines: linesOf(cell) })),
    { title: 'last', kind: 'edge', lines: [`3×3  ${width}→${scale * scale}`, tail === 'none' ? '' : tail] },
    { title: 'output', kind: 'skip', lines: ['+ nearest', `pixel shuffle ${scale}×`] },
  ];
  const whole = boxes.length * (CELL.width + CELL.gap);
  const parts = boxes.map(({ title, kind, lines }, i) => {
    const x = i * (CELL.width + CELL.gap);
    const text = lines
      .filter((line) => line !== '')
      .map(
        (line, l) =>
          `<text class="tick" x="${x + CELL.width / 2}" y="${62 + 17 * l}" text-anchor="middle">${escape(line)}</text>`,
      );
    const arrow = i === 0 ? '' : `<path class="arrow" d="M${x - CELL.gap + 3} 85h${CELL.gap - 8}m-5 -4l5 4l-5 4"/>`;
    return [
      arrow,
      `<rect class="box ${kind}" x="${x}" y="20" width="${CELL.width}" height="130" rx="8"/>`,
      `<text class="label strong" x="${x + CELL.width / 2}" y="42" text-anchor="middle">${escape(title)}</text>`,
      ...text,
    ].join('');
  });
  return svg(whole, CELL.height + 10, parts.join(''));
}

function linesOf({ block, width, expansion, schemes }: Encoding['cells'][number]): string[] {
  if (block === 'skip') return ['nothing'];
  const outputs = block === 'wide' ? [width * expansion, reducedWidth(width), width] : [width];
  return kernelsOf(block).flatMap((kernel, i) => [
    `${kernel}×${kernel}  →${outputs[i]!}`,
    schemes[i] === 'none' ? '' : schemes[i]!,
  ]);
}

/** Kept share of each layer's weights. */
export function drawSparsity({ layers }: PrunedFigures): string {
  const rowHeight = 24;
  const [left, barWidth] = [200, 380];
  const rows = layers.map(({ scheme, kept, shape }, i) => {
    const y = i * rowHeight;
    return [
      `<text class="tick" x="${left - 8}" y="${y + 16}" text-anchor="end">${escape(`${i + 1}  ${shape}  ${scheme}`)}</text>`,
      `<rect class="empty" x="${left}" y="${y + 4}" width="${barWidth}" height="16" rx="3"/>`,
      `<rect class="full" x="${left}" y="${y + 4}" width="${(barWidth * kept).toFixed(1)}" height="16" rx="3"/>`,
      `<text class="tick" x="${left + barWidth + 8}" y="${y + 16}">${(100 * kept).toFixed(0)} %</text>`,
    ].join('');
  });
  return svg(640, layers.length * rowHeight + 6, rows.join(''));
}

/** One logged report of a training stage. */
export interface CurvePoint {
  readonly stage: string;
  readonly step: number;
  readonly loss: number;
  readonly validationPsnr: number | null;
}

/** Loss over the steps, and validation where it was taken; null where there is too little to draw. */
export function drawCurve(points: readonly CurvePoint[], what: 'loss' | 'validation'): string | null {
  const values = points.flatMap(({ step, loss, validationPsnr }) => {
    const value = what === 'loss' ? loss : validationPsnr;
    return value === null ? [] : [[step, value] as const];
  });
  if (values.length < 2) return null;
  const label = what === 'loss' ? 'loss' : 'validation, dB';
  const plot = new Plot(
    axisOf(
      'steps',
      values.map(([x]) => x),
    ),
    axisOf(
      label,
      values.map(([, y]) => y),
    ),
  );
  plot.line(values, 'front');
  for (const [x, y] of values.length > 60 ? [] : values) plot.dot(x, y, 'best', `step ${x}: ${y.toFixed(5)}`);
  return plot.toString();
}
