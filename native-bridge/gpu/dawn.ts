/** Dawn, WebGPU's implementation, by the optional package `webgpu`. The only file that imports it. */
import { AppError } from '../../main/core/errors.ts';

type Dawn = typeof import('webgpu');

/** One GPU, by one of Dawn's back ends. */
export interface GpuFacts {
  /** As the driver calls it; what `--device gpu:NAME` looks for. */
  readonly name: string;
  readonly backend: string;
  readonly vendor: string;
  readonly architecture: string;
  /** Driver and version where it tells. */
  readonly description: string;
  /** Computed on the CPU: right, and slow. */
  readonly isSoftware: boolean;
}

export interface OpenAdapter {
  readonly facts: GpuFacts;
  readonly adapter: GPUAdapter;
  /** Lets go of the adapter and its instance. */
  release(): void;
}

/**
 * Dawn's objects live as long as JavaScript can reach its instance from the global object; collected too early they take
 * the process with them, kept too long they keep it alive.
 */
const rooted = new Set<object>();
Object.defineProperty(globalThis, Symbol.for('tandem.gpu'), { value: rooted, configurable: true });

let loaded: Dawn | Error | null = null;

async function loadDawn(): Promise<Dawn | Error> {
  if (loaded !== null) return loaded;
  try {
    loaded = await import('webgpu');
    Object.assign(globalThis, loaded.globals);
  } catch (error) {
    const platform = `${process.platform}-${process.arch}`;
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    loaded = new Error(`expected the package webgpu (Dawn) for ${platform} but it does not load: ${why}`);
  }
  return loaded;
}

/** @returns why no GPU can be used here at all, null when Dawn is there */
export async function whyDawnMissing(): Promise<string | null> {
  const dawn = await loadDawn();
  return dawn instanceof Error ? dawn.message : null;
}

/** Best first; others (OpenGL, Direct3D 11) show the same GPUs once more. */
const BACKENDS = ['metal', 'd3d12', 'vulkan'] as const;

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render|\bwarp\b/i;

/** @returns every GPU that Dawn can use, each by its best back end; none where Dawn is missing */
export async function listGpus(): Promise<GpuFacts[]> {
  const gpus: GpuFacts[] = [];
  for (const { name, backend } of await listNames()) {
    const opened = await openAdapter(name, backend);
    if (opened === null) continue;
    gpus.push(opened.facts);
    opened.release();
  }
  return gpus;
}

/** @returns null where Dawn does not take this GPU. @throws AppError `runtime-unavailable` where Dawn is missing */
export async function openAdapter(name: string, backend: string): Promise<OpenAdapter | null> {
  const dawn = await loadDawn();
  if (dawn instanceof Error) throw new AppError('runtime-unavailable', dawn.message);
  const instance = dawn.create([`backend=${backend}`, `adapter=${name}`]);
  rooted.add(instance);
  const adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    rooted.delete(instance);
    return null;
  }
  rooted.add(adapter);
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const isSoftware = isFallbackAdapter || SOFTWARE.test(`${name} ${description}`);
  return {
    facts: { name, backend, vendor, architecture, description, isSoftware },
    adapter,
    release: () => {
      rooted.delete(adapter);
      rooted.delete(instance);
    },
  };
}

/** Keeps `object` alive until the returned function is called. */
export function keepAlive(object: object): () => void {
  rooted.add(object);
  return () => rooted.delete(object);
}

/** Dawn names its adapters in the refusal of a name that no adapter has. */
async function listNames(): Promise<{ name: string; backend: string }[]> {
  const dawn = await loadDawn();
  if (dawn instanceof Error) return [];
  try {
    const instance = dawn.create(['adapter=no adapter has this name']);
    rooted.add(instance);
    await instance.requestAdapter();
    return [];
  } catch (error) {
    return parseAdapterList(error instanceof Error ? error.message : String(error));
  }
}

/** @returns the adapters of Dawn's refusal, each once, by its best back end */
export function parseAdapterList(text: string): { name: string; backend: string }[] {
  const found = [...text.matchAll(/backend: '([^']*)', name: '(.*)'/g)].map(([, backend = '', name = '']) => ({
    name,
    backend,
  }));
  const names = [...new Set(found.map(({ name }) => name))];
  return names.flatMap((name) => {
    const backend = BACKENDS.find((b) => found.some((f) => f.name === name && f.backend === b));
    return backend === undefined ? [] : [{ name, backend }];
  });
}
