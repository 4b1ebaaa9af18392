import { basename, relative } from 'node:path';
import type { Planned, UpscaleResult } from '../../../contract/messages.ts';
import { STAGES } from '../../../core/stats.ts';
import { formatBytes, formatDuration, formatMs, formatRate, wrapText } from './format.ts';

const WIDTH = 78;

/** What is about to happen, before the first frame. */
export function formatPlanned(inputPath: string, planned: Planned): string {
  const { from, to, model, runtime, arithmetic, threads, outputPath, notes } = planned;
  const sizes = `${from.width}x${from.height} to ${to.width}x${to.height}`;
  return [
    `${basename(inputPath)}: ${sizes}, ${model} in ${arithmetic} on ${runtime}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `  to ${showPath(outputPath)}`,
    ...notes.flatMap(formatNote),
  ].join('\n');
}

/** A note, wrapped and hanging. */
function formatNote(note: string): string[] {
  return wrapText(note, WIDTH - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`);
}

/** Where the time went, and what came out. */
export function formatReport(result: UpscaleResult): string {
  const { keptFrames, frames, wallSeconds, framesPerSecond, outputPath, outputBytes, peakMemoryBytes, bottleneck } =
    result;
  const time = wallSeconds < 60 ? `${wallSeconds.toFixed(1)} s` : formatDuration(wallSeconds);
  const [first = '', ...rest] = wrapText(bottleneck, WIDTH - 14);
  return [
    ...result.losses.flatMap(formatNote),
    ...formatStages(result),
    '',
    `  bottleneck  ${first}`,
    ...rest.map((line) => `              ${line}`),
    ...(keptFrames === 0 ? [] : [`  kept        ${keptFrames} of ${frames} frames, finished before the interruption`]),
    `  time        ${time} for ${frames - keptFrames} frames (${formatRate(framesPerSecond)}), engine memory ${formatBytes(peakMemoryBytes)}`,
    `  output      ${showPath(outputPath)} (${formatBytes(outputBytes)})`,
  ].join('\n');
}

function formatStages({ stages }: UpscaleResult): string[] {
  const row = (cells: readonly string[]): string =>
    `  ${cells[0]!.padEnd(12)}${cells
      .slice(1)
      .map((cell) => cell.padStart(10))
      .join('')}`;
  // Stages that only some devices have (sending, receiving) are no news where they took no time.
  const shown = stages.filter(({ max }) => max > 0);
  const head = row(['ms a frame', 'p50', 'p95', 'p99', 'max']);
  return [
    head,
    ...shown.map(({ stage, p50, p95, p99, max }) => row([STAGES[stage], ...[p50, p95, p99, max].map(formatMs)])),
  ];
}

/** Relative where that is shorter. */
export function showPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && near.length < path.length ? near : path;
}
