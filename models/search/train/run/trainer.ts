import type { BatchRequest, TrainingSet } from '../data/training-set.ts';
import type { Backend } from '../emit/emitter.ts';
import { patchAt, rateAt } from './schedule.ts';
import { applyPruning, changesAt } from '../../prune/pruning.ts';
import { flatWeights, mergeNet } from './merge.ts';
import type { Value } from './session.ts';
import { averageAge } from './state.ts';
import type { TrainingState } from './state.ts';
import { openStep } from './step.ts';
import type { Step } from './step.ts';
import { ADAM } from './optimiser.ts';

const UPDATED = ['p', 'm', 'v', 'average'] as const;
/** Share of the old range in the moving range of a quantised activation. */
const RANGE_MEMORY = 0.99;

const vector = (data: Float32Array): Value => ({ dims: [data.length], data });

/** Does training steps on a state. The step is opened anew when the patch size changes. */
export class Trainer {
  readonly state: TrainingState;
  readonly #data: TrainingSet;
  readonly #backend: Backend;
  #opened: Step | null = null;
  #patch = 0;
  #low: Value = vector(new Float32Array());
  #high: Value = vector(new Float32Array());
  /** Memory that the next step writes; swapped with the state's after each. */
  readonly #spare: Record<(typeof UPDATED)[number], Float32Array>;

  constructor(state: TrainingState, data: TrainingSet, backend: Backend) {
    this.state = state;
    this.#data = data;
    this.#backend = backend;
    const like = (name: (typeof UPDATED)[number]) => new Float32Array(state.vectors[name].length);
    this.#spare = { p: like('p'), m: like('m'), v: like('v'), average: like('average') };
  }

  /** One step. @returns the loss before it */
  async step(): Promise<number> {
    const { state } = this;
    const { vectors } = state;
    await this.#prune();
    const opened = await this.#prepare();
    const { seed, batch } = state.config;
    const request: BatchRequest = { seed, step: state.step, batch, patch: this.#patch };
    this.#data.fillBatch(request, this.#low.data, this.#high.data);
    const inputs: Record<string, Value> = { rates: vector(this.#rates()), low: this.#low, high: this.#high };
    for (const name of ['p', 'm', 'v', 'average', 'decay', 'mask'] as const) inputs[name] = vector(vectors[name]);
    if (state.config.net.quantize) inputs.quantizer = vector(vectors.quantizer);
    const into = Object.fromEntries(UPDATED.map((name) => [`${name}2`, vector(this.#spare[name])]));
    const { loss, ranges } = await opened.run(inputs, into);
    for (const name of UPDATED) {
      const old = vectors[name];
      vectors[name] = this.#spare[name];
      this.#spare[name] = old;
    }
    if (ranges && state.config.fixedRanges !== true) this.#followRanges(ranges);
    state.step += 1;
    state.lrPixels += this.#low.data.length;
    state.momentSteps += 1;
    return loss;
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
    this.#patch = 0;
  }

  async #prune(): Promise<void> {
    const { config, step, vectors } = this.state;
    if (config.pruning === undefined || !changesAt(config.pruning, step)) return;
    const merged = await mergeNet(config.net, vectors.p, vectors.mask);
    applyPruning(config.net, config.pruning, step, vectors, flatWeights(merged));
  }

  async #prepare(): Promise<Step> {
    const { net, batch, loss, schedule, optimiser } = this.state.config;
    const patch = patchAt(schedule, this.state.plan, this.state.step);
    if (this.#opened && patch === this.#patch) return this.#opened;
    await this.close();
    this.#patch = patch;
    this.#low = { dims: [batch, 1, patch, patch], data: new Float32Array(batch * patch * patch) };
    const channels = net.scale ** 2;
    this.#high = { dims: [batch, channels, patch, patch], data: new Float32Array(batch * channels * patch * patch) };
    this.#opened = await openStep(net, { batch, patch, loss, optimiser }, this.#backend);
    return this.#opened;
  }

  #rates(): Float32Array {
    const { config, plan, step, momentSteps } = this.state;
    const rate = rateAt(config.schedule, plan, step);
    const t = momentSteps + 1;
    const correction = Math.sqrt(1 - ADAM.beta2 ** t) / (1 - ADAM.beta1 ** t);
    // A young average follows quickly, so that it forgets the first weights.
    const age = averageAge(config, step);
    const average = Math.min(config.averageDecay, (1 + age) / (10 + age));
    return Float32Array.of(rate * correction, rate, average);
  }

  /** u8 scale and zero point from the moving [minimum, maximum] of each quantised activation. */
  #followRanges(ranges: Float32Array): void {
    const { quantizer } = this.state.vectors;
    const memory = this.state.step === 0 ? 0 : RANGE_MEMORY;
    for (let i = 0; i < quantizer.length; i += 2) {
      const [scale, zero] = [quantizer[i]!, quantizer[i + 1]!];
      const low = memory * -zero * scale + (1 - memory) * Math.min(0, ranges[i]!);
      const high = memory * (255 - zero) * scale + (1 - memory) * Math.max(0, ranges[i + 1]!);
      const newScale = Math.max(1e-8, (high - low) / 255);
      quantizer[i] = newScale;
      quantizer[i + 1] = Math.min(255, Math.max(0, Math.round(-low / newScale)));
    }
  }
}
