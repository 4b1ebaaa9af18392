import { randomUUID } from 'node:crypto';
import { dirname, join, sep } from 'node:path';
import type { CallInput } from '../../contract/api.ts';
import type { AppApi } from '../../contract/app-api.ts';
import type { Comparison } from '../../contract/app-messages.ts';
import { toPlainError } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import { EngineClient } from '../engine-client.ts';
import { pathWithin } from './browse.ts';
import type { HandlerParts, Some } from './handlers.ts';

/** Comparing takes long, so it has an engine of its own, which is killed where the person stops it. */
export function compareHandlers(parts: HandlerParts): Some<'compareFiles' | 'cancelComparison'> {
  let running: EngineClient | null = null;
  let stopped: EngineClient | null = null;
  return {
    compareFiles: async (input) => {
      if (running !== null)
        throw new AppError('wrong-usage', 'expected the running comparison to end before another but it has not');
      const engine = (running = new EngineClient());
      try {
        return await compareWith(engine, input, parts);
      } catch (error) {
        if (stopped === engine)
          throw new AppError('interrupted', 'the comparison was stopped before its end', { cause: error });
        throw error;
      } finally {
        await engine.close();
        running = null;
      }
    },
    cancelComparison: async () => {
      stopped = running;
      await running?.close();
      return null;
    },
  };
}

async function compareWith(
  engine: EngineClient,
  { referenceId, candidateIds, align, msSsim }: CallInput<AppApi, 'compareFiles'>,
  { options, grants, media, temporaryFolder }: HandlerParts,
): Promise<Comparison> {
  const [referencePath, ...candidatePaths] = await Promise.all(
    [referenceId, ...candidateIds].map((id) => pathWithin(options.shell.root, grants.pathOf(id))),
  );
  const name = randomUUID();
  const [pagePath, csvPath] = [join(temporaryFolder, `${name}.html`), join(temporaryFolder, `${name}.csv`)];
  try {
    const request = { referencePath: referencePath!, candidatePaths, align, msSsim, pagePath, csvPath };
    const rows = await engine.call('comparePairs', request);
    return {
      rows,
      pageId: media.add(pagePath, 'comparison.html').mediaId,
      csvId: media.add(csvPath, 'comparison.csv').mediaId,
    };
  } catch (error) {
    const { code, message } = toPlainError(error);
    const folders = [referencePath!, ...candidatePaths].map((path) => dirname(path) + sep);
    const spoken = folders.reduce((sentence, folder) => sentence.replaceAll(folder, ''), message);
    throw new AppError(code, spoken, { cause: error });
  }
}
