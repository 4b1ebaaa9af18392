import { mkdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_FORMAT, formatManifest, parseManifest } from '../../format/manifest.ts';
import type { Manifest } from '../../format/manifest.ts';
import { encodeOnnx } from '../../format/onnx.ts';
import { OTHER_SET, TRAINING_SETS } from './data/sets.ts';
import { compileSparse } from '../../compiler/compile.ts';
import { keptShare } from '../../compiler/sparsity.ts';
import { samples720p } from '../prune/budget.ts';
import { blockOf } from '../space/scheme.ts';
import { countParameters, countWeights, haloOf, layersOf } from './net/config.ts';
import type { NetConfig } from './net/config.ts';
import { OPSET, buildInference, weightName } from './net/inference-graph.ts';
import type { MergedNumbers } from './net/inference-graph.ts';
import { MANIFEST_FILE, describeFile, writeWhole } from './model-files.ts';
import { mergeNet } from './run/merge.ts';
import { encodeState } from './run/state-codec.ts';
import { bestParameters } from './run/state.ts';
import type { TrainingConfig, TrainingState } from './run/state.ts';

const MODEL_FILE = 'model.onnx';
const TRAIN_STATE_FILE = 'train-state.bin';

export interface ExportOptions {
  readonly name: string;
  /** Folder of the model, made when missing. */
  readonly to: string;
  /** Names of the training sets. */
  readonly sets: readonly string[];
  /** Processor and threads, in words. */
  readonly device: string;
  readonly date: Date;
}

/** Writes model.onnx (moving average, branches merged), the small train-state and manifest.json. */
export async function exportModel(state: TrainingState, options: ExportOptions): Promise<Manifest> {
  const { net } = state.config;
  const merged = await mergeNet(net, bestParameters(state), state.vectors.mask);
  const model = encodeOnnx(buildInference(net, merged));
  const trainState = encodeState(state, { moments: false });
  const before = await readManifest(join(options.to, MANIFEST_FILE));
  const modelFile = describeFile(MODEL_FILE, model);
  const int8 = before?.files.model.sha256 === modelFile.sha256 ? before.files.int8 : undefined;
  const files = {
    model: modelFile,
    trainState: describeFile(TRAIN_STATE_FILE, trainState),
    // An int8 file of other weights is not this model's.
    ...(int8 === undefined ? {} : { int8 }),
  };
  const manifest = describeModel(state, options, { files, model, merged }, before);
  await mkdir(options.to, { recursive: true });
  await writeWhole(join(options.to, MODEL_FILE), model);
  await writeWhole(join(options.to, TRAIN_STATE_FILE), trainState);
  await writeWhole(join(options.to, MANIFEST_FILE), formatManifest(manifest));
  return manifest;
}

async function readManifest(path: string): Promise<Manifest | null> {
  return existsSync(path) ? parseManifest(await readFile(path, 'utf8')) : null;
}

function describeModel(
  state: TrainingState,
  options: ExportOptions,
  { files, model, merged }: { files: Manifest['files']; model: Uint8Array; merged: readonly MergedNumbers[] },
  before: Manifest | null,
): Manifest {
  const { net } = state.config;
  const sparsity = describeSparsity(state.config, merged);
  const isSameModel = before?.files.model.sha256 === files.model.sha256;
  return {
    format: MANIFEST_FORMAT,
    name: options.name,
    version: before?.version ?? '1',
    ...(before?.description === undefined ? {} : { description: before.description }),
    scale: net.scale,
    colour: 'y',
    inputMaximum: 1,
    opset: OPSET,
    receptiveField: 2 * haloOf(net) + 1,
    structure: {
      kind: net.cells === undefined ? 'plain' : 'cells',
      channels: net.channels,
      layers: layersOf(net).length,
      kernels: layersOf(net).map(({ kernel }) => kernel),
      ...(net.cells === undefined ? {} : { cells: net.cells.map((cell) => ({ ...cell })) }),
      activation: net.activation,
      longSkip: net.longSkip,
      base: net.base,
      trainedAs: net.block,
    },
    sparsity,
    files,
    ...(files.int8 === undefined ? {} : { quantisation: before?.quantisation }),
    parameters: countParameters(net),
    macs: countMacs(net, model, sparsity),
    training: describeTraining(state, options),
    // Figures are of the very bytes they were measured on.
    measured: isSameModel ? before.measured : [],
  };
}

/** Dense: all weights. Kept: what the engine executes of them, whole blocks and taps. */
function countMacs(net: NetConfig, model: Uint8Array, sparsity: Manifest['sparsity']): Manifest['macs'] {
  const dense720p = countWeights(net) * samples720p(net.scale);
  if (sparsity.every(({ scheme }) => scheme === 'dense')) return { dense720p, kept720p: dense720p };
  const { keptMacs } = compileSparse(model, { bitDepth: 8, inputMaximum: 1, sparsity });
  return { dense720p, kept720p: keptMacs * samples720p(net.scale) };
}

function describeSparsity({ net, pruning }: TrainingConfig, merged: readonly MergedNumbers[]): Manifest['sparsity'] {
  return layersOf(net).map(({ index, inputs, outputs, kernel }) => {
    const layer = weightName(index);
    const scheme = pruning?.schemes[index] ?? 'none';
    if (scheme === 'none') return { layer, scheme: 'dense' };
    const block = blockOf(scheme) ?? undefined;
    const units = {
      scheme: block === undefined ? (scheme as 'filter' | 'column' | 'pattern') : 'block',
      block,
    } as const;
    const kept = keptShare({ dims: [outputs, inputs, kernel, kernel], data: merged[index]!.weights }, units);
    return { layer, ...units, kept };
  });
}

function describeTraining(state: TrainingState, options: ExportOptions): Manifest['training'] {
  const { config, plan, step } = state;
  const { schedule } = config;
  const late =
    step > plan.start ? `, then a cosine decay over ${plan.steps} steps at patch ${schedule.decayPatch}` : '';
  const pictures = config.lowResolution === 'x264' ? 'LR went through x264 at crf 18 to 34. ' : '';
  const optimiser = config.optimiser === 'muon' ? 'Muon (hidden layers) and Adam' : 'Adam';
  return {
    sets: options.sets.map((name) => ({ name, ...(TRAINING_SETS[name] ?? OTHER_SET) })),
    seeds: [config.seed],
    steps: step,
    lrPixels: state.lrPixels,
    batch: config.batch,
    patch: schedule.patch,
    device: options.device,
    date: options.date.toISOString().slice(0, 10),
    notes:
      `Research use only: the terms of the training sets. ${pictures}Loss ${config.loss.toUpperCase()}, ${optimiser}, rate ${schedule.rate} ` +
      `after ${schedule.warmupSteps} steps of warm-up${late}; weights are a moving average (${config.averageDecay}).`,
  };
}
