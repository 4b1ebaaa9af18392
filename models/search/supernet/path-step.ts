import type { Backend } from '../train/emit/emitter.ts';
import { mergedSize, passTask } from '../train/run/pass.ts';
import type { Pass } from '../train/run/pass.ts';
import { GraphSession } from '../train/run/session.ts';
import type { Value } from '../train/run/session.ts';
import { netOf } from '../space/encoding.ts';
import type { Encoding, Space } from '../space/encoding.ts';
import { buildPathGradient, buildPathMerged, buildPathStep } from './graph.ts';
import type { BatchShape } from './graph.ts';

/** A path through a supernet. */
interface Path {
  readonly space: Space;
  readonly encoding: Encoding;
}

/** Loss and gradient of one path, ready to run. */
export interface PathStep {
  /** @returns the gradient of `parametersOnPath`, one after another */
  run(p: Value, low: Value, high: Value): Promise<{ readonly loss: number; readonly gradient: Float32Array }>;
  close(): Promise<void>;
}

/** Around the back end's own convolutions where it has some, else as one graph. */
export async function openPathStep(path: Path, shape: BatchShape, backend: Backend): Promise<PathStep> {
  const task = passTask(netOf(path.encoding), { ...shape, loss: 'l1' });
  const pass = task && (backend.openPass?.(task) ?? null);
  return task === null || pass === null ? openGraph(path, shape, backend) : openPass(path, pass, mergedSize(task));
}

async function openGraph({ space, encoding }: Path, shape: BatchShape, backend: Backend): Promise<PathStep> {
  const session = await GraphSession.open(buildPathStep(space, encoding, shape, backend));
  return {
    run: async (p, low, high) => {
      const { loss, gradient } = await session.run({ p, low, high });
      return { loss: loss!.data[0]!, gradient: gradient!.data };
    },
    close: () => session.close(),
  };
}

async function openPass({ space, encoding }: Path, pass: Pass, size: number): Promise<PathStep> {
  const merge = await GraphSession.open(buildPathMerged(space, encoding));
  const back = await GraphSession.open(buildPathGradient(space, encoding));
  const vector = (): Value => ({ dims: [size], data: new Float32Array(size) });
  const [merged, gradient] = [vector(), vector()];
  return {
    run: async (p, low, high) => {
      await merge.run({ p }, { merged });
      const loss = pass.run(merged.data, low.data, high.data, gradient.data);
      const { gradient2 } = await back.run({ p, gradient });
      return { loss, gradient: gradient2!.data };
    },
    close: async () => {
      await merge.close();
      await back.close();
    },
  };
}
