import { AppError } from '../../../core/errors.ts';
import type { Numbers } from '../run-tiles.ts';

/** Runs an unknown network on `[1, channels, height, width]`. */
export type RunNet = (input: Numbers) => Promise<Numbers>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What all measurements need to know. */
export interface NetUnderTest {
  readonly run: RunNet;
  readonly channels: number;
  readonly fixedSize: Size | null;
}

const LARGEST_SCALE = 8;
const EVEN: Size = { width: 32, height: 24 };
const ODD: Size = { width: 23, height: 19 };

/**
 * Whole factor between output and input, found by running.
 * @throws AppError `model-unsupported` for a network that is no super-resolution network
 */
export async function measureScale({ run, channels, fixedSize }: NetUnderTest): Promise<number> {
  const first = fixedSize ?? EVEN;
  const scale = scaleOf(first, channels, await run(constantPicture(channels, first, 0.5)));
  if (fixedSize !== null) return scale;
  const second = scaleOf(ODD, channels, await run(constantPicture(channels, ODD, 0.5)));
  if (second === scale) return scale;
  throw notSuperResolution(`a factor for every size`, `${scale} for 32x24 and ${second} for 23x19`);
}

function scaleOf({ width, height }: Size, channels: number, { dims }: Numbers): number {
  const [n, c, outHeight = 0, outWidth = 0] = dims;
  const scale = outWidth / width;
  const fits = dims.length === 4 && n === 1 && c === channels && outHeight === height * scale;
  if (fits && Number.isInteger(scale) && scale >= 2 && scale <= LARGEST_SCALE) return scale;
  const wanted = `${channels} channel(s) of 2 to ${LARGEST_SCALE} times ${width}x${height}`;
  throw notSuperResolution(wanted, `[${dims.join(', ')}]`);
}

/** Root mean square error, in parts of the range, that still passes for the same picture; a flat one has about 0.3. */
const LARGEST_ERROR = 0.15;

/** A range is taken for the better one when its error is smaller by this factor. */
const CLEARLY_BETTER = 0.9;

/**
 * What full code must become at the input: 1 or 255. The rule: a drawn test picture is made smaller and restored once in
 * the range 0..1 and once in 0..255; the range in which the network restores it better is its own; 1 when there is no
 * clear difference (a network without biases does the same for both).
 * @throws AppError `model-unsupported` when neither output resembles the picture
 */
export async function measureInputMaximum(net: NetUnderTest, scale: number): Promise<1 | 255> {
  const [unit, code] = [await restorationError(net, scale, 1), await restorationError(net, scale, 255)];
  if (!(Math.min(unit, code) <= LARGEST_ERROR)) {
    const got = `one that differs by ${unit.toPrecision(3)} of the range for 0..1 and ${code.toPrecision(3)} for 0..255`;
    throw notSuperResolution('an output that resembles the input', got);
  }
  return code < unit * CLEARLY_BETTER ? 255 : 1;
}

/** Root mean square error of the middle of the restored picture, in parts of the range. */
async function restorationError(net: NetUnderTest, scale: number, maximum: number): Promise<number> {
  const size = net.fixedSize ?? { width: 64, height: 64 };
  const { width, height } = size;
  const { data } = await net.run(drawTestPicture(net.channels, size, scale, maximum));
  const [outWidth, outHeight] = [width * scale, height * scale];
  const [marginX, marginY] = [Math.min(8, width >> 2) * scale, Math.min(8, height >> 2) * scale];
  let sum = 0;
  let count = 0;
  for (let c = 0; c < net.channels; c += 1) {
    for (let y = marginY; y < outHeight - marginY; y += 1) {
      for (let x = marginX; x < outWidth - marginX; x += 1) {
        const wanted = testSample((x + 0.5) / scale, (y + 0.5) / scale);
        sum += ((data[(c * outHeight + y) * outWidth + x] ?? 0) / maximum - wanted) ** 2;
        count += 1;
      }
    }
  }
  return Math.sqrt(sum / count);
}

/** The test picture at input size: the mean of what its samples cover. */
function drawTestPicture(channels: number, { width, height }: Size, scale: number, maximum: number): Numbers {
  const plane = Float32Array.from({ length: width * height }, (_, i) => {
    let sum = 0;
    for (let dy = 0; dy < scale; dy += 1) {
      for (let dx = 0; dx < scale; dx += 1) {
        sum += testSample((i % width) + (dx + 0.5) / scale, Math.floor(i / width) + (dy + 0.5) / scale);
      }
    }
    return (sum / (scale * scale)) * maximum;
  });
  const data = new Float32Array(channels * plane.length);
  for (let c = 0; c < channels; c += 1) data.set(plane, c * plane.length);
  return { dims: [1, channels, height, width], data };
}

/** Slanted edges and slow waves from 0.08 to 0.92, in input samples. */
function testSample(x: number, y: number): number {
  const edge = (Math.floor((x + 0.37 * y) / 9) + Math.floor((y - 0.21 * x) / 11)) % 2 === 0 ? 0.26 : -0.26;
  return 0.5 + edge + 0.16 * Math.sin(x / 5 + y / 3);
}

/** A picture of one value. */
export function constantPicture(channels: number, { width, height }: Size, value: number): Numbers {
  return { dims: [1, channels, height, width], data: new Float32Array(channels * height * width).fill(value) };
}

function notSuperResolution(wanted: string, got: string): AppError {
  return new AppError('model-unsupported', `expected a super-resolution model: ${wanted}, but got ${got}`);
}
