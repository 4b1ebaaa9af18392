import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../../main/core/errors.ts';
import type { RuntimeModel } from '../../../../main/core/runtime.ts';
import { createOnnxRuntime } from '../../../../main/adapters/runtimes/onnx/runtime.ts';
import { WorkerLink } from '../../../../main/adapters/runtimes/onnx/worker-link.ts';
import { srNetBytes } from '../../../helpers/onnx-net.ts';
import { emptyPlane, randomPlane } from '../../../helpers/planes.ts';

const runtime = createOnnxRuntime();
const geometry = { width: 16, height: 12, bitDepth: 8, scale: 2 };
const model: RuntimeModel = {
  name: 'random',
  onnx: srNetBytes(),
  scale: 2,
  colour: 'y',
  inputMaximum: 1,
  receptiveField: 7,
};

async function errorOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'no error';
  } catch (error) {
    return isAppError(error) ? `${error.code}: ${error.message}` : `another error: ${String(error)}`;
  }
}

describe('the onnx runtime', () => {
  it('says what it is', async () => {
    const found = await runtime.probe();
    expect(found.ok && found.description).toMatch(/^onnxruntime-node 1\./);
  });

  it('says when the library is absent', async () => {
    const absent = createOnnxRuntime({ library: 'onnxruntime-that-is-absent' });
    expect(await absent.probe()).toMatchObject({ ok: false, reason: 'not-installed' });
    expect(await errorOf(absent.open(model, geometry))).toMatch(/^runtime-unavailable: expected onnxruntime-that/);
  });

  it('refuses damaged models with one sentence', async () => {
    const damaged = { ...model, onnx: model.onnx.slice(0, 300) };
    expect(await errorOf(runtime.open(damaged, geometry))).toMatch(/^model-unsupported: expected a model .*'random'/);
  });

  it('refuses planes that do not fit', async () => {
    const session = await runtime.open(model, geometry);
    const input = [randomPlane({ width: 16, height: 12 }, 1)];
    const output = [emptyPlane({ width: 32, height: 24 })];
    expect(await errorOf(session.run(input, input))).toContain(
      'expected 1 plane(s) of 32x24 Uint8Array but got 1 (16x12',
    );
    expect(await errorOf(session.run(output, output))).toContain('16x12');
    await session.run(input, output);
    await session.close();
  });

  it('says when the scale is not what the model does', async () => {
    const session = await runtime.open({ ...model, scale: 3 }, { ...geometry, scale: 3 });
    const run = session.run([randomPlane({ width: 16, height: 12 }, 1)], [emptyPlane({ width: 48, height: 36 })]);
    expect(await errorOf(run)).toBe(
      "runtime-failed: expected model 'random' to give [1, 1, 36, 48] but got [1, 1, 24, 32]",
    );
    await session.close();
  });

  it('fails runs after it is closed, and closes while one is running', async () => {
    const session = await runtime.open(model, geometry, { maxTileSamples: 1 });
    const input = [randomPlane({ width: 16, height: 12 }, 1)];
    const output = [emptyPlane({ width: 32, height: 24 })];
    const running = session.run(input, output);
    await Promise.all([running, session.close()]);
    expect(await errorOf(session.run(input, output))).toMatch(/^runtime-failed: /);
  });

  it('runs several sessions side by side', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => runtime.open(model, geometry, { threads: 1 })));
    const input = [randomPlane({ width: 16, height: 12 }, 1)];
    const outputs = sessions.map(() => [emptyPlane({ width: 32, height: 24 })]);
    await Promise.all(sessions.map((session, i) => session.run(input, outputs[i] ?? [])));
    await Promise.all(sessions.map((session) => session.close()));
    expect(outputs[1]?.[0]?.data).toEqual(outputs[0]?.[0]?.data);
    expect(outputs[2]?.[0]?.data).toEqual(outputs[0]?.[0]?.data);
  });

  it('leaves the calling thread free while it computes', async () => {
    const large = { ...geometry, width: 320, height: 180 };
    const session = await runtime.open({ ...model, onnx: srNetBytes({ channels: 32, depth: 4 }) }, large);
    const size = { width: 320, height: 180, shared: true };
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    await session.run([randomPlane(size, 1)], [emptyPlane({ width: 640, height: 360, shared: true })]);
    clearInterval(timer);
    await session.close();
    expect(ticks).toBeGreaterThan(2);
  });
});

describe('a thread that dies', () => {
  // Stands in for the library: a module that ends its thread as a crash would.
  const dying = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

  it('is an error, not a hang', async () => {
    const start = WorkerLink.start({ library: dying('process.exit(3)'), job: null });
    expect(await errorOf(start)).toBe(
      'runtime-failed: expected the onnxruntime thread to stay alive but it ended with exit code 3',
    );
  });

  it('is an error in the middle of a run, and of every run after', async () => {
    const library = dying(`
      export const env = { versions: {} };
      export class Tensor {}
      export const InferenceSession = { create: async () => ({
        inputNames: ['x'], outputNames: ['y'], inputMetadata: [{ isTensor: true, shape: [1, 1, 'h', 'w'] }],
        run: async () => { setImmediate(() => { throw new Error('boom') }); await new Promise(() => {}); },
      }) };`);
    const session = await createOnnxRuntime({ library }).open(model, geometry);
    const planes = [[randomPlane({ width: 16, height: 12 }, 1)], [emptyPlane({ width: 32, height: 24 })]] as const;
    expect(await errorOf(session.run(...planes))).toMatch(/^runtime-failed: .* it failed: boom$/);
    expect(await errorOf(session.run(...planes))).toMatch(/^runtime-failed: .* it failed: boom$/);
    await session.close();
  });
});
