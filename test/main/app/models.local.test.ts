import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listZoo, loadModel } from '../../../main/app/models.ts';
import { isAppError } from '../../../main/core/errors.ts';
import { decodeOnnx } from '../../../models/format/onnx.ts';
import { formatManifest } from '../../../models/format/manifest.ts';
import { countMacs720p, countParameters } from '../../../models/ir/cost.ts';
import { importOnnx } from '../../../models/ir/import-onnx.ts';
import { receptiveField } from '../../../models/ir/receptive-field.ts';
import { srNetBytes } from '../../helpers/onnx-net.ts';

let folder = '';
let zooFolder = '';
const bytes = srNetBytes();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-models-'));
  zooFolder = join(folder, 'zoo');
  await mkdir(join(zooFolder, 'tandem-x2-test'), { recursive: true });
  await mkdir(join(zooFolder, 'unfinished'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest = formatManifest({
    format: 1,
    name: 'tandem-x2-test',
    version: '1',
    scale: 2,
    colour: 'y',
    inputMaximum: 1,
    opset: 17,
    receptiveField: 7,
    structure: {},
    sparsity: [],
    files: { model: { file: 'model.onnx', sha256, bytes: bytes.length }, trainState: null },
    parameters: 976,
    macs: { dense720p: 1000, kept720p: 1000 },
    training: null,
    measured: [],
  });
  await writeFile(join(zooFolder, 'tandem-x2-test', 'manifest.json'), manifest);
  await writeFile(join(zooFolder, 'tandem-x2-test', 'model.onnx'), bytes);
  await writeFile(join(folder, 'own net.onnx'), srNetBytes({ scale: 3, colour: 'rgb' }));
  await writeFile(join(folder, 'text.onnx'), 'no model');
});

afterAll(() => rm(folder, { recursive: true }));

async function errorOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'no error';
  } catch (error) {
    return isAppError(error) ? `${error.code}: ${error.message}` : `another error: ${String(error)}`;
  }
}

describe('the zoo', () => {
  it('is listed', async () => {
    expect((await listZoo(zooFolder)).map((m) => m.manifest.name)).toEqual(['tandem-x2-test']);
    expect(await listZoo(join(folder, 'absent'))).toEqual([]);
  });

  it('gives a model by name and by short name', async () => {
    const model = await loadModel('tandem-x2-test', { zooFolder });
    expect(model).toMatchObject({ scale: 2, colour: 'y', receptiveField: 7, parameters: 976 });
    expect(Buffer.compare(model.onnx, bytes)).toBe(0);
    expect((await loadModel('test', { zooFolder, scale: 2 })).name).toBe('tandem-x2-test');
  });

  it('gives one by the path of its folder', async () => {
    const model = await loadModel(join(zooFolder, 'tandem-x2-test'));
    expect(model).toMatchObject({ name: 'tandem-x2-test', receptiveFieldFrom: 'manifest', macs: { kept720p: 1000 } });
  });

  it('refuses an unknown name, another scale, a changed file', async () => {
    expect(await errorOf(loadModel('nothing', { zooFolder }))).toBe(
      "wrong-usage: expected a model of the zoo (tandem-x2-test) or a path to an ONNX file but got 'nothing'",
    );
    expect(await errorOf(loadModel('tandem-x2-test', { zooFolder, scale: 3 }))).toContain('enlarges 3 times but');
    const changed = join(folder, 'changed');
    await mkdir(join(changed, 'm'), { recursive: true });
    const [known] = await listZoo(zooFolder);
    await writeFile(join(changed, 'm', 'manifest.json'), JSON.stringify(known?.manifest));
    await writeFile(join(changed, 'm', 'model.onnx'), 'other');
    expect(await errorOf(loadModel('tandem-x2-test', { zooFolder: changed }))).toMatch(
      /^model-invalid: .*another content/,
    );
  });
});

describe('a file of the user’s own', () => {
  it('is inspected', async () => {
    const model = await loadModel(join(folder, 'own net.onnx'), { zooFolder, scale: 3 });
    expect(model).toMatchObject({ name: 'own net', scale: 3, colour: 'rgb', receptiveField: 7, manifest: null });
  });

  it('is refused with its path and one sentence', async () => {
    const text = join(folder, 'text.onnx');
    expect(await errorOf(loadModel(text, { zooFolder }))).toBe(
      `model-invalid: ${text}: expected an ONNX model but got bytes that cannot be read as one`,
    );
    expect(await errorOf(loadModel(join(folder, 'absent.onnx'), { zooFolder }))).toMatch(
      /^input-missing: .*there is none at/,
    );
    expect(await errorOf(loadModel(`${folder}/`, { zooFolder }))).toMatch(/^input-unreadable: .*a folder/);
  });
});

describe('every model that is shipped', () => {
  it('is what its manifest says', async () => {
    const zoo = await listZoo();
    if (zoo.length === 0) console.warn('skipped: models/zoo holds no model yet');
    for (const { manifest } of zoo) {
      const model = await loadModel(manifest.name);
      const graph = importOnnx(decodeOnnx(model.onnx));
      expect(receptiveField(graph), manifest.name).toBe(manifest.receptiveField);
      expect(countParameters(graph), manifest.name).toBe(manifest.parameters);
      expect(countMacs720p(graph, manifest.scale), manifest.name).toBe(manifest.macs.dense720p);
      const weights = graph.nodes.filter((n) => n.op === 'Conv').map((n) => n.inputs[1]);
      expect(
        manifest.sparsity.map((s) => s.layer),
        manifest.name,
      ).toEqual(weights);
      expect(model.onnx.byteLength).toBe(manifest.files.model.bytes);
    }
  });
});
