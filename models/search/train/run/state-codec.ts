import { AppError } from '../../../../main/core/errors.ts';
import { layersOf } from '../net/config.ts';
import { quantizerStateSize } from '../net/forward.ts';
import { parameterLayout } from '../net/parameters.ts';
import { VECTORS } from './state.ts';
import type { TrainingConfig, TrainingState, VectorName } from './state.ts';
import type { DecayPlan } from './schedule.ts';

const MAGIC = 'tandem-train-1\n';

interface Header {
  readonly config: TrainingConfig;
  readonly plan: DecayPlan;
  readonly step: number;
  readonly momentSteps: number;
  /** In file order. `fill`: all elements are this number, none is stored. */
  readonly vectors: readonly { readonly name: VectorName; readonly length: number; readonly fill: number | null }[];
}

/**
 * Layout: magic line, u32 length of the header (little endian), JSON header, then the float32 vectors one after another.
 * @param moments false leaves Adam's moments out: the small train-state that is committed beside a model
 */
export function encodeState(state: TrainingState, options: { moments: boolean }): Uint8Array {
  const stored: Uint8Array[] = [];
  const vectors = VECTORS.map((name) => {
    const isDropped = !options.moments && (name === 'm' || name === 'v');
    const data = isDropped ? new Float32Array(state.vectors[name].length) : state.vectors[name];
    const first = data[0] ?? 0;
    const fill = data.every((value) => Object.is(value, first)) ? first : null;
    if (fill === null) stored.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { name, length: data.length, fill };
  });
  const { config, plan, step } = state;
  const momentSteps = options.moments ? state.momentSteps : 0;
  const header: Header = { config, plan, step, momentSteps, vectors };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.byteLength);
  return Buffer.concat([Buffer.from(MAGIC), length, json, ...stored]);
}

/** @throws AppError `input-unreadable` for bytes that are no training state, or one of another net */
export function decodeState(bytes: Uint8Array): TrainingState {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) throw damaged('no training state at its start');
  const jsonStart = MAGIC.length + 4;
  if (buffer.byteLength < jsonStart) throw damaged('only its first line');
  const jsonEnd = jsonStart + buffer.readUInt32LE(MAGIC.length);
  const header = parseHeader(buffer.subarray(jsonStart, jsonEnd));
  const vectors: Partial<Record<VectorName, Float32Array>> = {};
  let at = jsonEnd;
  for (const { name, length, fill } of header.vectors) {
    const data = new Float32Array(length);
    if (fill === null) {
      if (at + data.byteLength > buffer.byteLength) throw damaged(`too few bytes for '${name}'`);
      new Uint8Array(data.buffer).set(buffer.subarray(at, at + data.byteLength));
      at += data.byteLength;
    } else {
      data.fill(fill);
    }
    vectors[name] = data;
  }
  if (at !== buffer.byteLength) throw damaged(`${buffer.byteLength - at} bytes too many`);
  const { config, plan, step, momentSteps } = header;
  return { config, plan, step, momentSteps, vectors: checkSizes(config, vectors) };
}

function parseHeader(json: Buffer): Header {
  try {
    return JSON.parse(json.toString('utf8')) as Header;
  } catch (cause) {
    throw damaged('a header that is not JSON', cause);
  }
}

function checkSizes(
  { net }: TrainingConfig,
  vectors: Partial<Record<VectorName, Float32Array>>,
): Record<VectorName, Float32Array> {
  const { size, maskSize } = parameterLayout(net);
  const expected: Record<VectorName, number> = {
    p: size,
    m: size,
    v: size,
    average: size,
    decay: size,
    mask: maskSize,
    quantizer: quantizerStateSize(net),
  };
  for (const name of VECTORS) {
    const length = vectors[name]?.length ?? 0;
    if (length === expected[name]) continue;
    throw damaged(`${length} numbers in '${name}' where a net of ${layersOf(net).length} layers has ${expected[name]}`);
  }
  return vectors as Record<VectorName, Float32Array>;
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('input-unreadable', `expected a whole training state but got ${what}`, { cause });
}
