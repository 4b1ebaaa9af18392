import type { CallOutput, EngineApi } from '../../contract/api.ts';
import type { QueueClip } from '../job-queue/queue-clip.ts';

export interface DiagnosticsFacts {
  readonly version: string;
  readonly shell: string;
  readonly checks: CallOutput<EngineApi, 'examine'>;
  readonly clips: readonly QueueClip[];
  /** Last errors with their evidence, oldest first. */
  readonly failures: readonly string[];
}

/** One text to copy into a report: what is here, what was asked, what went wrong with which commands. */
export function formatDiagnostics({ version, shell, checks, clips, failures }: DiagnosticsFacts): string {
  const counts = new Map<string, number>();
  for (const { state } of clips) counts.set(state, (counts.get(state) ?? 0) + 1);
  const queue = [...counts].map(([state, count]) => `${String(count)} ${state}`).join(', ') || 'empty';
  return [
    `Tandem ${version} (${shell})`,
    ...checks.map(({ name, found, advice }) => `${name}: ${found}${advice === '' ? '' : ` (${advice})`}`),
    `queue: ${queue}`,
    '',
    failures.length === 0 ? 'no errors since the start' : 'errors since the start:',
    ...failures,
  ].join('\n');
}
