import { floatLiteral } from './dialect.ts';
import type { ShaderType } from './dialect.ts';
import type { SumKind } from './sums.ts';

/** How tensors are held in storage between dispatches, and how they are read for sums and for additions. */
export interface Carrier {
  /** Element of the storage: four channels of one sample. */
  readonly element: ShaderType;
  readonly elementBytes: number;
  /** What an element reads as outside the picture, so that it adds nothing to a sum. */
  padding(zeroPoint: number): string;
  /** A stored element as the input of sums. */
  input(element: string, kind: SumKind): string;
  /** What a layer has just made (vec4f values, vec4i codes) as the input of sums. */
  handOver(made: string, kind: SumKind): string;
  /** A stored element to be added: vec4f, or vec4i codes less their zero point. */
  added(element: string, zeroPoint: number): string;
  store(made: string): string;
  /** One sample of the picture as a scalar of the sums; `place` is plane, row and column. */
  sample(place: string, kind: SumKind): string;
}

/** @param sampleFactor what one code of the picture is at the network's input; int8 networks take the codes */
export function carrierOf(arithmetic: 'int8' | 'f32' | 'f16', sampleFactor: number): Carrier {
  if (arithmetic === 'int8') return CODES;
  const sample = (place: string): string => `f32(pixel(${place})) * ${floatLiteral(sampleFactor)}`;
  return arithmetic === 'f32' ? { ...FLOATS, sample } : { ...HALVES, sample };
}

const same = (value: string): string => value;

const FLOATS: Omit<Carrier, 'sample'> = {
  element: 'vec4f',
  elementBytes: 16,
  padding: () => 'vec4f(0.0)',
  input: same,
  handOver: same,
  added: same,
  store: same,
};

const HALVES: Omit<Carrier, 'sample'> = {
  element: 'vec2u',
  elementBytes: 8,
  padding: () => 'vec2u(0u)',
  input: (element) => `from_halves(${element})`,
  handOver: same,
  added: (element) => `from_halves(${element})`,
  // Beyond the largest half there is only infinity.
  store: (made) => `to_halves(clamp(${made}, vec4f(-65504.0), vec4f(65504.0)))`,
};

/** The dot product takes s8: codes less 128, which the bias makes good. */
const TO_SIGNED = '0x80808080u';

const CODES: Carrier = {
  element: 'u32',
  elementBytes: 4,
  padding: (zeroPoint) => `${(zeroPoint * 0x01010101) >>> 0}u`,
  input: (element, kind) =>
    kind === 'dot'
      ? `${element} ^ ${TO_SIGNED}`
      : kind === 'int'
        ? `from_codes(${element})`
        : `vec4f(from_codes(${element}))`,
  handOver: (made, kind) =>
    kind === 'dot' ? `to_codes(${made}) ^ ${TO_SIGNED}` : kind === 'int' ? made : `vec4f(${made})`,
  added: (element, zeroPoint) =>
    zeroPoint === 0 ? `from_codes(${element})` : `from_codes(${element}) - vec4i(${zeroPoint})`,
  store: (made) => `to_codes(${made})`,
  sample: (place, kind) => (kind === 'float' ? `f32(pixel_code(${place}))` : `i32(pixel_code(${place}))`),
};
