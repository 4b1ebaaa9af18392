import { basename } from 'node:path';
import { EngineClient } from '../../../app/engine-client.ts';
import type { PlainError, UpscaleRequest, UpscaleResult } from '../../../contract/messages.ts';
import { fromPlainError, toPlainError } from '../../../contract/rpc.ts';
import { AppError } from '../../../core/errors.ts';
import { formatBytes } from './format.ts';
import { listenForPause } from './pause-keys.ts';
import { formatReport, showPath } from './report.ts';
import { UpscaleView } from './view.ts';

/** How one input ended. */
export type Outcome =
  | { readonly inputPath: string; readonly result: UpscaleResult }
  | { readonly inputPath: string; readonly error: PlainError };

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the requests one after the other, each in an engine of its own. A stop ends all of them. */
export async function runRequests(requests: readonly UpscaleRequest[], quiet: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  try {
    for (const request of requests) {
      if (stop.signal.aborted) break;
      outcomes.push(await runOne(request, stop.signal, quiet));
    }
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
  const last = outcomes.at(-1);
  if (!stop.signal.aborted) return outcomes;
  throw last !== undefined && 'error' in last ? fromPlainError(last.error) : new AppError('interrupted', 'stopped');
}

async function runOne(request: UpscaleRequest, stop: AbortSignal, quiet: boolean): Promise<Outcome> {
  const { inputPath } = request;
  const view = new UpscaleView(inputPath);
  const engine = new EngineClient();
  const cancel = (): void => void engine.cancel();
  stop.addEventListener('abort', cancel, { once: true });
  const endPausing = listenForPause(engine, view);
  try {
    const result = await engine.upscale(request, {
      onPlanned: (planned) => view.planned(planned),
      onProgress: (progress) => view.progress(progress),
      onNotice: ({ message }) => view.print(`  ${message}`),
      onPause: ({ message }) => view.print(`  ${message}`),
    });
    view.clear();
    if (!quiet) process.stdout.write(`\n${formatReport(result)}\n`);
    return { inputPath, result };
  } catch (error) {
    view.clear();
    return { inputPath, error: toPlainError(error) };
  } finally {
    endPausing();
    stop.removeEventListener('abort', cancel);
    await engine.close();
  }
}

/** What is printed after all, and the exit code. @throws AppError of the only input */
export function finishOutcomes(outcomes: readonly Outcome[], json: boolean): void {
  if (json) console.log(JSON.stringify({ results: outcomes }, null, 2));
  const [only] = outcomes;
  if (outcomes.length > 1 && !json) console.log(formatSummary(outcomes));
  else if (only && 'error' in only) throw fromPlainError(only.error);
  if (outcomes.some((outcome) => 'error' in outcome)) process.exitCode = 1;
}

/** One line per input, after several. */
function formatSummary(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter((outcome) => 'error' in outcome).length;
  const lines = outcomes.map((outcome) =>
    'error' in outcome
      ? `  failed  ${basename(outcome.inputPath)}: ${outcome.error.message}`
      : `  done    ${showPath(outcome.result.outputPath)} (${formatBytes(outcome.result.outputBytes)})`,
  );
  return ['', `${outcomes.length - failed} of ${outcomes.length} done`, ...lines].join('\n');
}
