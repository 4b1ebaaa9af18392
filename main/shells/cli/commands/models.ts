import { Command } from 'commander';
import { listZoo, loadModel, type LoadedModel } from '../../../app/models.ts';
import { measureModels } from '../../../app/measure-models.ts';
import { formatMacs, formatTable } from '../table.ts';

const EXAMPLES = `
Examples:
  tandem models
  tandem models my-network.onnx
  tandem models --json
  tandem models tandem-x2-fast --measure ../shared/data/bench

Any super-resolution ONNX file with one picture in and one out will do, luma or RGB, float32: it is run once on small
pictures, in a process of its own, to find its scale, its range of values and how far it looks around a sample.`;

/** `tandem models`: what comes with Tandem, or what files of the user's own are. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('lists the models that come with Tandem, or says what ONNX files of your own are')
    .argument('[files...]', 'ONNX files to look at instead')
    .option(
      '--measure <folder>',
      'judge models of the zoo on these image sets and enter the figures into their manifests',
    )
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], { json, measure }: { json?: true; measure?: string }) => {
      const names = files.length > 0 ? files : (await listZoo()).map((m) => m.manifest.name);
      if (measure !== undefined) await measureModels({ models: names, references: [measure] });
      const models: LoadedModel[] = [];
      for (const name of names) models.push(await loadModel(name));
      if (json) console.log(JSON.stringify({ models: models.map(describe) }, null, 2));
      else console.log(models.length === 0 ? 'No model comes with this Tandem.' : formatModels(models));
    });
}

/** Everything known of a model but its bytes. */
function describe({ onnx, onnxInt8, manifest, ...facts }: LoadedModel): object {
  return { ...facts, bytes: onnx.byteLength, int8Bytes: onnxInt8?.byteLength ?? null, manifest };
}

function formatModels(models: readonly LoadedModel[]): string {
  const header = ['model', 'scale', 'colour', 'parameters', 'MACs kept', 'field', 'measured'];
  const rows = models.map((m) => [
    m.name,
    `x${m.scale}`,
    m.colour,
    m.parameters,
    formatMacs(m.macs?.kept720p ?? null),
    m.receptiveFieldFrom === 'whole-picture' ? 'all' : m.receptiveField,
    formatMeasured(m),
  ]);
  return `${formatTable(header, rows)}\nMACs for a 1280x720 output; field: samples on a side that an output sample depends on.`;
}

/** PSNR-Y of the shipped runtime, protocol `model`. */
function formatMeasured({ manifest }: LoadedModel): string {
  const figures = (manifest?.measured ?? []).filter((m) => m.protocol === 'model');
  return figures.map((m) => `${m.set} ${m.psnrY.toFixed(2)} dB (${m.runtime} ${m.dataType})`).join(', ') || '-';
}
