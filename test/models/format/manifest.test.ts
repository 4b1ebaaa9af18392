import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../main/core/errors.ts';
import { formatManifest, parseManifest } from '../../../models/format/manifest.ts';
import type { Manifest } from '../../../models/format/manifest.ts';

const digest = '0123456789abcdef'.repeat(4);

const manifest: Manifest = {
  format: 1,
  name: 'tandem-x2-test',
  version: '0.1.0',
  scale: 2,
  colour: 'y',
  inputMaximum: 1,
  opset: 17,
  receptiveField: 13,
  structure: { kind: 'plain', channels: 16, layers: [3, 3], base: 'nearest' },
  sparsity: [{ layer: 'conv0.weight', scheme: null }],
  files: {
    model: { file: 'model.onnx', sha256: digest, bytes: 1000 },
    trainState: null,
  },
  parameters: 100,
  macs: { dense720p: 23_040_000, kept720p: 23_040_000 },
  training: {
    sets: [{ name: 'set', weight: 1, terms: 'CC0' }],
    seeds: [1],
    steps: 10,
    lrPixels: 163_840,
    batch: 16,
    patch: 32,
    device: 'CPU, 1 thread',
    date: '2026-01-31',
  },
  measured: [{ protocol: 'model', set: 'Set5', runtime: 'onnx', dataType: 'f32', psnrY: 37.1, ssimY: 0.95 }],
};

function messageOf(value: unknown): string {
  try {
    parseManifest(value);
    return 'accepted';
  } catch (error) {
    return isAppError(error) && error.code === 'model-invalid' ? error.message : 'another error';
  }
}

describe('manifest', () => {
  it('survives being written and read', () => {
    expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
  });

  it.each([
    ['scale', { ...manifest, scale: 2.5 }],
    ['colour', { ...manifest, colour: 'yuv' }],
    ['format', { ...manifest, format: 2 }],
    [
      'files.model.sha256',
      { ...manifest, files: { ...manifest.files, model: { ...manifest.files.model, sha256: 'x' } } },
    ],
    [
      'files.model.file',
      { ...manifest, files: { ...manifest.files, model: { ...manifest.files.model, file: '../x' } } },
    ],
    ['measured.0.psnrY', { ...manifest, measured: [{ ...manifest.measured[0], psnrY: '37' }] }],
    ['training.date', { ...manifest, training: { ...manifest.training, date: 'yesterday' } }],
  ])('names the field that is wrong: %s', (field, value) => {
    expect(messageOf(value)).toContain(`'${field}'`);
  });

  it('refuses what is unknown, missing or no JSON at all', () => {
    expect(messageOf({ ...manifest, scael: 2 })).toContain('scael');
    expect(messageOf({ ...manifest, name: undefined })).toContain("'name'");
    expect(messageOf('{')).toContain('JSON');
    expect(messageOf(null)).toContain('the whole');
  });
});
