import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatManifest } from '../../models/format/manifest.ts';
import { srNetBytes } from './onnx-net.ts';

/** Writes a small real network with its manifest, as a search exports one. */
export async function writeModelFolder(folder: string, name: string): Promise<void> {
  const bytes = srNetBytes();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = { file: 'model.onnx', sha256, bytes: bytes.length };
  const manifest = formatManifest({
    ...{ format: 1, name, version: '1', scale: 2, colour: 'y', inputMaximum: 1, opset: 17, receptiveField: 7 },
    ...{ structure: {}, sparsity: [], files: { model: file, trainState: null }, parameters: 976 },
    quantisation: {
      ...{ method: 'post-training', clippedShare: 0, steps: 0, lrPixels: 0 },
      validation: { f32: 30.5, postTraining: 30.25, int8: 30.25 },
    },
    ...{ macs: { dense720p: 2000, kept720p: 1000 }, training: null, measured: [] },
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), manifest);
  await writeFile(join(folder, 'model.onnx'), bytes);
}
