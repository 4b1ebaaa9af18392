import type { PackedNetwork } from '../../../format/packed-network.ts';
import type { Carrier } from './carriers.ts';
import { floatVector } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { emitPicture } from './emit-picture.ts';
import { finishCodes, finishCodesSamples, finishFloat, finishFloatSamples } from './finish.ts';
import type { GpuGroup, GpuLayer, GpuTap } from './gpu-network.ts';
import type { Placement } from './place-tensors.ts';
import type { Stage } from './plan-stages.ts';
import { gatherRows } from './input-rows.ts';
import type { InputRow } from './input-rows.ts';
import { SUM_TYPES, formOf, sumTap, sumWeights } from './sums.ts';
import type { WeightPool } from './sums.ts';

export interface StageScope {
  readonly network: PackedNetwork;
  readonly dialect: Dialect;
  readonly carrier: Carrier;
  readonly placement: Placement;
  /** By number of the tensor. */
  readonly zeroPoints: readonly number[];
}

export interface StageText {
  /** Statements of `main`. */
  readonly body: readonly string[];
  /** Numbers of the uniform array `rows`: plane, row of the kernel, start of the weights, 0. */
  readonly rows: readonly (readonly [plane: number, dy: number, weights: number, unused: number])[];
}

/** @returns one chunk of a stage; the weights it names are put into `pool` */
export function emitStage(scope: StageScope, stage: Stage, chunk: readonly GpuGroup[], pool: WeightPool): StageText {
  return new StageEmitter(scope, stage, pool).emit(chunk);
}

class StageEmitter {
  readonly #scope: StageScope;
  readonly #stage: Stage;
  readonly #pool: WeightPool;
  readonly #pixels: readonly number[];
  readonly #lines: string[] = [];
  readonly #items: StageText['rows'][number][] = [];

  constructor(scope: StageScope, stage: Stage, pool: WeightPool) {
    this.#scope = scope;
    this.#stage = stage;
    this.#pool = pool;
    this.#pixels = Array.from({ length: stage.pixels }, (_, p) => p);
  }

  emit(chunk: readonly GpuGroup[]): StageText {
    const { layers, isLast } = this.#stage;
    this.#place();
    layers.forEach((layer, i) => {
      const groups = i === layers.length - 1 ? chunk : layer.groups;
      this.#sum(layer, groups, i === 0);
      this.#finish(layer, groups, isLast && i === layers.length - 1);
    });
    if (isLast) this.#lines.push(...emitPicture(this.#scope.network, this.#stage.pixels));
    else this.#store(layers.at(-1)!, chunk);
    return { body: this.#lines, rows: this.#items };
  }

  #constant(...declaration: Parameters<Dialect['constant']>): void {
    this.#lines.push(this.#scope.dialect.constant(...declaration));
  }

  /** Where the invocation stands, which columns it reads, and whether those lie in the picture. */
  #place(): void {
    const { pixels, layers } = this.#stage;
    this.#constant('i32', 'x', `i32(id.x) * ${pixels}`);
    this.#constant('i32', 'y', 'i32(id.y)');
    this.#lines.push('if (x >= size[0].x || y >= size[0].y) { return; }');
    this.#constant('i32', 'area', 'size[0].x * size[0].y');
    const { kernel } = layers[0]!;
    for (let c = 0; c < kernel + pixels - 1; c += 1) {
      this.#constant('i32', `column${c}`, `clamp(x + ${c - (kernel >> 1)}, 0, size[0].x - 1)`);
      this.#constant('bool', `has_column${c}`, `column${c} == x + ${c - (kernel >> 1)}`);
    }
  }

  #sum(layer: GpuLayer, groups: readonly GpuGroup[], isFirst: boolean): void {
    const { sum } = SUM_TYPES[this.#pool.kind];
    groups.forEach(({ bias, finish }, g) => {
      const start = finish.kind === 'f32' ? floatVector(bias) : this.#pool.kind === 'float' ? 'vec4f(0.0)' : 'vec4i(0)';
      for (const p of this.#pixels) this.#lines.push(this.#scope.dialect.variable(sum, sumName(layer, g, p), start));
    });
    if (isFirst) this.#sumStored(layer, groups);
    else this.#sumHandedOver(layer, groups);
  }

  #sumStored(layer: GpuLayer, groups: readonly GpuGroup[]): void {
    for (const rows of gatherRows(groups, (tap) => this.#formOf(tap))) this.#sumRows(layer, rows);
  }

  /** What the statements of a tap depend on, its weights and where its row lies excepted. */
  #formOf(tap: GpuTap): string {
    const storage = tap.tensor === 0 ? 'picture' : this.#scope.placement.places.get(tap.tensor)!.storage;
    return `${storage} ${this.#scope.zeroPoints[tap.tensor] ?? 0} ${formOf(this.#pool.kind, tap)}`;
  }

  /** Rows of one form, in a loop where there are several: each element is read once for all sums that need it. */
  #sumRows(layer: GpuLayer, rows: readonly InputRow[]): void {
    const { dialect, placement } = this.#scope;
    const first = this.#items.length;
    const starts = rows.map(({ uses }) => uses.map(({ tap }) => this.#pool.put(tap)));
    rows.forEach(({ tensor, group, ky }, i) => {
      const plane = (placement.places.get(tensor)?.plane ?? 0) + group;
      this.#items.push([plane, ky - (layer.kernel >> 1), starts[i]![0]!, 0]);
    });
    this.#lines.push(dialect.loop('i', first, first + rows.length));
    this.#constant('i32', 'row', 'clamp(y + rows[i].y, 0, size[0].y - 1)');
    this.#constant('bool', 'has_row', 'row == y + rows[i].y');
    this.#sumRow(layer, rows[0]!, starts[0]!);
    this.#lines.push('}');
  }

  #sumRow(layer: GpuLayer, { tensor, uses }: InputRow, starts: readonly number[]): void {
    const columns = new Set(uses.flatMap(({ tap }) => this.#pixels.map((p) => tap.kx + p)));
    for (const c of [...columns].sort((a, b) => a - b)) {
      if (tensor === 0) this.#readSamples(uses, c);
      else this.#readElement(tensor, c);
    }
    uses.forEach(({ tap, g }, u) => {
      for (const p of this.#pixels) {
        const input = (lane: number | null): string => (lane === null ? `v${tap.kx + p}` : `v${tap.kx + p}_${lane}`);
        const at = (offset: number): string => `rows[i].z + ${starts[u]! - starts[0]! + offset}`;
        this.#lines.push(...sumTap(this.#pool.kind, tap, { sum: sumName(layer, g, p), at, input }));
      }
    });
  }

  #readSamples(uses: readonly { tap: GpuTap }[], column: number): void {
    const { carrier, dialect } = this.#scope;
    const { kind } = this.#pool;
    const lanes = new Set(uses.flatMap(({ tap }) => tap.columns.flatMap((values, lane) => (values ? [lane] : []))));
    for (const lane of lanes) {
      const value = carrier.sample(`${lane}, row, column${column}`, kind);
      const sample = dialect.select(`has_row && has_column${column}`, value, kind === 'float' ? '0.0' : '0');
      this.#constant(SUM_TYPES[kind].scalar, `v${column}_${lane}`, sample);
    }
  }

  #readElement(tensor: number, column: number): void {
    const { carrier, dialect, zeroPoints, placement } = this.#scope;
    const { kind } = this.#pool;
    const { storage } = placement.places.get(tensor)!;
    const stored = `hidden${storage}[area * rows[i].x + row * size[0].x + column${column}]`;
    const padding = carrier.padding(zeroPoints[tensor] ?? 0);
    const element = dialect.select(`has_row && has_column${column}`, stored, padding);
    this.#constant(SUM_TYPES[kind].input, `v${column}`, carrier.input(element, kind));
  }

  /** An element of a hidden tensor. */
  #stored(tensor: number, group: number, at: string): string {
    const { storage, plane } = this.#scope.placement.places.get(tensor)!;
    return `hidden${storage}[area * ${plane + group} + ${at}]`;
  }

  #sumHandedOver(layer: GpuLayer, groups: readonly GpuGroup[]): void {
    const before = this.#stage.layers[this.#stage.layers.indexOf(layer) - 1]!;
    const { carrier } = this.#scope;
    const { kind } = this.#pool;
    before.groups.forEach((_, g) => {
      for (const p of this.#pixels) {
        const made = carrier.handOver(`y_${sumName(before, g, p)}`, kind);
        this.#constant(SUM_TYPES[kind].input, `v_${sumName(before, g, p)}`, made);
      }
    });
    groups.forEach(({ taps }, g) => {
      for (const tap of taps) {
        const start = this.#pool.put(tap);
        for (const p of this.#pixels) {
          const name = `v_${sumName(before, tap.group, p)}`;
          const at = (offset: number): string => String(start + offset);
          this.#lines.push(...sumTap(kind, tap, { sum: sumName(layer, g, p), at, input: () => name }));
        }
      }
    });
  }

  #finish(layer: GpuLayer, groups: readonly GpuGroup[], isLast: boolean): void {
    const first = layer.groups.indexOf(groups[0]!);
    groups.forEach((group, g) => {
      for (const p of this.#pixels) {
        const name = sumName(layer, g, p);
        const add = (tensor: number | null): string | null => this.#added(tensor, first + g, p);
        const added = { before: add(layer.addBefore), after: add(layer.addAfter) };
        this.#lines.push(
          ...(isLast ? this.#samples(group, name, added.before, { g, p }) : this.#values(layer, group, name, added)),
        );
      }
    });
  }

  #added(tensor: number | null, group: number, pixel: number): string | null {
    if (tensor === null) return null;
    const { carrier, zeroPoints } = this.#scope;
    const at = `y * size[0].x + min(x + ${pixel}, size[0].x - 1)`;
    return carrier.added(this.#stored(tensor, group, at), zeroPoints[tensor] ?? 0);
  }

  #values(
    layer: GpuLayer,
    group: GpuGroup,
    name: string,
    added: { readonly before: string | null; readonly after: string | null },
  ): string[] {
    const { dialect } = this.#scope;
    const { finish } = group;
    if (finish.kind === 'f32') return finishFloat(finish, name, added, dialect);
    if (finish.kind === 'last') throw new Error('integers of the last layer in a hidden one');
    return finishCodes(finish, {
      ...{ name, added, dialect, zeroPoint: layer.outputZeroPoint },
      acc: this.#integerSum(group, name),
    });
  }

  #samples(group: GpuGroup, name: string, added: string | null, at: { g: number; p: number }): string[] {
    const { network, dialect } = this.#scope;
    const { finish } = group;
    const { bitDepth, inputMaximum } = network;
    const base = network.base === 'none' ? null : this.#base(at.g, at.p, finish.kind === 'f32' ? 'f32' : 'i32');
    if (finish.kind === 'f32') {
      return finishFloatSamples(name, added, base, { full: 2 ** bitDepth - 1, inputMaximum, dialect });
    }
    if (finish.kind === 'hidden') throw new Error('integers of a hidden layer in the last one');
    return finishCodesSamples(finish, {
      ...{ name, added, base, bitDepth, dialect },
      acc: this.#integerSum(group, name),
    });
  }

  /** The source's samples under four channels of the output: channels of one plane share a sample. */
  #base(group: number, pixel: number, type: 'f32' | 'i32'): string {
    const { scale, planes } = this.#scope.network;
    const under = [0, 1, 2, 3].map((o) => {
      const plane = Math.min(planes - 1, Math.floor((group * 4 + o) / (scale * scale)));
      return `${type}(pixel(${plane}, y, min(x + ${pixel}, size[0].x - 1)))`;
    });
    const vector = type === 'f32' ? 'vec4f' : 'vec4i';
    return new Set(under).size === 1 ? `${vector}(${under[0]!})` : `${vector}(${under.join(', ')})`;
  }

  /** The sum of quant.md: codes less their zero point times weights, and the bias. */
  #integerSum({ taps, bias }: GpuGroup, name: string): string {
    const { zeroPoints } = this.#scope;
    const { kind } = this.#pool;
    const whole = [0, 1, 2, 3].map((o) => {
      const offsets = taps.map((tap) => {
        const signed = kind === 'dot' && tap.tensor !== 0 ? 128 : 0;
        return (signed - (zeroPoints[tap.tensor] ?? 0)) * sumWeights([tap])[o]!;
      });
      return offsets.reduce((sum, offset) => sum + offset, bias[o] ?? 0);
    });
    const codes = kind === 'float' ? `vec4i(${name})` : name;
    return `${codes} + vec4i(${whole.join(', ')})`;
  }

  #store(layer: GpuLayer, groups: readonly GpuGroup[]): void {
    const { carrier } = this.#scope;
    const first = layer.groups.indexOf(groups[0]!);
    for (const p of this.#pixels) {
      if (p > 0) this.#lines.push(`if (x + ${p} >= size[0].x) { return; }`);
      groups.forEach((_, g) => {
        const target = this.#stored(layer.tensor, first + g, `y * size[0].x + x + ${p}`);
        this.#lines.push(`${target} = ${carrier.store(`y_${sumName(layer, g, p)}`)};`);
      });
    }
  }
}

/** A sum: its layer, which four of the output channels, and which sample of the invocation. */
function sumName(layer: GpuLayer, group: number, pixel: number): string {
  return `s${layer.tensor}_${group}_${pixel}`;
}
