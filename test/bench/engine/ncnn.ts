/** ncnn from its Python wheel as a peer: a child process that runs the same weights whenever it is asked. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OnnxModel, OnnxNode } from '../../../models/format/onnx.ts';
import { HEIGHT, WIDTH, nameOf } from './entry.ts';
import type { Entry, EntryFacts } from './entry.ts';

/** A Python with the packages ncnn and numpy, null where there is none. */
function findPython(): string | null {
  const python = process.env.TANDEM_PEERS_PYTHON ?? 'python3';
  const found = spawnSync(python, ['-c', 'import ncnn, numpy'], { stdio: 'ignore' });
  return found.status === 0 ? python : null;
}

/** One entry per number of threads; none, and a line on stderr, where no Python has ncnn. */
export async function openNcnn(
  model: OnnxModel,
  facts: Omit<EntryFacts, 'runtime' | 'dataType' | 'threads'>,
  threads: readonly number[],
): Promise<Entry[]> {
  const python = findPython();
  if (python === null) {
    console.error('ncnn is left out: no Python with the packages ncnn and numpy (TANDEM_PEERS_PYTHON names one)');
    return [];
  }
  const entries: Entry[] = [];
  for (const count of threads) {
    entries.push(await openOne(python, model, { ...facts, runtime: 'ncnn', dataType: 'f32', threads: count }));
  }
  return entries;
}

async function openOne(python: string, model: OnnxModel, facts: EntryFacts): Promise<Entry> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-ncnn-'));
  const [param, weights] = [join(folder, 'net.param'), join(folder, 'net.bin')];
  const form = toNcnn(model);
  writeFileSync(param, form.param);
  writeFileSync(weights, form.weights);
  const script = join(import.meta.dirname, 'ncnn_peer.py');
  const child = spawn(python, [script, param, weights, String(WIDTH), String(HEIGHT), String(facts.threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('expected ncnn to answer but its process ended');
    return value;
  };
  await answer();
  let cpuMs = NaN;
  const run = async (): Promise<void> => {
    child.stdin.write('run\n');
    cpuMs = Number(await answer());
  };
  const close = async (): Promise<void> => {
    child.stdin.end();
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { facts, operations: 0, contestant: { name: nameOf(facts), run, cpuMs: () => cpuMs }, close };
}

/** Appends an initializer's data to the weights, after a tag where one is needed. */
type Put = (name: string, tag?: Uint8Array) => Float32Array;

/** Before a convolution's weights: they are f32. */
const F32_TAG = new Uint8Array(4);

/** ncnn's text and weights of a network of convolutions, PReLUs, a pixel shuffle and a nearest base. */
function toNcnn(model: OnnxModel): { param: string; weights: Uint8Array } {
  const tensors = new Map(model.graph.initializers.map((t) => [t.name, t]));
  const parts: Uint8Array[] = [];
  const put: Put = (name, tag) => {
    const data = tensors.get(name)?.data;
    if (!(data instanceof Float32Array)) throw new Error(`expected f32 weights but got none in '${name}'`);
    if (tag !== undefined) parts.push(tag);
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return data;
  };
  const lines = model.graph.nodes.map((node) => lineOf(node, put, (name) => tensors.get(name)?.dims ?? []));
  const all = ['Input x0 0 1 x', 'Split x1 1 2 x x.0 x.1', ...lines];
  // ncnn wants each value read once: the picture goes to the first convolution and to the base.
  const read = all.map((line, i) =>
    i < 2 ? line : line.replace(' 1 1 x ', line.startsWith('Interp') ? ' 1 1 x.1 ' : ' 1 1 x.0 '),
  );
  return {
    param: ['7767517', `${all.length} ${all.length + 1}`, ...read, ''].join('\n'),
    weights: Buffer.concat(parts),
  };
}

function lineOf(
  { opType, name, inputs, outputs }: OnnxNode,
  put: Put,
  dimsOf: (name: string) => readonly number[],
): string {
  const [from = '', second = '', third = ''] = inputs;
  const to = outputs[0] ?? '';
  const one = (type: string, settings: string): string => `${type} ${name} 1 1 ${from} ${to} ${settings}`;
  switch (opType) {
    case 'Conv': {
      const [outChannels = 0, , kernel = 0] = dimsOf(second);
      const count = put(second, F32_TAG).length;
      put(third);
      return one('Convolution', `0=${outChannels} 1=${kernel} 4=${(kernel - 1) / 2} 5=1 6=${count}`);
    }
    case 'PRelu':
      return one('PReLU', `0=${put(second).length}`);
    case 'DepthToSpace':
      return one('PixelShuffle', '0=2');
    case 'Resize':
      return one('Interp', '0=1 1=2.0 2=2.0');
    case 'Add':
      return `BinaryOp ${name} 2 1 ${from} ${second} ${to} 0=0`;
    default:
      throw new Error(`expected an operator that the bench's networks have but got ${opType}`);
  }
}
