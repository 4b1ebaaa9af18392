import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { modelSchema } from '../../contract/app-messages.ts';
import type { ModelFacts } from '../../contract/app-messages.ts';
import type { CallOutput, EngineApi } from '../../contract/api.ts';
import { AppError } from '../../core/errors.ts';
import { writeDurably } from '../durable-file.ts';
import { listZoo, readModelFolder } from '../models.ts';
import type { ZooModel } from '../models.ts';

const ownSchema = z.array(z.strictObject({ path: z.string(), facts: modelSchema }));

const OWN = 'own-';
/** What the page calls in its own words. */
const VALIDATION_SET = 'validation';

/** A model that a search has left. */
export interface SearchedModel {
  readonly id: string;
  readonly folder: string;
}

/** The zoo, what searches have found, and ONNX files that the person added: pages know those by an id. */
export class ModelsBook {
  readonly #file: string;
  readonly #own: z.infer<typeof ownSchema>;
  readonly #searched: () => readonly SearchedModel[];

  private constructor(file: string, own: z.infer<typeof ownSchema>, searched: () => readonly SearchedModel[]) {
    this.#file = file;
    this.#own = own;
    this.#searched = searched;
  }

  static async open(file: string, searched: () => readonly SearchedModel[]): Promise<ModelsBook> {
    const text = await readFile(file, 'utf8').catch(() => '[]');
    try {
      return new ModelsBook(file, ownSchema.parse(JSON.parse(text)), searched);
    } catch {
      return new ModelsBook(file, [], searched);
    }
  }

  async list(): Promise<ModelFacts[]> {
    const searched = await Promise.all(this.#searched().map(viewSearched));
    const zoo = (await listZoo()).map(viewZooModel);
    return [...zoo, ...searched.filter((model) => model !== null), ...this.#own.map(({ facts }) => facts)];
  }

  async add(path: string, found: CallOutput<EngineApi, 'inspectModel'>): Promise<ModelFacts> {
    const { scale, colour, parameters, macs720p } = found;
    const known = this.#own.findIndex((model) => model.path === path);
    const id = this.#own[known]?.facts.id ?? OWN + randomUUID();
    const cost = { keptMacs720p: macs720p, denseMacs720p: macs720p };
    const facts = {
      id,
      name: basename(path),
      scale,
      colour,
      parameters,
      ...cost,
      quality: [],
      isOwn: true,
      isSearched: false,
    };
    if (known >= 0) this.#own.splice(known, 1);
    this.#own.push({ path, facts });
    await writeDurably(this.#file, JSON.stringify(this.#own));
    return facts;
  }

  /** What the engine calls the model: a name of the zoo or a path. @throws AppError `wrong-usage` */
  resolve(model: string | null): string | null {
    const searched = this.#searched().find(({ id }) => id === model);
    if (searched) return searched.folder;
    if (model?.startsWith(OWN) !== true) return refusePaths(model);
    const own = this.#own.find(({ facts }) => facts.id === model);
    if (own) return own.path;
    throw new AppError('wrong-usage', 'expected a model that was added but it is not known any more');
  }
}

/** A page names models of the zoo; a path from it would read a file that nobody chose. */
function refusePaths(model: string | null): string | null {
  if (model === null || /^[a-z0-9][a-z0-9.-]*$/.test(model)) return model;
  throw new AppError('wrong-usage', 'expected the name of a model but got something else');
}

function viewZooModel({ manifest }: ZooModel): ModelFacts {
  const { name, scale, colour, parameters, macs, measured } = manifest;
  const shown = measured.filter(({ protocol, dataType }) => protocol === 'model' && dataType === 'f32');
  const quality = [...new Map(shown.map(({ set, psnrY, ssimY }) => [set, { set, psnrY, ssimY }])).values()];
  const cost = { keptMacs720p: macs.kept720p, denseMacs720p: macs.dense720p };
  return { ...{ id: name, name, scale, colour, parameters }, ...cost, quality, isOwn: false, isSearched: false };
}

/** Its quality is known on the images that the search kept for that. */
async function viewSearched({ id, folder }: SearchedModel): Promise<ModelFacts | null> {
  // A broken one is not offered.
  const found = await readModelFolder(folder).catch(() => null);
  if (found === null) return null;
  const view = viewZooModel(found);
  const validated = found.manifest.quantisation?.validation;
  const quality = validated === undefined ? view.quality : [{ set: VALIDATION_SET, psnrY: validated.f32, ssimY: null }];
  return { ...view, id, quality, isSearched: true };
}
