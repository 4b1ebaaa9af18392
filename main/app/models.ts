/** Use case: the models that are there, and loading one of them or one of the user's own. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { decodeOnnx } from '../../models/format/onnx.ts';
import { parseManifest } from '../../models/format/manifest.ts';
import type { Manifest } from '../../models/format/manifest.ts';
import { AppError, isAppError } from '../core/errors.ts';
import type { RuntimeModel } from '../core/runtime.ts';
import { inspectModel, readModelFile } from './inspect-model.ts';
import type { NetInspection } from './inspect-model.ts';

const ZOO_FOLDER = resolve(import.meta.dirname, '../../models/zoo');

/** A model with its manifest: of those that come with Tandem, or one that was searched or trained here. */
export interface ZooModel {
  readonly manifest: Manifest;
  readonly folder: string;
}

/** A model ready for a runtime, and what is known of its cost. */
export interface LoadedModel extends RuntimeModel {
  /** Null for a file of the user's own. */
  readonly manifest: Manifest | null;
  readonly receptiveFieldFrom: 'manifest' | NetInspection['receptiveFieldFrom'];
  /** The only input size it takes; null for any. */
  readonly fixedSize: NetInspection['fixedSize'];
  readonly parameters: number;
  /** Multiply-adds for a 1280x720 output; null when they cannot be counted. */
  readonly macs: Manifest['macs'] | null;
}

/** @returns the models of the zoo by name; folders without a manifest are passed over */
export async function listZoo(zooFolder = ZOO_FOLDER): Promise<ZooModel[]> {
  const entries = await readdir(zooFolder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((e) => e.isDirectory()).map((e) => join(zooFolder, e.name));
  const models = await Promise.all(folders.sort().map(readModelFolder));
  return models.filter((m) => m !== null);
}

export interface LoadOptions {
  /** Refuses a model of another scale; lets `fast` stand for `tandem-x<scale>-fast`. */
  readonly scale?: number | undefined;
  readonly zooFolder?: string;
}

/**
 * @param nameOrPath a name of the zoo, a path to an ONNX file, or to a folder with a manifest as the zoo has them
 * @throws AppError `wrong-usage` for an unknown name or a scale the model does not have, `model-invalid`,
 *   `model-unsupported`, `input-missing` or `input-unreadable` for a file that will not do
 */
export async function loadModel(nameOrPath: string, { scale, zooFolder }: LoadOptions = {}): Promise<LoadedModel> {
  const zoo = await listZoo(zooFolder);
  const names = [nameOrPath, ...(scale === undefined ? [] : [`tandem-x${scale}-${nameOrPath}`])];
  const known = zoo.find((m) => names.includes(m.manifest.name));
  if (known === undefined && !looksLikePath(nameOrPath)) {
    const list = zoo.map((m) => m.manifest.name).join(', ') || 'empty';
    const message = `expected a model of the zoo (${list}) or a path to an ONNX file but got '${nameOrPath}'`;
    throw new AppError('wrong-usage', message);
  }
  const found = known ?? (await readModelFolder(nameOrPath));
  const model = found === null ? await loadOwn(nameOrPath) : await loadFromZoo(found);
  if (scale === undefined || model.scale === scale) return model;
  const message = `expected a model that enlarges ${scale} times but '${model.name}' enlarges ${model.scale} times`;
  throw new AppError('wrong-usage', message);
}

/** @returns the folder of a model of the zoo. @throws AppError `wrong-usage` */
export async function zooFolderOf(name: string): Promise<string> {
  const zoo = await listZoo();
  const known = zoo.find((model) => model.manifest.name === name);
  if (known !== undefined) return known.folder;
  const list = zoo.map((m) => m.manifest.name).join(', ') || 'empty';
  throw new AppError('wrong-usage', `expected a model of the zoo (${list}) but got '${name}'`);
}

/** @returns null where there is no manifest. @throws AppError `model-invalid` */
export async function readModelFolder(folder: string): Promise<ZooModel | null> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return { manifest: parseManifest(text), folder };
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError(error.code, `${folder}: ${error.message}`, { details: error.details });
  }
}

async function loadFromZoo({ manifest, folder }: ZooModel): Promise<LoadedModel> {
  const { files, macs } = manifest;
  const onnx = await readListed(folder, files.model);
  const onnxInt8 = files.int8 === undefined ? undefined : await readListed(folder, files.int8);
  const { name, scale, colour, inputMaximum, receptiveField, parameters, sparsity } = manifest;
  const facts = { name, scale, colour, inputMaximum, receptiveField, parameters, macs, sparsity };
  return { ...facts, onnx, onnxInt8, manifest, receptiveFieldFrom: 'manifest', fixedSize: null };
}

/** A file of a model, as its manifest has it. */
async function readListed(folder: string, { file, sha256 }: Manifest['files']['model']): Promise<Uint8Array> {
  const path = join(folder, file);
  const bytes = await readModelFile(path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest === sha256) return bytes;
  throw new AppError('model-invalid', `expected ${path} as its manifest has it but got a file of another content`, {
    details: { expected: sha256, got: digest },
  });
}

async function loadOwn(path: string): Promise<LoadedModel> {
  const { onnx, inspection } = await inspectModel(path);
  const { macs720p, ...facts } = inspection;
  const macs = macs720p === null ? null : { dense720p: macs720p, kept720p: macs720p };
  const name = basename(path).replace(/\.onnx$/i, '');
  return { ...facts, name, onnx, ...(isInt8(onnx) ? { onnxInt8: onnx } : {}), macs, manifest: null };
}

/** A file that rounds its activations is an int8 network, whatever else it holds. */
function isInt8(onnx: Uint8Array): boolean {
  return decodeOnnx(onnx).graph.nodes.some((node) => node.opType === 'QuantizeLinear');
}

function looksLikePath(text: string): boolean {
  return /[/\\]/.test(text) || /\.onnx$/i.test(text) || existsSync(text);
}
