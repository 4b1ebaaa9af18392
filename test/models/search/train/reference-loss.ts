import { layersOf } from '../../../../models/search/train/net/config.ts';
import type { NetConfig } from '../../../../models/search/train/net/config.ts';
import { parameterLayout } from '../../../../models/search/train/net/parameters.ts';
import type { Loss } from '../../../../models/search/train/run/loss.ts';

/**
 * The loss in float64, written branch by branch on pixels: what the training graph must agree with. Slow on purpose.
 * @param x LR, batch * patch * patch; @param target batch * s*s * patch * patch
 */
export interface Problem {
  readonly batch: number;
  readonly patch: number;
  readonly loss: Loss;
  readonly x: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  readonly mask: ArrayLike<number>;
}

type Planes = Float64Array;

function convolve(
  x: Planes,
  c: number,
  m: number,
  k: number,
  p: Problem,
  weight: (m: number, c: number, tap: number) => number,
): Planes {
  const { batch, patch: s } = p;
  const r = (k - 1) / 2;
  const y = new Float64Array(batch * m * s * s);
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < m; o++)
      for (let i = 0; i < c; i++)
        for (let tap = 0; tap < k * k; tap++) {
          const w = weight(o, i, tap);
          const [dy, dx] = [Math.floor(tap / k) - r, (tap % k) - r];
          for (let row = Math.max(0, -dy); row < Math.min(s, s - dy); row++)
            for (let col = Math.max(0, -dx); col < Math.min(s, s - dx); col++) {
              const at = ((n * m + o) * s + row) * s + col;
              y[at] = y[at]! + w * x[((n * c + i) * s + row + dy) * s + col + dx]!;
            }
        }
  return y;
}

const EDGE_KERNELS = [
  [1, 0, -1, 2, 0, -2, 1, 0, -1],
  [1, 2, 1, 0, 0, 0, -1, -2, -1],
  [0, 1, 0, 1, -4, 1, 0, 1, 0],
];

export function referenceLoss(net: NetConfig, flat: ArrayLike<number>, p: Problem): number {
  const layout = parameterLayout(net);
  const plane = p.patch * p.patch;
  const get = (name: string): ((i: number) => number) => {
    const entry = layout.entries.find((e) => e.name === name)!;
    return (i) => flat[entry.start + i]!;
  };
  const layers = layersOf(net);
  let x: Planes = Float64Array.from(p.x);
  const outputs: Planes[] = [];
  for (const { index: l, inputs: c, outputs: m, kernel: k, activated, kind, isLast, residualFrom } of layers) {
    if (isLast && net.longSkip) x = x.map((v, i) => v + outputs[0]![i]!);
    const maskAt = (o: number, i: number, tap: number): number =>
      p.mask[layout.maskStarts[l]! + (o * c + i) * k * k + tap]!;
    const sum = new Float64Array(p.batch * m * plane);
    const collect = (y: Planes, bias: (i: number) => number): void => {
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + y[i]! + bias(Math.floor(i / plane) % m);
    };
    const weight = get(`weight${l}`);
    collect(
      convolve(x, c, m, k, p, (o, i, t) => maskAt(o, i, t) * weight((o * c + i) * k * k + t)),
      get(`bias${l}`),
    );
    if (kind === 'edge') {
      const [expand, squeeze] = [get(`expand${l}`), get(`squeeze${l}`)];
      const [edge, edgeScale] = [get(`edge${l}`), get(`edgeScale${l}`)];
      const wide = 2 * m;
      const isMasked = Array.from(p.mask).some((v) => v !== 1);
      if (isMasked) {
        // A mask over merged weights has no branch-wise form through the widened channels: sum them tap by tap.
        const merged = (o: number, i: number, t: number): number => {
          let s = 0;
          for (let d = 0; d < wide; d++) s += squeeze((o * 9 + t) * wide + d) * expand(d * c + i);
          return s;
        };
        collect(
          convolve(x, c, m, 3, p, (o, i, t) => maskAt(o, i, t) * merged(o, i, t)),
          get(`squeezeBias${l}`),
        );
      } else {
        const widened = convolve(x, c, wide, 1, p, (d, i) => expand(d * c + i));
        collect(
          convolve(widened, wide, m, 3, p, (o, d, t) => squeeze((o * 9 + t) * wide + d)),
          get(`squeezeBias${l}`),
        );
      }
      EDGE_KERNELS.forEach((kernel, e) => {
        const w = (o: number, i: number, t: number): number =>
          maskAt(o, i, t) * kernel[t]! * edgeScale(o * 3 + e) * edge((o * 3 + e) * c + i);
        collect(convolve(x, c, m, 3, p, w), e === 0 ? get(`edgeBias${l}`) : () => 0);
      });
      if (c === m)
        collect(
          convolve(x, c, m, 3, p, (o, i, t) => (o === i && t === 4 ? maskAt(o, i, t) : 0)),
          () => 0,
        );
    }
    if (activated) {
      const slope = net.activation === 'prelu' ? get(`slope${l}`) : () => 0;
      x = sum.map((v, i) => (v > 0 ? v : v * slope(Math.floor(i / plane) % m)));
    } else {
      x = sum;
    }
    if (residualFrom !== null) x = x.map((v, i) => v + outputs[residualFrom]![i]!);
    outputs.push(x);
  }
  const channels = net.scale ** 2;
  const count = channels * plane;
  let total = 0;
  for (let n = 0; n < p.batch; n++) {
    let sum = 0;
    for (let i = n * count; i < (n + 1) * count; i++) {
      const difference = x[i]! + p.x[n * plane + (i % plane)]! - p.target[i]!;
      sum += p.loss === 'l1' ? Math.abs(difference) : difference * difference;
    }
    total += p.loss === 'psnr' ? 10 * Math.log10(sum / count + 1 / (12 * 255 ** 2)) : sum / count;
  }
  return total / p.batch;
}
