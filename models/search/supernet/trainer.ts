import type { TrainingSet } from '../train/data/training-set.ts';
import type { Backend } from '../train/emit/emitter.ts';
import { sizeOf } from '../train/autodiff/tensor.ts';
import { uniform } from '../train/random.ts';
import type { Value } from '../train/run/session.ts';
import { ADAM } from '../train/run/optimiser.ts';
import { sampleEncoding } from '../space/draw.ts';
import type { Encoding, Space } from '../space/encoding.ts';
import { parametersOnPath } from './graph.ts';
import { openPathStep } from './path-step.ts';
import type { PathStep } from './path-step.ts';
import type { SupernetState } from './state.ts';

const AVERAGE_DECAY = 0.999;
/** Opening a path costs as much as several of its steps: each sandwich serves so many. */
const USES = 8;
/** Steps go round so many sandwiches, so that no path is trained twice in a row. */
const POOL = 4;
const vector = (data: Float32Array): Value => ({ dims: [data.length], data });

/** @returns which drawing of paths a step trains, and its place in the pool */
function drawingAt(step: number): { place: number; drawing: number } {
  const place = step % POOL;
  return { place, drawing: Math.floor(step / (POOL * USES)) * POOL + place };
}

/**
 * The sandwich rule: the widest and the narrowest way through blocks drawn by chance, and one path drawn whole. Pure in
 * (seed, step); a sandwich comes back every {@link POOL} steps, {@link USES} times.
 */
export function sandwichPaths(space: Space, seed: number, step: number): Encoding[] {
  const { drawing } = drawingAt(step);
  let at = 0;
  const draw = (): number => uniform(seed, drawing * 4096 + at++);
  const solid = { ...space, blocks: space.blocks.filter((block) => block !== 'skip') };
  const only = (width: number, expansion: number): Space => ({ ...solid, widths: [width], expansions: [expansion] });
  const widest = only(Math.max(...space.widths), Math.max(...space.expansions));
  const narrowest = only(Math.min(...space.widths), Math.min(...space.expansions));
  return [sampleEncoding(widest, draw), sampleEncoding(narrowest, draw), sampleEncoding(space, draw)];
}

/** A path, and where its parameters lie in the supernet's. */
interface OpenPath {
  readonly step: PathStep;
  readonly entries: readonly { readonly start: number; readonly size: number }[];
}

/** Trains all paths of a space in one set of weights: the gradients of a step's paths are summed, then Adam moves. */
export class SupernetTrainer {
  readonly state: SupernetState;
  readonly #data: TrainingSet;
  readonly #backend: Backend;
  readonly #pool = new Map<number, { readonly drawing: number; readonly paths: readonly OpenPath[] }>();
  readonly #low: Value;
  readonly #high: Value;

  constructor(state: SupernetState, data: TrainingSet, backend: Backend) {
    this.state = state;
    this.#data = data;
    this.#backend = backend;
    const { batch, patch, space } = state.config;
    const channels = space.scale ** 2;
    this.#low = { dims: [batch, 1, patch, patch], data: new Float32Array(batch * patch * patch) };
    this.#high = { dims: [batch, channels, patch, patch], data: new Float32Array(batch * channels * patch * patch) };
  }

  /** One step over the sandwich's paths. @returns their mean loss */
  async step(): Promise<number> {
    const { state } = this;
    const { seed, batch, patch } = state.config;
    this.#data.fillBatch({ seed, step: state.step, batch, patch }, this.#low.data, this.#high.data);
    const paths = await this.#pathsOfStep();
    const gradient = new Float32Array(state.vectors.p.length);
    let loss = 0;
    for (const { step, entries } of paths) {
      const result = await step.run(vector(state.vectors.p), this.#low, this.#high);
      addParts(gradient, entries, result.gradient, 1 / paths.length);
      loss += result.loss / paths.length;
    }
    adamStep(state, gradient);
    state.step += 1;
    state.lrPixels += paths.length * this.#low.data.length;
    return loss;
  }

  async close(): Promise<void> {
    for (const place of [...this.#pool.keys()]) await this.#closeAt(place);
  }

  async #pathsOfStep(): Promise<readonly OpenPath[]> {
    const { step, config } = this.state;
    const { place, drawing } = drawingAt(step);
    const known = this.#pool.get(place);
    if (known?.drawing === drawing) return known.paths;
    await this.#closeAt(place);
    const paths: OpenPath[] = [];
    for (const path of sandwichPaths(config.space, config.seed, step)) paths.push(await this.#openPath(path));
    this.#pool.set(place, { drawing, paths });
    return paths;
  }

  async #openPath(path: Encoding): Promise<OpenPath> {
    const { space } = this.state.config;
    const entries = parametersOnPath(space, path).map(({ start, shape }) => ({ start, size: sizeOf(shape) }));
    return { step: await openPathStep({ space, encoding: path }, this.state.config, this.#backend), entries };
  }

  async #closeAt(place: number): Promise<void> {
    const paths = this.#pool.get(place)?.paths ?? [];
    this.#pool.delete(place);
    for (const { step } of paths) await step.close();
  }
}

/** Adds a path's gradient, its parts one after another, to the supernet's. */
function addParts(
  whole: Float32Array,
  entries: readonly { start: number; size: number }[],
  gradient: Float32Array,
  share: number,
): void {
  let from = 0;
  for (const { start, size } of entries) {
    for (let i = 0; i < size; i++) whole[start + i]! += share * gradient[from + i]!;
    from += size;
  }
}

/** Warm-up, then a cosine over the whole training. */
function rateAt({ config: { rate, warmupSteps, steps }, step }: SupernetState): number {
  const warm = Math.min(1, (step + 1) / Math.max(1, warmupSteps));
  return rate * warm * 0.5 * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));
}

/**
 * Adam on the elements that a path of the step has; the others, and what is remembered of them, stay as they are: moments
 * that fade in a pause would make the first steps after it too long.
 */
function adamStep(state: SupernetState, gradient: Float32Array): void {
  const { p, m, v, seen, average } = state.vectors;
  const { beta1, beta2, epsilon } = ADAM;
  const rate = rateAt(state);
  for (let i = 0; i < p.length; i++) {
    const g = gradient[i]!;
    if (g === 0) continue;
    const t = (seen[i]! += 1);
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
    const correction = Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
    p[i]! -= (rate * correction * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
    average[i]! += (1 - Math.min(AVERAGE_DECAY, t / (t + 9))) * (p[i]! - average[i]!);
  }
}
