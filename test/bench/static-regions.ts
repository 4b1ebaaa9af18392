/**
 * What standing still saves: the engine alone, on clips where only a band of rows or a box moves, with and without reuse
 * in turns. Run alone: node test/bench/static-regions.ts
 */
import { compileSparse } from '../../models/compiler/compile.ts';
import { encodeOnnx } from '../../models/format/onnx.ts';
import { encodePackedNetwork } from '../../models/format/packed-network.ts';
import { CpuEngine, availableIsas } from '../../native-bridge/cpu/engine.ts';
import { randomPicture } from '../helpers/random-picture.ts';
import { buildNet, quantiseNet } from './engine/nets.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const WIDTH = 640;
const HEIGHT = 360;

/** Where a clip moves, in input samples. */
interface Motion {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const side = Math.sqrt(0.2);
const MOTIONS: readonly Motion[] = [
  { name: 'none', x: 0, y: 0, width: 0, height: 0 },
  { name: 'band of 20 % of the rows', x: 0, y: 144, width: WIDTH, height: 0.2 * HEIGHT },
  {
    name: 'box of 20 % of the area',
    x: 170,
    y: 90,
    width: Math.round(side * WIDTH),
    height: Math.round(side * HEIGHT),
  },
  { name: 'everywhere', x: 0, y: 0, width: WIDTH, height: HEIGHT },
];

export interface StaticRegionRow {
  readonly net: string;
  readonly dataType: 'f32' | 'int8';
  readonly motion: string;
  /** Processor milliseconds of one frame, the least of all. */
  readonly cpuMsReused: number;
  readonly cpuMsComputed: number;
  /** Times faster than without reuse. */
  readonly ratio: number;
  readonly computedShare: number;
  readonly identical: boolean;
}

/** @param frames of each clip */
export async function benchStaticRegions(frames = 24): Promise<StaticRegionRow[]> {
  const model = buildNet({ kind: 'plain', channels: 16, sparsity: 0.75, block: { outputs: 8, inputs: 4 } });
  const rows: StaticRegionRow[] = [];
  for (const [dataType, form] of [
    ['f32', model],
    ['int8', quantiseNet(model)],
  ] as const) {
    const { network } = compileSparse(encodeOnnx(form), { bitDepth: 8, inputMaximum: 1 });
    const packed = encodePackedNetwork(network);
    for (const motion of MOTIONS) {
      rows.push({ net: 'c16', dataType, ...(await withTrainingsPaused(() => runClip(packed, motion, frames))) });
    }
  }
  return rows;
}

/** Pictures that go round: what a pipeline has in flight. */
const POOL = 3;
const ROUNDS = 5;
/** The first two frames have nothing to reuse or have not kept it yet. */
const SETTLED = 3;

async function runClip(packed: Uint8Array, motion: Motion, frames: number) {
  const [isa = ''] = availableIsas();
  const options = { width: WIDTH, height: HEIGHT, threads: 1, isa };
  const clip = Array.from({ length: frames }, (_, frame) => pictureOf(motion, frame));
  const open = (reuseStatic: boolean) => CpuEngine.open(packed, { ...options, reuseStatic });
  const [reusing, computing] = [open(true), open(false)];
  const { computedShare, identical } = await compareClips(reusing, computing, clip);
  let [cpuMsReused, cpuMsComputed] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    cpuMsReused = Math.min(cpuMsReused, await leastCpuMs(reusing, clip));
    cpuMsComputed = Math.min(cpuMsComputed, await leastCpuMs(computing, clip));
  }
  await reusing.close();
  await computing.close();
  const ratio = cpuMsComputed / cpuMsReused;
  return { motion: motion.name, cpuMsReused, cpuMsComputed, ratio, computedShare, identical };
}

const emptyOutput = () => ({ data: new Uint8Array(4 * WIDTH * HEIGHT), stride: 2 * WIDTH });

async function compareClips(reusing: CpuEngine, computing: CpuEngine, clip: readonly Uint8Array[]) {
  const [reused, computed] = [emptyOutput(), emptyOutput()];
  let identical = true;
  let computedShare = 0;
  for (const data of clip) {
    ({ computedShare } = await reusing.run([{ data, stride: WIDTH }], [reused]));
    await computing.run([{ data, stride: WIDTH }], [computed]);
    identical &&= Buffer.compare(reused.data, computed.data) === 0;
  }
  return { computedShare, identical };
}

/** Of one frame, with nothing else done between frames. */
async function leastCpuMs(engine: CpuEngine, clip: readonly Uint8Array[]): Promise<number> {
  const outputs = Array.from({ length: POOL }, emptyOutput);
  let least = Infinity;
  for (const [frame, data] of clip.entries()) {
    const before = process.cpuUsage();
    await engine.run([{ data, stride: WIDTH }], [outputs[frame % POOL]!]);
    const { user, system } = process.cpuUsage(before);
    if (frame >= SETTLED) least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

const still = randomPicture({ width: WIDTH, height: HEIGHT, seed: 1 }).planes[0]!;

function pictureOf({ x, y, width, height }: Motion, frame: number): Uint8Array {
  const data = Uint8Array.from(still);
  const moving = randomPicture({ width: WIDTH, height: HEIGHT, seed: 2 + frame }).planes[0]!;
  for (let row = y; row < y + height; row += 1) {
    const from = row * WIDTH + x;
    data.set(moving.subarray(from, from + width), from);
  }
  return data;
}

export function formatStaticRows(rows: readonly StaticRegionRow[]): string {
  return rows
    .map((r) => {
      const times = `${r.cpuMsReused.toFixed(2)} ms, ${r.cpuMsComputed.toFixed(2)} without`;
      const share = `${(100 * r.computedShare).toFixed(0)} % computed`;
      const same = r.identical ? 'identical' : 'DIFFERENT';
      return `${r.net} ${r.dataType}, motion ${r.motion}: ${r.ratio.toFixed(2)}x (${times}; ${share}, ${same})`;
    })
    .join('\n');
}

if (process.argv[1] === import.meta.filename) console.log(formatStaticRows(await benchStaticRegions()));
