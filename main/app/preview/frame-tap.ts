import type { PreviewPictures } from '../../contract/engine-messages.ts';
import type { Lane } from '../../core/lane.ts';
import type { OutputPlan } from '../../core/output-plan.ts';
import { showPair, writePair } from './frame-files.ts';

interface Wish {
  readonly folder: string;
  readonly startMs: number;
  readonly resolve: (pictures: PreviewPictures | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Lets somebody look at the next frame that a running job finishes. Costs nothing while nobody looks. */
export class FrameTap {
  #wishes: Wish[] = [];
  #isClosed = false;

  /** @returns the next finished frame before and after, `null` when the job ends before one comes */
  next(folder: string): Promise<PreviewPictures | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#wishes.push({ folder, startMs: performance.now(), resolve, reject });
    });
  }

  /** A lane whose frames can be looked at. */
  watch(lane: Lane, { timeBase, picture }: OutputPlan): Lane {
    const degrees = picture.rotation.how === 'metadata' ? picture.rotation.degrees : 0;
    const { name, arithmetic, slots, note } = lane;
    return {
      ...{ name, arithmetic, slots, ...(note === undefined ? {} : { note }) },
      close: () => lane.close(),
      run: async (frame) => {
        const result = await lane.run(frame);
        const wishes = this.#wishes.splice(0);
        if (wishes.length > 0) {
          const pair = showPair(frame, result.frame);
          const ptsSeconds = (frame.pts * timeBase.num) / timeBase.den;
          for (const { folder, startMs, resolve, reject } of wishes)
            writePair(pair, { folder, ptsSeconds, startMs, runtime: lane.name, degrees }).then(resolve, reject);
        }
        return result;
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#wishes.splice(0)) resolve(null);
  }
}
