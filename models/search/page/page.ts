import { join } from 'node:path';
import type { CheckedLatency } from '../latency.ts';
import { readRows, writeWhole } from '../records.ts';
import type { SearchSettings } from '../settings.ts';
import { parseEncoding } from '../space/text.ts';
import { evaluationsFile, paretoFront } from '../stages/architecture.ts';
import type { ChosenArchitecture, EvaluationRow } from '../stages/architecture.ts';
import { readStage } from '../stages/stage.ts';
import type { PrunedFigures } from '../stages/training.ts';
import { drawArchitecture, drawCurve, drawLatency, drawPareto, drawSparsity } from './figures.ts';
import type { CurvePoint } from './figures.ts';
import { experimentSections } from './experiments.ts';
import { section } from './section.ts';
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
    ...(await experimentSections(folder)),
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
