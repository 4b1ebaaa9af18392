import { randomUUID } from 'node:crypto';
import { dirname, join, sep } from 'node:path';
import { toPlainError } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import { EngineClient } from '../engine-client.ts';
import { pathWithin } from './browse.ts';
import type { HandlerParts, Some } from './handlers.ts';

/** Comparing takes long, so it has an engine of its own. */
export function compareHandlers({ options, grants, media, temporaryFolder }: HandlerParts): Some<'compareFiles'> {
  return {
    compareFiles: async ({ referenceId, candidateIds, align, msSsim }) => {
      const [referencePath, ...candidatePaths] = await Promise.all(
        [referenceId, ...candidateIds].map((id) => pathWithin(options.shell.root, grants.pathOf(id))),
      );
      const name = randomUUID();
      const [pagePath, csvPath] = ['html', 'csv'].map((ending) => join(temporaryFolder, `${name}.${ending}`)) as [
        string,
        string,
      ];
      const engine = new EngineClient();
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
      } finally {
        await engine.close();
      }
    },
  };
}
