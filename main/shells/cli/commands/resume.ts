import { Command, Option } from 'commander';
import { discardJob, findUnfinished, requestToResume } from '../../../app/unfinished.ts';
import type { UnfinishedJob } from '../../../app/unfinished.ts';
import { DEVICES } from '../../../contract/messages.ts';
import { parseDevice } from '../upscale/options.ts';
import { showPath } from '../upscale/report.ts';
import { finishOutcomes, runRequests } from '../upscale/run.ts';

const EXAMPLES = `
Examples:
  tandem resume                     goes on with every interrupted job of this folder
  tandem resume clip.mp4            with the one of this clip
  tandem resume clip.mp4 --device gpu   computes the rest elsewhere
  tandem resume --list              tells what is there
  tandem resume clip.mp4 --discard  throws away what it had finished`;

interface ResumeOptions {
  readonly device?: string;
  readonly list?: true;
  readonly discard?: true;
  readonly json?: true;
}

/** `tandem resume`: goes on with jobs that did not come to their end. */
export function resumeCommand(): Command {
  return new Command('resume')
    .description('goes on with interrupted jobs, from their last finished segment')
    .argument('[where]', 'a clip, an output, or a folder to search', '.')
    .addOption(
      new Option(
        '--device <device>',
        `where to compute the rest: ${DEVICES.join(', ')}; gpu:NAME or phone:SERIAL names one (default: as before)`,
      ).argParser(parseDevice),
    )
    .option('--list', 'only tell what is there')
    .option('--discard', 'throw away what was finished')
    .option('--json', 'print one JSON document at the end; progress goes to stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (where: string, options: ResumeOptions) => {
      const jobs = await findUnfinished(where);
      const json = options.json ?? false;
      if (options.list) tell(jobs, json);
      else if (options.discard) await discard(jobs, json);
      else {
        const requests = jobs.map((job) => requestToResume(job, options.device));
        finishOutcomes(await runRequests(requests, json), json);
      }
    });
}

function tell(jobs: readonly UnfinishedJob[], json: boolean): void {
  const lines = jobs.map(({ outputPath, frames, owner, problem }) => {
    const state = owner === null ? 'interrupted' : `process ${owner} is at work on it`;
    return `${showPath(outputPath)}: ${problem ?? `${frames} frames are finished, ${state}`}`;
  });
  console.log(json ? JSON.stringify({ jobs }, null, 2) : lines.join('\n'));
}

async function discard(jobs: readonly UnfinishedJob[], json: boolean): Promise<void> {
  for (const job of jobs) await discardJob(job);
  const lines = jobs.map(({ outputPath, frames }) => `${showPath(outputPath)}: threw away ${frames} finished frames`);
  console.log(json ? JSON.stringify({ discarded: jobs }, null, 2) : lines.join('\n'));
}
