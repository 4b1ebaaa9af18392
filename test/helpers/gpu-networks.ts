import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkOf } from '../../main/adapters/runtimes/profile/profile-network.ts';
import type { NetworkShape } from '../../main/adapters/runtimes/profile/profile-network.ts';
import type { Plane } from '../../main/core/frame.ts';
import { packNetwork } from '../../models/compiler/backends/sparse-pack.ts';
import { compileSparse } from '../../models/compiler/compile.ts';
import { quantiseModel } from '../../models/compiler/int8/quantise.ts';
import type { Picture } from '../../models/compiler/interpret-packed.ts';
import type { PackedNetwork } from '../../models/format/packed-network.ts';
import { decodeOnnx, encodeOnnx } from '../../models/format/onnx.ts';
import { importOnnx } from '../../models/ir/import-onnx.ts';
import { randomNet } from './random-net.ts';
import { randomPicture, toNumbers } from './random-picture.ts';

/** A network, and what the engine would execute of it. */
export interface CompiledNetwork {
  readonly network: PackedNetwork;
  readonly keptMacs: number;
}

const zoo = join(import.meta.dirname, '../../models/zoo');

/** A model of the zoo. */
export function zooNetwork(name: string, dataType: 'f32' | 'int8', bitDepth = 8): CompiledNetwork {
  const file = dataType === 'f32' ? 'model.onnx' : 'model.int8.onnx';
  return compileSparse(new Uint8Array(readFileSync(join(zoo, name, file))), { bitDepth, inputMaximum: 1 });
}

/** Every model of the zoo that has a file of that type. */
export function zooNames(dataType: 'f32' | 'int8'): string[] {
  const file = dataType === 'f32' ? 'model.onnx' : 'model.int8.onnx';
  return readdirSync(zoo).filter((name) => existsSync(join(zoo, name, file)));
}

/** What models are made of, each alone: four layers of eight channels between the first and the last. */
export const STRUCTURES = {
  dense: { pruning: { scheme: 'dense', kept: 1 }, isResidual: false },
  'block-sparse': { pruning: { scheme: 'block', block: [8, 4], kept: 0.25 }, isResidual: false },
  residual: { pruning: { scheme: 'dense', kept: 1 }, isResidual: true },
} as const satisfies Record<string, { pruning: NetworkShape['pruning']; isResidual: boolean }>;
export type Structure = keyof typeof STRUCTURES;

/** Weights without meaning; what the first layer makes is added to what the last hidden one makes. */
export function structuredNetwork(structure: Structure, dataType: 'f32' | 'int8', bitDepth: number): PackedNetwork {
  const { pruning, isResidual } = STRUCTURES[structure];
  const shape = { kernel: 3, inChannels: 8, outChannels: 8 };
  const network = networkOf({ dataType, shape, pruning, count: 4, scale: 2 });
  const last = network.layers.length - 2;
  const layers = network.layers.map((layer, i) => (isResidual && i === last ? { ...layer, addAfter: 1 } : layer));
  return packNetwork({ ...network, layers }, { bitDepth, inputMaximum: 1 });
}

/** The random network of a seed. */
export function randomNetwork(seed: number, dataType: 'f32' | 'int8', bitDepth = 8): CompiledNetwork {
  const onnx = encodeOnnx(randomNet(seed));
  return compileSparse(dataType === 'f32' ? onnx : quantisedModel(onnx), { bitDepth, inputMaximum: 1 });
}

/** An f32 model in int8, by its ranges on two pictures. */
export function quantisedModel(onnx: Uint8Array): Uint8Array {
  const model = decodeOnnx(onnx);
  const planes = importOnnx(model).input.channels;
  const samples = [1, 2].map((seed) => toNumbers(randomPicture({ width: 24, height: 24, planes, seed }), 8, 1));
  return encodeOnnx(quantiseModel(model, { samples, inputMaximum: 1 }));
}

export function planesOf({ width, height, planes }: Picture): Plane[] {
  return planes.map((data) => ({ data, width, height, stride: width }));
}

/** Planes of zeros for the network's output. */
export function blankOutput({ scale, planes, bitDepth }: PackedNetwork, width: number, height: number): Plane[] {
  const size = { width: width * scale, height: height * scale, stride: width * scale };
  const make = (): Plane['data'] =>
    bitDepth > 8 ? new Uint16Array(size.width * size.height) : new Uint8Array(size.width * size.height);
  return Array.from({ length: planes }, () => ({ ...size, data: make() }));
}

export interface Difference {
  /** Greatest, in codes. */
  readonly most: number;
  /** Share of samples further than one code away. */
  readonly beyondOne: number;
}

export function compareSamples(got: readonly Plane[], expected: Picture): Difference {
  let [most, beyond, all] = [0, 0, 0];
  got.forEach(({ data }, p) => {
    data.forEach((v, i) => {
      const difference = Math.abs(v - expected.planes[p]![i]!);
      most = Math.max(most, difference);
      beyond += Number(difference > 1);
      all += 1;
    });
  });
  return { most, beyondOne: beyond / all };
}
