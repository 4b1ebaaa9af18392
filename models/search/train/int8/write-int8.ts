import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatManifest, parseManifest } from '../../../format/manifest.ts';
import type { Manifest } from '../../../format/manifest.ts';
import { MANIFEST_FILE, describeFile, writeWhole } from '../model-files.ts';

const INT8_FILE = 'model.int8.onnx';

/** Puts the int8 file beside a model and enters it into the manifest; figures of an earlier one are taken out. */
export async function writeInt8(
  folder: string,
  onnx: Uint8Array,
  quantisation: NonNullable<Manifest['quantisation']>,
): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  const before = parseManifest(await readFile(path, 'utf8'));
  const int8 = describeFile(INT8_FILE, onnx);
  const isSame = before.files.int8?.sha256 === int8.sha256;
  const manifest: Manifest = {
    ...before,
    files: { ...before.files, int8 },
    quantisation,
    measured: isSame ? before.measured : before.measured.filter(({ dataType }) => dataType !== 'int8'),
  };
  await writeWhole(join(folder, INT8_FILE), onnx);
  await writeWhole(path, formatManifest(manifest));
  return manifest;
}
