/** What the experiments beside the stages showed, as sections of the page; empty for those that were not run. */
import { join } from 'node:path';
import { baselinesFile } from '../experiments/baselines.ts';
import type { BaselineReport } from '../experiments/baselines.ts';
import { distillationFile } from '../experiments/distillation.ts';
import type { DistillationReport } from '../experiments/distillation.ts';
import { pruningsFile } from '../experiments/prunings.ts';
import type { PruningReport } from '../experiments/prunings.ts';
import type { RankReport } from '../experiments/rank.ts';
import type { StrategyComparison } from '../experiments/compare.ts';
import { readJson } from '../records.ts';
import { section } from './section.ts';
import { escape } from './svg.ts';

export function experimentSections(folder: string): Promise<string[]> {
  const sections = [rankSection, compareSection, pruningsSection, distillationSection, baselinesSection];
  return Promise.all(sections.map((write) => write(folder)));
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

async function distillationSection(folder: string): Promise<string> {
  const report = await readJson<DistillationReport>(distillationFile(folder));
  if (report === null) return '';
  const { teacher, channels, steps, rows, gain, noise } = report;
  const cells = rows.map(
    ({ isTaught, seed, psnr }) =>
      `<tr><td>${isTaught ? 'images and teacher' : 'images'}</td><td>${seed}</td><td>${psnr.toFixed(3)}</td></tr>`,
  );
  const text =
    `A plain network of ${channels} channels, ${steps} steps; half of the samples have the outputs of ${escape(teacher)} for ` +
    `their target, or none. The teacher gains ${gain.toFixed(3)} dB on the validation split; two seeds differ by ${noise.toFixed(3)} dB.`;
  const table = `<table><tr><th>learns from</th><th>seed</th><th>dB</th></tr>${cells.join('')}</table>`;
  return section('What a teacher is worth', text, [table]);
}

async function baselinesSection(folder: string): Promise<string> {
  const report = await readJson<BaselineReport>(baselinesFile(folder));
  if (report === null) return '';
  const { device, searchCoreSeconds, searched, rows, atEqualMs } = report;
  const cells = rows.map(
    ({ kind, channels, steps, coreSeconds, psnr, ms }) =>
      `<tr><td>${kind}</td><td>${channels}</td><td>${steps}</td><td>${coreSeconds.toFixed(0)}</td>` +
      `<td>${psnr.toFixed(3)}</td><td>${ms.toFixed(2)}</td></tr>`,
  );
  const at = (psnr: number | null): string =>
    psnr === null ? 'nothing that reaches that time' : `${psnr.toFixed(3)} dB`;
  const text =
    `The search took ${searchCoreSeconds.toFixed(0)} core-seconds and found ${searched.psnr.toFixed(3)} dB at ${searched.ms.toFixed(2)} ms ` +
    `(f32, validation split, ${escape(device)}). As many, shared by three plain networks of either kind, give at that time: ` +
    `${at(atEqualMs.dense)} dense, ${at(atEqualMs.pruned)} pruned by the same method.`;
  const head = ['plain network', 'channels', 'steps', 'core-seconds', 'dB', 'ms, f32'].map(
    (name) => `<th>${name}</th>`,
  );
  return section('What the search is worth', text, [`<table><tr>${head.join('')}</tr>${cells.join('')}</table>`]);
}
