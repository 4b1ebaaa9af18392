import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { encodePackedNetwork } from '../../../../models/format/packed-network.ts';
import { PROGRAM_VERSION } from '../../../../models/format/program.ts';
import { cacheFolder } from '../../system/paths.ts';
import { DEFAULT_CUT, findFastest, measureProgram } from './tune.ts';
import type { ProgramCut, Tuning } from './tune.ts';

const side = z.union([z.literal(1), z.literal(2), z.literal(4)]);
const cutSchema = z.strictObject({
  shape: z.strictObject({
    pixels: side,
    sums: z.int().min(1).max(64),
    workgroup: z.tuple([z.int().min(1).max(128), z.int().min(1).max(128)]),
  }),
  useByteDot: z.boolean(),
});

export interface TuningOptions {
  readonly folder?: string;
  /** Software is not worth it. For tests. */
  readonly includeSoftware?: boolean;
}

/** Measures at first use; later the file of this device, driver, network and size says it. */
export function createTuning({ folder, includeSoftware = false }: TuningOptions = {}): Tuning {
  return async (gpu, network, compile) => {
    if (gpu.facts.isSoftware && !includeSoftware) return DEFAULT_CUT;
    const { source } = compile(DEFAULT_CUT);
    const key = createHash('sha256')
      .update(JSON.stringify([PROGRAM_VERSION, gpu.facts, source]))
      .update(encodePackedNetwork(network))
      .digest('hex');
    const place = folder ?? join(cacheFolder(), 'gpu');
    const path = join(place, `${key.slice(0, 24)}.json`);
    const known = await readCut(path);
    if (known !== null) return known;
    const cut = await findFastest(network.dataType, (candidate) => measureProgram(gpu, compile(candidate)));
    await mkdir(place, { recursive: true });
    await writeFile(path, JSON.stringify(cut));
    return cut;
  };
}

async function readCut(path: string): Promise<ProgramCut | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return cutSchema.parse(JSON.parse(text));
  } catch {
    return null; // a torn file: it is measured again
  }
}
