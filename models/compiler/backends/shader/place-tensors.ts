import type { GpuLayer } from './gpu-network.ts';

/** Where a hidden tensor lies: its storage and the first of its planes there. A plane is four channels of the picture. */
export interface Place {
  readonly storage: number;
  readonly plane: number;
}

export interface Placement {
  /** By number of the tensor; the picture and the last layer's output have none. */
  readonly places: ReadonlyMap<number, Place>;
  /** Planes of each storage. */
  readonly storages: readonly number[];
}

/** One dispatch's worth of layers as far as memory is concerned: what it reads, and the tensor it leaves. */
export interface Access {
  readonly reads: readonly number[];
  readonly writes: number;
}

/**
 * Gives each hidden tensor a storage of its own, used again once nobody reads the tensor any more.
 * @param isMerged all tensors in one storage, for networks that read more tensors at once than there are slots
 */
export function placeTensors(layers: readonly GpuLayer[], accesses: readonly Access[], isMerged: boolean): Placement {
  const planesOf = (tensor: number): number => layers[tensor - 1]?.groups.length ?? 0;
  const lastRead = new Map<number, number>();
  accesses.forEach(({ reads }, at) => reads.forEach((tensor) => lastRead.set(tensor, at)));
  const sizes: number[] = [];
  const free = new Set<number>();
  const taken = new Map<number, number>();
  accesses.forEach(({ reads, writes }, at) => {
    if (at < accesses.length - 1) {
      const storage = closest(free, sizes, planesOf(writes)) ?? sizes.push(0) - 1;
      free.delete(storage);
      sizes[storage] = Math.max(sizes[storage] ?? 0, planesOf(writes));
      taken.set(writes, storage);
    }
    for (const tensor of new Set(reads)) {
      if (lastRead.get(tensor) === at && taken.has(tensor)) free.add(taken.get(tensor)!);
    }
  });
  const firsts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, planes) => sum + planes, 0));
  const place = (storage: number): Place =>
    isMerged ? { storage: 0, plane: firsts[storage] ?? 0 } : { storage, plane: 0 };
  const total = sizes.reduce((sum, planes) => sum + planes, 0);
  return {
    places: new Map([...taken].map(([tensor, storage]) => [tensor, place(storage)])),
    storages: isMerged && total > 0 ? [total] : sizes,
  };
}

function closest(free: ReadonlySet<number>, sizes: readonly number[], wanted: number): number | null {
  const gap = (storage: number): number => Math.abs((sizes[storage] ?? 0) - wanted);
  return [...free].reduce<number | null>((best, s) => (best === null || gap(s) < gap(best) ? s : best), null);
}
