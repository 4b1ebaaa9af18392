import type { TrainingSet } from '../train/data/training-set.ts';
import type { Backend } from '../train/emit/emitter.ts';
import { uniform } from '../train/random.ts';
import { GraphSession } from '../train/run/session.ts';
import type { Value } from '../train/run/session.ts';
import { ADAM } from '../train/run/step-graph.ts';
import { sampleEncoding } from '../space/draw.ts';
import type { Encoding, Space } from '../space/encoding.ts';
import { buildSupernetStep } from './graph.ts';
import { pathInputs } from './path-inputs.ts';
import type { SupernetState } from './state.ts';

const AVERAGE_DECAY = 0.999;
const vector = (data: Float32Array): Value => ({ dims: [data.length], data });

/**
 * The sandwich rule: the widest and the narrowest way through blocks drawn by chance, and one path drawn whole. Pure in
 * (seed, step).
 */
export function sandwichPaths(space: Space, seed: number, step: number): Encoding[] {
  let at = 0;
  const draw = (): number => uniform(seed, step * 4096 + at++);
  const solid = { ...space, blocks: space.blocks.filter((block) => block !== 'skip') };
  const only = (width: number, expansion: number): Space => ({ ...solid, widths: [width], expansions: [expansion] });
  const widest = only(Math.max(...space.widths), Math.max(...space.expansions));
  const narrowest = only(Math.min(...space.widths), Math.min(...space.expansions));
  return [sampleEncoding(widest, draw), sampleEncoding(narrowest, draw), sampleEncoding(space, draw)];
}

/** Trains all paths of a space in one set of weights: the gradients of a step's paths are summed, then Adam moves. */
export class SupernetTrainer {
  readonly state: SupernetState;
  readonly #data: TrainingSet;
  readonly #session: GraphSession;
  readonly #low: Value;
  readonly #high: Value;

  private constructor(state: SupernetState, data: TrainingSet, session: GraphSession) {
    this.state = state;
    this.#data = data;
    this.#session = session;
    const { batch, patch, space } = state.config;
    const channels = space.scale ** 2;
    this.#low = { dims: [batch, 1, patch, patch], data: new Float32Array(batch * patch * patch) };
    this.#high = { dims: [batch, channels, patch, patch], data: new Float32Array(batch * channels * patch * patch) };
  }

  static async open(state: SupernetState, data: TrainingSet, backend: Backend): Promise<SupernetTrainer> {
    const session = await GraphSession.open(buildSupernetStep(state.config.space, state.config, backend));
    return new SupernetTrainer(state, data, session);
  }

  /** One step over the sandwich's paths. @returns their mean loss */
  async step(): Promise<number> {
    const { state } = this;
    const { space, seed, batch, patch } = state.config;
    this.#data.fillBatch({ seed, step: state.step, batch, patch }, this.#low.data, this.#high.data);
    const paths = sandwichPaths(space, seed, state.step);
    const gradient = new Float32Array(state.vectors.p.length);
    let loss = 0;
    for (const path of paths) {
      const { mask, outputs, switches } = pathInputs(space, path);
      const result = await this.#session.run({
        p: vector(state.vectors.p),
        mask: vector(mask),
        outputs: vector(outputs),
        switches: vector(switches),
        low: this.#low,
        high: this.#high,
      });
      const part = result.gradient!.data;
      for (let i = 0; i < gradient.length; i++) gradient[i]! += part[i]! / paths.length;
      loss += result.loss!.data[0]! / paths.length;
    }
    adamStep(state, gradient);
    state.step += 1;
    state.lrPixels += paths.length * this.#low.data.length;
    return loss;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Warm-up, then a cosine over the whole training. */
function rateAt({ config: { rate, warmupSteps, steps }, step }: SupernetState): number {
  const warm = Math.min(1, (step + 1) / Math.max(1, warmupSteps));
  return rate * warm * 0.5 * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));
}

function adamStep(state: SupernetState, gradient: Float32Array): void {
  const { p, m, v, average } = state.vectors;
  const { beta1, beta2, epsilon } = ADAM;
  const t = state.step + 1;
  const rate = (rateAt(state) * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  const memory = Math.min(AVERAGE_DECAY, t / (t + 9));
  for (let i = 0; i < p.length; i++) {
    const g = gradient[i]!;
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
    p[i]! -= (rate * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
    average[i]! += (1 - memory) * (p[i]! - average[i]!);
  }
}
