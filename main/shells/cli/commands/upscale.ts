import { Command, Option } from 'commander';
import { ARITHMETICS, DEVICES, QUALITIES } from '../../../contract/messages.ts';
import { DEINTERLACING } from '../../../core/fields.ts';
import { CODEC_CHOICES, PRESETS } from '../../../core/codecs.ts';
import { makeRequests, numberWithin, parseDevice, parseRate, parseStatsPath, parseTime } from '../upscale/options.ts';
import type { UpscaleOptions } from '../upscale/options.ts';
import { finishOutcomes, runRequests } from '../upscale/run.ts';

const EXAMPLES = `
Examples:
  tandem upscale clip.mp4                      makes clip-x2.mp4 beside it
  tandem upscale clip.mkv -o large.mkv --crf 18 --preset slow
  tandem upscale *.mp4 -o upscaled/            each into a folder that exists
  tandem upscale clip.mp4 --from 1:30 --to 2:00 --stats frames.csv
  tandem upscale clip.mp4 --model ./own.onnx   any super-resolution ONNX file
  tandem upscale picture.png                   one picture, a GIF, or a row of them:
  tandem upscale 'frames/%04d.png' -o 'large/%04d.png'`;

/** `tandem upscale`: larger clips, with their sound, subtitles, chapters, timing and colour. */
export function upscaleCommand(): Command {
  return new Command('upscale')
    .description('makes clips larger and keeps everything else of them')
    .argument('<inputs...>', 'clips or pictures to upscale')
    .option('-o, --output <path>', 'file to write, or a folder that exists (default: beside the input)')
    .addOption(new Option('--scale <factor>', "how much larger (default: the model's)").choices(['2', '3', '4']))
    .option(
      '--model <name|file>',
      'a model of the zoo, the folder of a searched one, or an ONNX file (default: by scale and quality)',
    )
    .addOption(
      new Option(
        '--quality <quality>',
        'of the model (default: video for a clip that is compressed hard, else balanced)',
      ).choices(QUALITIES),
    )
    .addOption(
      new Option(
        '--device <device>',
        `where to compute: ${DEVICES.join(', ')}; gpu:NAME or phone:SERIAL names one, + joins several`,
      )
        .argParser(parseDevice)
        .default('auto'),
    )
    .addOption(
      new Option(
        '--arithmetic <type>',
        'what the model computes in (default: int8 for 8 bits where it can, else f32; f16 on gpu and phone only)',
      ).choices(ARITHMETICS),
    )
    .addOption(new Option('--codec <codec>', 'video encoder').choices(CODEC_CHOICES).default('auto'))
    .option(
      '--crf <number>',
      "quality on the scale of x264's medium, whatever encoder and preset; 0 is lossless",
      numberWithin(0, 51),
      16,
    )
    .addOption(
      new Option('--preset <preset>', 'what the encoder may spend, in the same words for all')
        .choices(PRESETS)
        .default('medium'),
    )
    .option('--from <time>', 'start here, as seconds or h:m:s', parseTime)
    .option('--to <time>', 'end here', parseTime)
    .option('--fps <rate>', 'of numbered pictures: how many are a second, as 24 or 24000/1001 (default: 25)', parseRate)
    .addOption(
      new Option('--deinterlace <how>', 'one frame for two fields, one for each field, or none')
        .choices(DEINTERLACING)
        .default('auto'),
    )
    .option('--inverse-telecine', 'take 3:2 pulldown out of film: four frames for five')
    .option('--tolerate-damage', 'go on over damaged frames and a cut end, and tell what was lost')
    .option('--threads <number>', 'threads of the model (default: one a core)', numberWithin(1, 256, true))
    .option('--stats <file>', 'write one row per frame, as .json or .csv', parseStatsPath)
    .option('--overwrite', 'replace outputs that exist')
    .option('--restart', 'throw away what an interrupted job has finished, and begin anew')
    .option('--json', 'print one JSON document at the end; progress goes to stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (inputs: string[], options: UpscaleOptions) => {
      finishOutcomes(await runRequests(makeRequests(inputs, options), options.json ?? false), options.json ?? false);
    });
}
