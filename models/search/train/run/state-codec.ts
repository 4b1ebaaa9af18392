import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { layersOf } from '../net/config.ts';
import { quantizerStateSize } from '../net/forward.ts';
import { parameterLayout } from '../net/parameters.ts';
import { VECTORS, bestParameters } from './state.ts';
import type { TrainingConfig, TrainingState, VectorName } from './state.ts';
import { damaged, decodeVectors, encodeVectors } from './vector-file.ts';

const MAGIC = 'tandem-train-1\n';
/** Before a train-state, packed by Brotli: masks are ones and zeros, and many numbers of a pruned network are zero. */
const PACKED_MAGIC = 'tandem-train-1-brotli\n';

type Header = Omit<TrainingState, 'vectors'>;

/**
 * @param moments false makes the small train-state that is committed beside a model: without Adam's moments, and with the
 * best parameters alone, shortened, from which training goes on
 */
export function encodeState(state: TrainingState, { moments }: { moments: boolean }): Uint8Array {
  const { config, plan, step, lrPixels, momentSteps } = state;
  const header = { config, plan, step, lrPixels };
  if (moments) return encodeVectors(MAGIC, { ...header, momentSteps }, state.vectors);
  const whole = encodeVectors(MAGIC, { ...header, momentSteps: 0 }, withoutMoments(state));
  return Buffer.concat([Buffer.from(PACKED_MAGIC), brotliCompressSync(whole)]);
}

function withoutMoments(state: TrainingState): TrainingState['vectors'] {
  const best = withShortMantissas(bestParameters(state));
  const none = new Float32Array(best.length);
  return { ...state.vectors, p: best, average: best, m: none, v: none };
}

/** Mantissas of 15 bits: an error of 2^-17 is far below what one step changes, and its bits are a third of the packed bytes. */
function withShortMantissas(numbers: Float32Array): Float32Array {
  const bits = new Uint32Array(numbers.slice().buffer);
  return new Float32Array(bits.map((word) => (word + 0x80) & 0xffffff00).buffer);
}

/** @throws AppError `input-unreadable` for bytes that are no training state, or one of another net */
export function decodeState(bytes: Uint8Array): TrainingState {
  const { header, vectors } = decodeVectors(MAGIC, unpack(bytes));
  const { config, plan, step, lrPixels, momentSteps } = header as Header;
  return { config, plan, step, lrPixels, momentSteps, vectors: checkSizes(config, vectors) };
}

function unpack(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, PACKED_MAGIC.length).toString('latin1') !== PACKED_MAGIC) return bytes;
  try {
    return brotliDecompressSync(buffer.subarray(PACKED_MAGIC.length));
  } catch (cause) {
    throw damaged('packed bytes that do not unpack', cause);
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
