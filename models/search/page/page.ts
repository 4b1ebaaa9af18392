import { join } from 'node:path';
import { pruningsFile } from '../experiments/prunings.ts';
import type { PruningReport } from '../experiments/prunings.ts';
import type { RankReport } from '../experiments/rank.ts';
import type { StrategyComparison } from '../experiments/compare.ts';
import type { CheckedLatency } from '../latency.ts';
import { readJson, readRows, writeWhole } from '../records.ts';
import type { SearchSettings } from '../settings.ts';
import { parseEncoding } from '../space/text.ts';
import { evaluationsFile, paretoFront } from '../stages/architecture.ts';
import type { ChosenArchitecture, EvaluationRow } from '../stages/architecture.ts';
import { readStage } from '../stages/stage.ts';
import type { PrunedFigures } from '../stages/training.ts';
import { drawArchitecture, drawCurve, drawLatency, drawPareto, drawSparsity } from './figures.ts';
import type { CurvePoint } from './figures.ts';
import { PAGE_STYLE } from './style.ts';
import { escape } from './svg.ts';

const CURVES = { ratios: 'Ratios', finetune: 'Fine-tuning', quantise: '8 bit' } as const;

/** Writes `results.html` into a search's folder, of whatever stages are done. @returns its path */
export async function writeResults(folder: string, settings: SearchSettings, model: string): Promise<string> {
  const sections = [
    await architectureSection(folder, settings),
    await latencySection(folder),
    await sparsitySection(folder),
    await curvesSection(folder),
    await rankSection(folder),
    await compareSection(folder),
    await pruningsSection(folder),
  ];
  const goal = settings.gmac === null ? `${settings.targetMs.toFixed(1)} ms` : `${settings.gmac} GMAC`;
  const quick = settings.isQuick
    ? '<p class="note">A quick search: it tries every stage, its model is worth nothing.</p>'
    : '';
  const title = `${escape(model)}: ×${settings.scale} within ${goal} for a 1280×720 output`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>${PAGE_STYLE}</style></head>
<body><h1>${title}</h1>${quick}${sections.filter((s) => s !== '').join('\n')}</body></html>\n`;
  const path = join(folder, 'results.html');
  await writeWhole(path, html);
  return path;
}

function section(title: string, text: string, figures: readonly string[]): string {
  const drawn = figures.map((figure) => `<figure>${figure}</figure>`).join('');
  return `<section><h2>${escape(title)}</h2><p>${text}</p>${drawn}</section>`;
}

async function architectureSection(folder: string, { targetMs }: SearchSettings): Promise<string> {
  const rows = await readRows<EvaluationRow>(evaluationsFile(folder));
  if (rows.length === 0) return '';
  const chosen = await readStage<ChosenArchitecture>(folder, 'architecture');
  const front = paretoFront(rows);
  const plot = drawPareto(rows, front, { targetMs, chosen: chosen?.encoding ?? null });
  const count = `${rows.length} architectures, ${front.length} of them beaten by none; quality after a short masked training.`;
  if (chosen === null) return section('Architectures', `${count} The search is not done.`, [plot]);
  const { psnr, ms, gmac } = chosen.evaluation;
  const words = `${count} Chosen: ${psnr.toFixed(3)} dB at ${ms.toFixed(2)} ms and ${gmac.toFixed(2)} GMAC.`;
  const text = `${words}</p><p><code>${escape(chosen.encoding)}</code>`;
  return section('Architectures', text, [plot, drawArchitecture(parseEncoding(chosen.encoding))]);
}

async function latencySection(folder: string): Promise<string> {
  const checked = await readStage<CheckedLatency>(folder, 'latency');
  if (checked === null) return '';
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const text =
    `${escape(checked.device)}. ${checked.calibrations.length} whole networks were measured; each is missed by ` +
    `${percent(checked.meanError)} on average and ${percent(checked.worstError)} at worst when it is predicted from the others.`;
  return section('Latency', text, [drawLatency(checked)]);
}

async function sparsitySection(folder: string): Promise<string> {
  const figures = await readStage<PrunedFigures>(folder, 'ratios');
  if (figures === null) return '';
  const { keptShare, keptGmac } = figures;
  const text = `${(100 * keptShare).toFixed(1)} % of the multiply-adds are executed: ${keptGmac.toFixed(2)} GMAC. Weights kept by layer:`;
  return section('Sparsity', text, [drawSparsity(figures)]);
}

async function curvesSection(folder: string): Promise<string> {
  const figures: string[] = [];
  for (const [stage, title] of Object.entries(CURVES)) {
    const points = await readRows<CurvePoint>(join(folder, stage, 'log.jsonl'));
    for (const what of ['loss', 'validation'] as const) {
      const curve = drawCurve(points, what);
      if (curve !== null) figures.push(`<figcaption>${title}</figcaption>${curve}`);
    }
  }
  return figures.length === 0 ? '' : section('Training', 'Loss and validation as training went on.', figures);
}

async function rankSection(folder: string): Promise<string> {
  const report = await readJson<RankReport>(join(folder, 'rank', 'done.json'));
  if (report === null) return '';
  const tau = ({ tau: value, interval: [low, high] }: RankReport['macs']): string =>
    `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const noise =
    report.noise === null ? '' : ` Two trainings of one architecture differ by ${report.noise.toFixed(3)} dB.`;
  const text =
    `${report.encodings} architectures of nearly one cost, each trained alone for ${report.aloneSteps} steps. Kendall's tau ` +
    `with that order: ${tau(report.inherited)} by the supernet's weights, ${tau(report.tuned)} after a short training of ` +
    `them, ${tau(report.macs)} by multiply-adds alone; in brackets 95 % by bootstrap.${noise}`;
  return section('Does the supernet rank?', text, []);
}

async function compareSection(folder: string): Promise<string> {
  const comparison = await readJson<StrategyComparison>(join(folder, 'compare', 'done.json'));
  if (comparison === null) return '';
  const rows = comparison.replays.map(
    ({ strategy, evaluations, median, lowerQuartile, upperQuartile }) =>
      `<tr><td>${strategy}</td><td>${evaluations}</td><td>${median.toFixed(3)}</td>` +
      `<td>${lowerQuartile.toFixed(3)} to ${upperQuartile.toFixed(3)}</td></tr>`,
  );
  const table = `<table><tr><th>search</th><th>evaluations</th><th>median best, dB</th><th>quartiles</th></tr>${rows.join('')}</table>`;
  const text = `Replayed on a table of ${comparison.rows} evaluated architectures, 20 seeds; the table's best is ${comparison.best.toFixed(3)} dB.`;
  return section('Ways of searching', text, [table]);
}

async function pruningsSection(folder: string): Promise<string> {
  const report = await readJson<PruningReport>(pruningsFile(folder));
  if (report === null) return '';
  const rows = report.rows.map(
    ({ scheme, keptShare, keptGmac, psnr, msF32, msInt8 }) =>
      `<tr><td>${scheme === 'none' ? 'dense' : scheme}</td><td>${(100 * (1 - keptShare)).toFixed(1)} %</td>` +
      `<td>${keptGmac.toFixed(2)}</td><td>${psnr.toFixed(3)}</td><td>${msF32.toFixed(2)}</td><td>${msInt8.toFixed(2)}</td></tr>`,
  );
  const head = ['blocks', 'pruned', 'GMAC', 'dB', 'ms, f32', 'ms, int8'].map((name) => `<th>${name}</th>`).join('');
  const text =
    `One dense network (${escape(report.checkpoint)}) and what ${report.rows[0]!.steps} steps more make of it, pruned in ` +
    `several ways; quality in f32 on the validation split, time measured on ${escape(report.device)}.`;
  return section('Ratios and blocks', text, [`<table><tr>${head}</tr>${rows.join('')}</table>`]);
}
