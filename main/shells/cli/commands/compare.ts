import { stat, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { comparePairs, compareOnClips, compareOnImages, formatPairsCsv, makePairsPage } from '../../../app/compare.ts';
import { AppError } from '../../../core/errors.ts';
import { PROTOCOLS, type Protocol } from '../../../core/quality/protocol.ts';
import { numberWithin } from '../upscale/options.ts';
import { formatClipRows, formatCompareRows, formatPairRows } from './compare-tables.ts';

interface CompareFlags {
  readonly upscale?: true;
  readonly references?: string;
  readonly scale: string;
  readonly models: string;
  readonly protocol: Protocol;
  readonly crf: string;
  readonly device: string;
  readonly json?: true;
  readonly align?: true;
  readonly lumaOnly?: true;
  readonly msSsim?: true;
  readonly rgb?: true;
  readonly vmaf?: true;
  readonly crop: number;
  readonly worst: number;
  readonly csv?: string;
  readonly html?: string;
}

const EXAMPLES = `
Examples:
  tandem compare original.png upscaled.png --crop 2
  tandem compare original.mp4 one.mkv two.mp4 --html comparison.html --csv frames.csv
  tandem compare originals/ candidates/ --json
  tandem compare --upscale --references bench --scale 2 --models all --json
  tandem compare --upscale --references bench/Set5 --scale 3 --protocol anchor
  tandem compare --upscale --references one.mp4,two.mp4 --crf 23,30 --scale 2 --models tandem-x2-fast

Without --upscale: pictures, clips, or folders of them matched by name. With it, references are a folder of image sets (LR images are taken from its LR_bicubic/x2 where they exist, otherwise made
bit-equal to them), or clips: those are made smaller, encoded by x264 at each crf, decoded and enlarged again.`;

/** `tandem compare`: candidates against references, or models on references that were made smaller. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('measures how near an upscaled picture is to its original')
    .argument('[reference]', 'original picture or clip, or a folder of them')
    .argument(
      '[candidates...]',
      'what is judged: a file, or a folder with files of the same names; several rows for several',
    )
    .option('--upscale', 'judge models: make the references smaller, enlarge them again and compare')
    .option('--references <paths>', 'with --upscale: a folder of image sets, or clips separated by commas')
    .addOption(new Option('--scale <n>', 'with --upscale: how much larger').choices(['2', '3', '4']).default('2'))
    .option('--models <names>', 'with --upscale: all, none, or names separated by commas', 'all')
    .addOption(
      new Option('--protocol <name>', 'how images are judged; anchor prints the published bicubic figures')
        .choices(PROTOCOLS)
        .default('model'),
    )
    .addOption(
      new Option('--device <device>', 'with --upscale: cpu, gpu, or gpu:NAME').argParser(parseDevice).default('cpu'),
    )
    .option('--crf <list>', 'for clips: x264 qualities', '23,30')
    .option(
      '--align',
      'bring candidates to the reference’s size, samples and frame rate, and compare the common frames',
    )
    .option('--luma-only', 'of clips compare luma alone: faster')
    .option('--ms-ssim', 'multi-scale SSIM as well (176 pixels each way at least); pictures have it where they can')
    .option('--rgb', 'PSNR of clips in RGB as well (slow); pictures have it anyway')
    .option('--vmaf', 'VMAF of clips as well, where this ffmpeg has it')
    .option('--crop <n>', 'pixels left out on every side of pictures', numberWithin(0, 1000, true), 0)
    .option('--worst <n>', 'how many of the worst frames are named and shown', numberWithin(0, 20, true), 3)
    .option('--csv <file>', 'write one line for each frame')
    .option('--html <file>', 'write a page with plots and the worst frames')
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText('after', EXAMPLES)
    .action(async (reference: string | undefined, candidates: string[], flags: CompareFlags) => {
      await (flags.upscale ? compareModels(reference, flags) : compareFiles(reference, candidates, flags));
    });
}

function print(flags: CompareFlags, document: object, text: () => string): void {
  console.log(flags.json ? JSON.stringify(document, null, 2) : text());
}

async function compareFiles(
  reference: string | undefined,
  candidates: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  if (flags.references !== undefined) throw new AppError('wrong-usage', 'expected --upscale beside --references');
  if (reference === undefined || candidates.length === 0) {
    const message = 'expected a reference and a candidate, or --upscale with --references (--help shows examples)';
    throw new AppError('wrong-usage', message);
  }
  const rows = await comparePairs(reference, candidates, {
    ...{ align: flags.align === true, lumaOnly: flags.lumaOnly === true, msSsim: flags.msSsim === true },
    rgb: flags.rgb === true,
    ...{ vmaf: flags.vmaf === true, crop: flags.crop, worst: flags.worst, onProgress: showProgress },
  });
  endProgress();
  if (flags.csv !== undefined) await writeFile(flags.csv, formatPairsCsv(rows));
  if (flags.html !== undefined) await writeFile(flags.html, await makePairsPage(rows));
  print(flags, { rows }, () => formatPairRows(rows));
}

async function compareModels(stray: string | undefined, flags: CompareFlags): Promise<void> {
  if (stray !== undefined) throw new AppError('wrong-usage', `expected no image beside --upscale, but got ${stray}`);
  if (flags.references === undefined) {
    throw new AppError('wrong-usage', 'expected --references with a folder of images, or with clips');
  }
  const references = splitList(flags.references);
  const models: 'all' | string[] =
    flags.models === 'all' ? 'all' : flags.models === 'none' ? [] : splitList(flags.models);
  const shared = { references, scale: Number(flags.scale), models, device: flags.device, onProgress: showProgress };
  if (await areFolders(references)) {
    const rows = await compareOnImages({ ...shared, protocol: flags.protocol });
    print(flags, { rows }, () => formatCompareRows(rows));
  } else {
    const rows = await compareOnClips({ ...shared, crfs: splitList(flags.crf).map(parseCrf) });
    print(flags, { rows }, () => formatClipRows(rows));
  }
}

function parseDevice(text: string): string {
  if (/^(?:cpu|gpu|gpu:.+)$/.test(text)) return text;
  throw new AppError('wrong-usage', `expected cpu, gpu or gpu:NAME for --device, but got ${text}`);
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseCrf(text: string): number {
  const crf = Number(text);
  if (Number.isInteger(crf) && crf >= 0 && crf <= 51) return crf;
  throw new AppError('wrong-usage', `expected x264 qualities from 0 to 51 for --crf, but got ${text}`);
}

async function areFolders(paths: readonly string[]): Promise<boolean> {
  const kinds = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  const missing = kinds.indexOf(null);
  if (missing >= 0) {
    throw new AppError('input-missing', `expected a folder or a clip at ${paths[missing]}, but there is nothing`);
  }
  const folders = kinds.filter((kind) => kind!.isDirectory()).length;
  if (folders === 0) return false;
  if (folders === paths.length) return true;
  throw new AppError('wrong-usage', 'expected either folders of images or clips for --references, but got both');
}

/** One line that is written over, on a terminal only: standard output stays free for the table. */
function showProgress(what: string, done: number, total: number | null): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\x1b[K${total === null ? `frame ${done}` : `${done}/${total}`} ${what}`);
  if (done === total) endProgress();
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
