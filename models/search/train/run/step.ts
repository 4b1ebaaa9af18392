import type { Backend } from '../emit/emitter.ts';
import type { NetConfig } from '../net/config.ts';
import { mergedSize, passTask } from './pass.ts';
import type { Pass } from './pass.ts';
import { GraphSession } from './session.ts';
import type { Value } from './session.ts';
import { buildMerged, buildTrainingStep, buildUpdate } from './step-graph.ts';
import type { StepShape } from './step-graph.ts';

type Values = Readonly<Record<string, Value>>;

/** One training step, ready to run; see {@link buildTrainingStep} for what goes in and out. */
export interface Step {
  /** @param into memory for p2, m2, v2, average2 */
  run(inputs: Values, into: Values): Promise<{ readonly loss: number; readonly ranges: Float32Array | null }>;
  close(): Promise<void>;
}

/** A step around the back end's own convolutions where it has some for this net, else as one graph. */
export async function openStep(net: NetConfig, shape: StepShape, backend: Backend): Promise<Step> {
  const task = passTask(net, shape);
  const pass = task && (backend.openPass?.(task) ?? null);
  return task === null || pass === null
    ? openGraphStep(net, shape, backend)
    : openPassStep(net, shape.optimiser, pass, mergedSize(task));
}

async function openGraphStep(net: NetConfig, shape: StepShape, backend: Backend): Promise<Step> {
  const session = await GraphSession.open(buildTrainingStep(net, shape, backend));
  return {
    run: async (inputs, into) => {
      const { loss, ranges } = await session.run(inputs, into);
      return { loss: loss!.data[0]!, ranges: ranges?.data ?? null };
    },
    close: () => session.close(),
  };
}

/** Branches are merged and parameters updated by small graphs, before and behind the convolutions. */
async function openPassStep(
  net: NetConfig,
  optimiser: StepShape['optimiser'],
  pass: Pass,
  size: number,
): Promise<Step> {
  const [merge, update] = [
    await GraphSession.open(buildMerged(net)),
    await GraphSession.open(buildUpdate(net, optimiser)),
  ];
  const vector = (): Value => ({ dims: [size], data: new Float32Array(size) });
  const [merged, gradient] = [vector(), vector()];
  return {
    run: async ({ low, high, ...inputs }, into) => {
      await merge.run({ p: inputs.p!, mask: inputs.mask! }, { merged });
      const loss = pass.run(merged.data, low!.data, high!.data, gradient.data);
      await update.run({ ...inputs, gradient }, into);
      return { loss, ranges: null };
    },
    close: async () => {
      await merge.close();
      await update.close();
    },
  };
}
