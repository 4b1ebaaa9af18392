import { createHash } from 'node:crypto';
import type { PackedNetwork } from '../../../format/packed-network.ts';
import { PROGRAM_VERSION, STORAGE_SLOTS, UNIFORM_BYTES } from '../../../format/program.ts';
import type { Program, ProgramBuffer, ProgramDispatch, ProgramPicture } from '../../../format/program.ts';
import { carrierOf } from './carriers.ts';
import type { Dialect, ShaderBuffer } from './dialect.ts';
import { emitStage } from './emit-stage.ts';
import type { StageScope, StageText } from './emit-stage.ts';
import { usedFunctions } from './functions.ts';
import { toGpuLayers } from './gpu-network.ts';
import type { GpuGroup, GpuLayer } from './gpu-network.ts';
import { placeTensors } from './place-tensors.ts';
import { planStages, readsOf } from './plan-stages.ts';
import type { Stage, TileShape } from './plan-stages.ts';
import { SUM_TYPES, WeightPool, isExactInFloat } from './sums.ts';
import type { SumKind } from './sums.ts';

export interface ProgramOptions {
  readonly dialect: Dialect;
  /** Of the picture, in input samples. */
  readonly width: number;
  readonly height: number;
  /** How an f32 network holds what lies between its layers; int8 networks are int8. */
  readonly storage?: 'f32' | 'f16';
  readonly shape?: TileShape;
  /** Sum int8 by the integer dot product of bytes where the language has it. */
  readonly useByteDot?: boolean;
}

/** Two samples of sixteen channels an invocation: 32 registers of sums. */
export const DEFAULT_SHAPE: TileShape = { pixels: 2, sums: 8, workgroup: [8, 8] };

/** @returns the network as a program for one picture size */
export function compileProgram(network: PackedNetwork, options: ProgramOptions): Program {
  const layers = toGpuLayers(network);
  const stages = planStages(network, layers, options.shape ?? DEFAULT_SHAPE);
  const apart = new ProgramBuilder(network, layers, stages, options, false);
  return apart.fits ? apart.build() : new ProgramBuilder(network, layers, stages, options, true).build();
}

/** Slots of uniform buffers; those below are of storage. */
const SIZE_SLOT = STORAGE_SLOTS;
const ROWS_SLOT = STORAGE_SLOTS + 1;
const WEIGHTS_SLOT = STORAGE_SLOTS + 2;

class ProgramBuilder {
  /** Whether no dispatch binds more storage than every device has. */
  readonly fits: boolean;
  readonly #scope: StageScope;
  readonly #options: ProgramOptions;
  readonly #buffers: ProgramBuffer[] = [];
  readonly #shaders: string[] = [];
  readonly #dispatches: ProgramDispatch[] = [];
  readonly #pictures: { readonly source: ProgramPicture; readonly target: ProgramPicture };
  readonly #drafts: readonly Draft[];

  constructor(
    network: PackedNetwork,
    layers: readonly GpuLayer[],
    stages: readonly Stage[],
    options: ProgramOptions,
    isMerged: boolean,
  ) {
    this.#options = options;
    this.#pictures = picturesOf(network, options);
    const accesses = stages.map((stage) => ({ reads: readsOfStage(stage), writes: stage.layers.at(-1)!.tensor }));
    const arithmetic = network.dataType === 'int8' ? 'int8' : (options.storage ?? 'f32');
    this.#scope = {
      network,
      dialect: options.dialect,
      carrier: carrierOf(arithmetic, network.inputMaximum / (2 ** network.bitDepth - 1)),
      placement: placeTensors(layers, accesses, isMerged),
      zeroPoints: [0, ...layers.map((layer) => layer.outputZeroPoint)],
    };
    this.#drafts = stages.flatMap((stage) => stage.chunks.map((chunk) => this.#draft(stage, chunk)));
    this.fits = this.#drafts.every(({ storage }) => storage.length <= STORAGE_SLOTS);
  }

  build(): Program {
    const { network, placement, carrier, dialect } = this.#scope;
    const { width, height, storage } = this.#options;
    const { source, target } = this.#pictures;
    const bytes = ({ planes, height: rows, rowBytes }: ProgramPicture): number => planes * rows * rowBytes;
    this.#buffers.push(
      { role: 'source', kind: 'storage', bytes: bytes(source) },
      { role: 'target', kind: 'storage', bytes: bytes(target) },
      constant(
        'uniform',
        new Uint8Array(Int32Array.of(width, height, source.rowBytes / 4, target.rowBytes / 4).buffer),
      ),
      ...placement.storages.map((planes) => ({
        role: 'hidden' as const,
        kind: 'storage' as const,
        bytes: planes * width * height * carrier.elementBytes,
      })),
    );
    for (const draft of this.#drafts) this.#add(draft);
    const program = {
      version: PROGRAM_VERSION,
      language: dialect.language,
      arithmetic: network.dataType === 'int8' ? ('int8' as const) : (storage ?? 'f32'),
      bitDepth: network.bitDepth,
      scale: network.scale,
      source,
      target,
      buffers: this.#buffers,
      shaders: this.#shaders,
      dispatches: this.#dispatches,
    } satisfies Omit<Program, 'cacheKey'>;
    return { ...program, cacheKey: keyOf(program) };
  }

  #draft(stage: Stage, chunk: readonly GpuGroup[]): Draft {
    const { placement } = this.#scope;
    const pool = new WeightPool(this.#sumKind(stage, chunk));
    const { body, rows } = emitStage(this.#scope, stage, chunk, pool);
    const text = body.join('\n');
    const written = stage.isLast ? null : placement.places.get(stage.layers.at(-1)!.tensor)!.storage;
    const hidden = placement.storages.flatMap((_, i) => (text.includes(`hidden${i}[`) ? [i] : []));
    const readsHidden = new Set(readsOfStage(stage).map((tensor) => placement.places.get(tensor)?.storage));
    const storage: DraftStorage[] = [
      ...(/\bpixel(_code)?\(/.test(text) ? [{ name: 'pixels_in', kind: 'read' as const, buffer: SOURCE }] : []),
      ...hidden.map((i) => ({
        name: `hidden${i}`,
        kind: i !== written ? ('read' as const) : readsHidden.has(i) ? ('read-write' as const) : ('write' as const),
        buffer: HIDDEN + i,
      })),
      ...(stage.isLast ? [{ name: 'pixels_out', kind: 'write' as const, buffer: TARGET }] : []),
    ];
    const isWide = pool.length * 16 > UNIFORM_BYTES;
    if (isWide) storage.push({ name: 'weights', kind: 'read', buffer: null });
    return { stage, chunk, body, rows, pool, storage, isWide };
  }

  /** f32 sums are exact while they are small, and every GPU has them; integers are right beyond. */
  #sumKind(stage: Stage, chunk: readonly GpuGroup[]): SumKind {
    const { network, dialect } = this.#scope;
    if (network.dataType === 'f32') return 'float';
    if (dialect.hasByteDot && (this.#options.useByteDot ?? false)) return 'dot';
    const groups = [...stage.layers.slice(0, -1).flatMap((layer) => layer.groups), ...chunk];
    return isExactInFloat(groups) ? 'float' : 'int';
  }

  #add({ stage, chunk, body, rows, pool, storage, isWide }: Draft): void {
    const { network, dialect, carrier } = this.#scope;
    const { width, height, shape = DEFAULT_SHAPE } = this.#options;
    const weights = this.#buffers.push(constant(isWide ? 'storage' : 'uniform', pool.bytes())) - 1;
    const items = this.#buffers.push(constant('uniform', new Uint8Array(Int32Array.from(rows.flat()).buffer))) - 1;
    const elementOf = (name: string) =>
      name.startsWith('hidden') ? carrier.element : name === 'weights' ? SUM_TYPES[pool.kind].weights : 'u32';
    const declared: (ShaderBuffer & { readonly buffer: number })[] = [
      ...storage.map(({ name, kind, buffer }, slot) => ({
        ...{ name, kind, slot, element: elementOf(name), buffer: buffer ?? weights },
      })),
      { name: 'size', slot: SIZE_SLOT, kind: 'uniform', element: 'vec4i', length: 1, buffer: SIZE },
      {
        name: 'rows',
        slot: ROWS_SLOT,
        kind: 'uniform',
        element: 'vec4i',
        length: Math.max(1, rows.length),
        buffer: items,
      },
      ...(isWide
        ? []
        : [
            {
              ...{ name: 'weights', slot: WEIGHTS_SLOT, kind: 'uniform' as const, buffer: weights },
              ...{ element: SUM_TYPES[pool.kind].weights, length: Math.max(1, pool.length) },
            },
          ]),
    ];
    const functions = usedFunctions(dialect, network.bitDepth, body.join('\n'));
    const title = [titleOf(stage, chunk)];
    const source = dialect.shader({ title, buffers: declared, functions, workgroup: shape.workgroup, body });
    const known = this.#shaders.indexOf(source);
    const shader = known >= 0 ? known : this.#shaders.push(source) - 1;
    const [across, down] = shape.workgroup;
    this.#dispatches.push({
      shader,
      bindings: declared.map(({ slot, buffer, kind }) => ({ slot, buffer, kind })),
      groups: [Math.ceil(Math.ceil(width / stage.pixels) / across), Math.ceil(height / down), 1],
    });
  }
}

/** Indices into a program's buffers. */
const [SOURCE, TARGET, SIZE, HIDDEN] = [0, 1, 2, 3];

interface DraftStorage {
  readonly name: string;
  readonly kind: 'read' | 'write' | 'read-write';
  /** null for the dispatch's own weights. */
  readonly buffer: number | null;
}

/** A dispatch before its buffers have numbers. */
interface Draft {
  readonly stage: Stage;
  readonly chunk: readonly GpuGroup[];
  readonly body: readonly string[];
  readonly rows: StageText['rows'];
  readonly pool: WeightPool;
  readonly storage: readonly DraftStorage[];
  /** The weights do not fit a uniform buffer. */
  readonly isWide: boolean;
}

function readsOfStage({ layers }: Stage): number[] {
  const own = new Set(layers.slice(0, -1).map((layer) => layer.tensor));
  return [...new Set(layers.flatMap(readsOf))].filter((tensor) => tensor !== 0 && !own.has(tensor));
}

function picturesOf(
  { planes, scale, bitDepth }: PackedNetwork,
  { width, height }: ProgramOptions,
): { source: ProgramPicture; target: ProgramPicture } {
  const rowBytes = Math.ceil(width / 4) * 4 * (bitDepth > 8 ? 2 : 1);
  return {
    source: { planes, width, height, rowBytes },
    target: { planes, width: width * scale, height: height * scale, rowBytes: rowBytes * scale },
  };
}

function constant(kind: 'uniform' | 'storage', data: Uint8Array): ProgramBuffer {
  // A device has no empty buffers.
  const filled = data.length > 0 ? data : new Uint8Array(16);
  return { role: 'constant', kind, bytes: filled.length, data: filled };
}

function titleOf({ layers, isLast }: Stage, chunk: readonly GpuGroup[]): string {
  const parts = layers.map(({ kernel, outChannels }) => `${kernel}x${kernel} to ${outChannels} channels`);
  const last = layers.at(-1)!;
  const first = last.groups.indexOf(chunk[0]!) * 4;
  const part = chunk.length === last.groups.length ? '' : `, channels from ${first} to ${first + chunk.length * 4 - 1}`;
  return `${parts.join(', then ')}${part}${isLast ? ', base, pixel shuffle' : ''}`;
}

function keyOf(program: Omit<Program, 'cacheKey'>): string {
  const hash = createHash('sha256');
  const { buffers, ...rest } = program;
  hash.update(JSON.stringify([rest, buffers.map(({ role, kind, bytes }) => [role, kind, bytes])]));
  for (const { data } of buffers) if (data) hash.update(data);
  return hash.digest('hex');
}
