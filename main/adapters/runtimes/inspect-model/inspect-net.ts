import { AppError, isAppError } from '../../../core/errors.ts';
import { decodeOnnx } from '../../../../models/format/onnx.ts';
import type { OnnxModel } from '../../../../models/format/onnx.ts';
import { countMacs720p } from '../../../../models/ir/cost.ts';
import type { Graph } from '../../../../models/ir/graph.ts';
import { importOnnx } from '../../../../models/ir/import-onnx.ts';
import { receptiveField } from '../../../../models/ir/receptive-field.ts';
import { measureInputMaximum, measureScale } from './measure.ts';
import type { NetUnderTest, Size } from './measure.ts';
import { WHOLE_PICTURE, measureReceptiveField } from './measure-reach.ts';
import { NetProbe } from './net-probe.ts';
import type { NetPorts, PortInfo } from './probe-protocol.ts';

/** What is found out about a network that comes without a manifest. */
export interface NetInspection {
  readonly colour: 'y' | 'rgb';
  readonly scale: number;
  readonly inputMaximum: 1 | 255;
  /** The only size it takes, null for any. */
  readonly fixedSize: Size | null;
  readonly receptiveField: number;
  /** `graph`: computed, every op being known. `whole-picture`: it cannot be tiled. */
  readonly receptiveFieldFrom: 'graph' | 'measured' | 'whole-picture';
  /** Elements of all float weights in the file. */
  readonly parameters: number;
  /** For a 1280x720 output; null when an op is not known. */
  readonly macs720p: number | null;
}

/**
 * Finds out what a super-resolution network wants by reading its file and running it in a process of its own.
 * @throws AppError `model-invalid` for bytes that are no model, `model-unsupported` for one that is no super-resolution
 *   network of one picture in and one out, `runtime-failed` when it crashes
 */
export async function inspectNet(onnx: Uint8Array): Promise<NetInspection> {
  const model = decodeOnnx(onnx);
  const { probe, ports } = await NetProbe.open(onnx);
  try {
    const { channels, fixedSize } = checkPorts(ports);
    const net: NetUnderTest = { run: (input) => probe.run(input), channels, fixedSize };
    const scale = await measureScale(net);
    const inputMaximum = await measureInputMaximum(net, scale);
    const graph = importIfKnown(model);
    const fromGraph = graph === null ? null : receptiveFieldIfKnown(graph);
    const field = fromGraph ?? (await measureReceptiveField(net, scale, inputMaximum));
    return {
      colour: channels === 1 ? 'y' : 'rgb',
      scale,
      inputMaximum,
      fixedSize,
      receptiveField: field,
      receptiveFieldFrom: fromGraph !== null ? 'graph' : field === WHOLE_PICTURE ? 'whole-picture' : 'measured',
      parameters: countWeights(model),
      macs720p: graph === null ? null : countMacs720p(graph, scale),
    };
  } finally {
    await probe.close();
  }
}

function checkPorts({ inputs, outputs }: NetPorts): { channels: 1 | 3; fixedSize: Size | null } {
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1 || outputs.length !== 1) {
    throw unsupported('one picture in and one out', `${inputs.length} inputs and ${outputs.length} outputs`);
  }
  for (const port of [input, ...outputs]) {
    if (port.type !== 'float32') throw unsupported('float32 pictures', `'${port.name}' of ${port.type ?? 'no tensor'}`);
  }
  const [batch, channels, height, width] = input.shape;
  const isPicture = input.shape.length === 4 && (channels === 1 || channels === 3);
  if (!isPicture || (isFixed(batch) && batch !== 1) || isFixed(height) !== isFixed(width)) {
    throw unsupported('an input [1, 1 or 3, height, width]', describe(input));
  }
  const fixedSize = isFixed(height) && isFixed(width) ? { width, height } : null;
  return { channels, fixedSize };
}

function isFixed(dimension: number | string | undefined): dimension is number {
  return typeof dimension === 'number' && dimension > 0;
}

function describe({ name, shape }: PortInfo): string {
  return `'${name}' [${shape.map((d) => (isFixed(d) || typeof d === 'string' ? d : '?')).join(', ')}]`;
}

function importIfKnown(model: OnnxModel): Graph | null {
  try {
    return importOnnx(model);
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

function receptiveFieldIfKnown(graph: Graph): number | null {
  try {
    return receptiveField(graph);
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

function countWeights({ graph }: OnnxModel): number {
  const weights = graph.initializers.filter((t) => t.dataType === 'float' || t.dataType === 'float16');
  return weights.reduce((sum, t) => sum + t.data.length, 0);
}

function unsupported(wanted: string, got: string): AppError {
  return new AppError('model-unsupported', `expected a super-resolution model with ${wanted} but got ${got}`);
}
