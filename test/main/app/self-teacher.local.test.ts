import { afterAll, expect, it } from 'vitest';
import { loadModel } from '../../../main/app/models.ts';
import { createModelRuntime } from '../../../main/app/model-runtime.ts';
import { openSelfTeacher } from '../../../main/app/self-teacher.ts';

const [width, height] = [24, 16];
/** A slanted edge over a slope: no two orientations of it look the same. */
const lr = Uint8Array.from({ length: width * height }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)];
  return 40 + 3 * x + (3 * x + 5 * y > 70 ? 110 : 0);
});
const model = await loadModel('tandem-x2-fast');
const teacher = openSelfTeacher(model, 0.7);
afterAll(() => teacher.close());

it('is the f32 network in all orientations, finer than eight bits', async () => {
  const taught = await teacher.upscale(lr, width, height);
  const session = await createModelRuntime().open(
    model,
    { width, height, bitDepth: 8, scale: model.scale },
    { arithmetic: 'f32' },
  );
  const [outWidth, outHeight] = [2 * width, 2 * height];
  const own = new Uint8Array(outWidth * outHeight);
  await session.run(
    [{ data: lr, width, height, stride: width }],
    [{ data: own, width: outWidth, height: outHeight, stride: outWidth }],
  );
  await session.close();
  const apart = taught.map((v, i) => Math.abs(v - own[i]!));
  expect(apart.reduce((sum, v) => sum + v, 0) / apart.length).toBeLessThan(2);
  expect(Math.max(...apart)).toBeGreaterThan(0.6);
  expect(taught.some((v) => Math.abs(v - Math.round(v)) > 0.1)).toBe(true);
  const turned = lr.map((_, i) => lr[lr.length - 1 - i]!);
  const ofTurned = await teacher.upscale(turned, width, height);
  taught.forEach((v, i) => expect(ofTurned[taught.length - 1 - i]).toBeCloseTo(v, 2));
  expect(teacher).toMatchObject({ share: 1, weight: 0.7 });
});
