import { AppError } from '../../core/errors.ts';
import type { Plane } from '../../core/frame.ts';
import type { RuntimeGeometry, RuntimeModel } from '../../core/runtime.ts';
import { planTiles } from '../../core/tiling.ts';
import type { TilePlan } from '../../core/tiling.ts';
import { codeTable, readTile, writeTile } from './samples.ts';

/** A network's numbers, `[1, channels, height, width]`. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Computes one tile. The input's buffer is reused after the call. */
export type ComputeTile = (input: Numbers) => Promise<Numbers>;

/** A model's facts without its bytes. */
export type ModelFacts = Omit<RuntimeModel, 'onnx'>;

export interface TiledOptions {
  readonly maxTileSamples: number;
  readonly fixedSize: { readonly width: number; readonly height: number } | undefined;
}

/** Runs a network over whole pictures: cuts tiles, converts samples to numbers and back. */
export class TiledRunner {
  readonly #model: ModelFacts;
  readonly #geometry: RuntimeGeometry;
  readonly #plan: TilePlan;
  readonly #table: Float32Array;
  readonly #input: Numbers;

  /** @throws AppError `model-unsupported` when fixed tiles are too small for the model's halo */
  constructor(model: ModelFacts, geometry: RuntimeGeometry, options: TiledOptions) {
    const { width, height, bitDepth } = geometry;
    const channels = model.colour === 'y' ? 1 : 3;
    this.#model = model;
    this.#geometry = geometry;
    this.#plan = planTiles({ width, height, halo: (model.receptiveField - 1) / 2, ...options });
    this.#table = codeTable({ bitDepth, inputMaximum: model.inputMaximum });
    const dims = [1, channels, this.#plan.height, this.#plan.width];
    this.#input = { dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)) };
  }

  /** @throws AppError `runtime-failed` when the network's output has another size than scale and channels say */
  async run(input: readonly Plane[], output: readonly Plane[], compute: ComputeTile): Promise<void> {
    const { scale, inputMaximum } = this.#model;
    for (const tile of this.#plan.tiles) {
      readTile(input, this.#plan, tile, this.#table, this.#input.data);
      const result = await compute(this.#input);
      this.#checkDims(result.dims);
      writeTile(result.data, this.#plan, tile, { scale, inputMaximum, bitDepth: this.#geometry.bitDepth }, output);
    }
  }

  #checkDims(dims: readonly number[]): void {
    const { scale } = this.#model;
    const [n, c, height = 0, width = 0] = this.#input.dims;
    const wanted = [n, c, height * scale, width * scale];
    if (dims.length === 4 && wanted.every((d, i) => d === dims[i])) return;
    throw new AppError(
      'runtime-failed',
      `expected model '${this.#model.name}' to give [${wanted.join(', ')}] but got [${dims.join(', ')}]`,
    );
  }
}

/**
 * Refuses planes that do not fit a session.
 * @throws AppError `runtime-failed`
 */
export function checkPlanes(
  planes: readonly Plane[],
  model: ModelFacts,
  geometry: RuntimeGeometry,
  scale: number,
): void {
  const count = model.colour === 'y' ? 1 : 3;
  const [width, height] = [geometry.width * scale, geometry.height * scale];
  const Samples = geometry.bitDepth > 8 ? Uint16Array : Uint8Array;
  const fits = planes.every((p) => p.width === width && p.height === height && p.data instanceof Samples);
  if (planes.length === count && fits) return;
  const got = planes.map((p) => `${p.width}x${p.height} ${p.data.constructor.name}`).join(', ');
  throw new AppError(
    'runtime-failed',
    `expected ${count} plane(s) of ${width}x${height} ${Samples.name} but got ${planes.length} (${got})`,
  );
}
