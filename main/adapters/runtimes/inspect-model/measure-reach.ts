import type { Numbers } from '../run-tiles.ts';
import type { NetUnderTest, Size } from './measure.ts';

/** Receptive field of a network that must see the whole picture at once: no tile has such a halo. */
export const WHOLE_PICTURE = 2 ** 30 + 1;

/** Sides of the pictures that are tried, until a changed sample no longer reaches the border. */
const SIDES = [33, 65, 129];

/** What is added to the measured reach on each side, for paths that no trial opened. */
const MARGIN = 1;

/** Largest difference between a picture and its shifted self, in parts of the range, that passes for rounding. */
const SHIFT_TOLERANCE = 1e-4;

/** Where a trial's sample is changed, from the centre, and by how much, in parts of the range. */
const TRIALS = [
  { dx: 0, dy: 0, by: 1, seed: 1 },
  { dx: 1, dy: 1, by: -1, seed: 2 },
  { dx: 2, dy: 3, by: 12, seed: 3 },
  { dx: 3, dy: 2, by: -12, seed: 4 },
  { dx: 1, dy: 0, by: 150, seed: 5 },
  { dx: 0, dy: 1, by: -150, seed: 6 },
];

/**
 * Side of the square of input samples that an output sample depends on, found by changing one sample of random pictures
 * and looking at what changes, plus a margin; {@link WHOLE_PICTURE} when the change reaches the border of every picture
 * tried, or when a shifted picture does not give a shifted result.
 */
export async function measureReceptiveField(net: NetUnderTest, scale: number, inputMaximum: number): Promise<number> {
  const sizes = net.fixedSize === null ? SIDES.map((side) => ({ width: side, height: side })) : [net.fixedSize];
  for (const size of sizes) {
    const reach = await measureReach(net, size, scale, inputMaximum);
    if (reach === null) continue;
    const moves = await followsShift(net, size, { scale, reach, inputMaximum });
    return moves ? 2 * (reach + MARGIN) + 1 : WHOLE_PICTURE;
  }
  return WHOLE_PICTURE;
}

async function measureReach(net: NetUnderTest, size: Size, scale: number, maximum: number): Promise<number | null> {
  let reach = 0;
  for (const { dx, dy, by, seed } of TRIALS) {
    const at = { x: (size.width >> 1) + dx, y: (size.height >> 1) + dy };
    const before = noisePicture(net.channels, size, maximum, seed);
    const after = { ...before, data: before.data.slice() };
    for (let c = 0; c < net.channels; c += 1) {
      const i = (c * size.height + at.y) * size.width + at.x;
      after.data[i] = (after.data[i] ?? 0) + by * maximum;
    }
    reach = Math.max(reach, farthestChange(await net.run(before), await net.run(after), scale, at));
  }
  const room = Math.min(size.width, size.height) >> 1;
  return reach + MARGIN + 3 >= room ? null : reach;
}

/** In input samples, along the axis where it is larger. */
function farthestChange(a: Numbers, b: Numbers, scale: number, at: { x: number; y: number }): number {
  const [, , height = 0, width = 0] = a.dims;
  let farthest = 0;
  for (let i = 0; i < a.data.length; i += 1) {
    if (a.data[i] === b.data[i]) continue;
    const x = Math.floor((i % width) / scale);
    const y = Math.floor((Math.floor(i / width) % height) / scale);
    farthest = Math.max(farthest, Math.abs(x - at.x), Math.abs(y - at.y));
  }
  return farthest;
}

interface ShiftTest {
  readonly scale: number;
  readonly reach: number;
  readonly inputMaximum: number;
}

/** True when a picture moved by one sample gives the same output moved, away from the border. */
async function followsShift(net: NetUnderTest, size: Size, test: ShiftTest): Promise<boolean> {
  const { width, height } = size;
  const large = noisePicture(net.channels, { width: width + 1, height: height + 1 }, test.inputMaximum, 7);
  const [a, b] = [await net.run(crop(large, size, net.channels, 0)), await net.run(crop(large, size, net.channels, 1))];
  const outWidth = width * test.scale;
  const border = (test.reach + 1) * test.scale;
  for (let c = 0; c < net.channels; c += 1) {
    for (let y = border; y < height * test.scale - border; y += 1) {
      for (let x = border; x < outWidth - border; x += 1) {
        const plane = c * height * test.scale;
        const moved = b.data[(plane + y - test.scale) * outWidth + x - test.scale] ?? 0;
        const difference = Math.abs((a.data[(plane + y) * outWidth + x] ?? 0) - moved);
        if (!(difference <= SHIFT_TOLERANCE * test.inputMaximum)) return false;
      }
    }
  }
  return true;
}

function crop({ dims, data }: Numbers, { width, height }: Size, channels: number, offset: number): Numbers {
  const [, , fromHeight = 0, fromWidth = 0] = dims;
  const result = new Float32Array(channels * width * height);
  for (let c = 0; c < channels; c += 1) {
    for (let y = 0; y < height; y += 1) {
      const from = (c * fromHeight + y + offset) * fromWidth + offset;
      result.set(data.subarray(from, from + width), (c * height + y) * width);
    }
  }
  return { dims: [1, channels, height, width], data: result };
}

/** Samples all over the range, the same for the same seed (an integer hash of the position). */
function noisePicture(channels: number, { width, height }: Size, maximum: number, seed: number): Numbers {
  const data = Float32Array.from({ length: channels * height * width }, (_, i) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
    return (((h ^ (h >>> 16)) >>> 0) / 2 ** 32) * maximum;
  });
  return { dims: [1, channels, height, width], data };
}
