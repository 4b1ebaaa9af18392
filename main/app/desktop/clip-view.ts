import { basename } from 'node:path';
import { clipResultSchema } from '../../contract/app-messages.ts';
import type { Clip } from '../../contract/app-messages.ts';
import type { QueueClip } from '../job-queue/queue-clip.ts';
import { placeOf } from './browse.ts';

/** A clip as a page sees it: without paths. */
export function viewClip(clip: QueueClip, root: string | null): Clip {
  const { path, result, error, ...rest } = clip;
  return {
    ...rest,
    name: basename(path),
    place: placeOf(path, root),
    error: error && { ...error, message: withoutFolders(error.message, path) },
    result: result && viewResult(result),
  };
}

function viewResult(result: NonNullable<QueueClip['result']>): Clip['result'] {
  return clipResultSchema.strip().parse({ ...result, outputName: basename(result.outputPath) });
}

/** Sentences of the engine name files by their whole paths; people at a page know them by their names. */
export function withoutFolders(sentence: string, path: string): string {
  const folder = path.slice(0, path.length - basename(path).length);
  return folder === '' ? sentence : sentence.replaceAll(folder, '');
}
