import { SEARCH_STAGES } from '../../contract/search-messages.ts';
import type { SearchProgress, SearchRequest } from '../../contract/search-messages.ts';
import { lowerPriority } from '../../app/lower-priority.ts';

export interface SearchListeners {
  readonly onProgress: (progress: SearchProgress) => void;
  readonly onNote: (sentence: string) => void;
}

/** Searches behind everything else that computes. @returns whether the model is there; false when it was stopped */
export async function runSearch(
  { name, target, isQuick, ...request }: SearchRequest,
  signal: AbortSignal,
  { onProgress, onNote }: SearchListeners,
): Promise<boolean> {
  lowerPriority();
  // What trains is loaded where it is needed: engines of clips start without it.
  const { search } = await import('../../app/search.ts');
  const { isFinished } = await search({
    ...{ ...request, run: name, target: `${String(target.value)}${target.unit}`, quick: isQuick },
    ...{ stage: null, gmac: null, seed: null, from: null, scheme: null, teacher: null },
    ...{ signal, onNote },
    onProgress: ({ stage: current, ...progress }) => {
      const stage = SEARCH_STAGES.find((known) => known === current);
      if (stage !== undefined) onProgress({ ...progress, stage });
    },
  });
  return isFinished;
}
