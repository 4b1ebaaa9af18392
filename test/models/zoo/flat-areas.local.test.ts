import { expect, it } from 'vitest';
import { createModelRuntime } from '../../../main/app/model-runtime.ts';
import { listZoo, loadModel } from '../../../main/app/models.ts';
import type { Plane } from '../../../main/core/frame.ts';

const CODES = 256;
const zoo = await listZoo();
const cases = zoo.flatMap(({ manifest: { name } }) => (['f32', 'int8'] as const).map((type) => [name, type] as const));

/** The PSNR of patches hardly sees two codes beside the errors of a texture: black and white of the full range drift. */
const FURTHER: Readonly<Record<string, number>> = { 'tandem-x3-fast': 2, 'tandem-x4-fast': 2 };

/** Codes by which the middle of a picture that has one value all over moves, for each value of eight bits. */
async function movesOf(name: string, arithmetic: 'f32' | 'int8'): Promise<number[]> {
  const model = await loadModel(name);
  const { scale, receptiveField } = model;
  // The middle sees nothing of what is beyond the edges.
  const [side, middle] = [receptiveField + 1, (receptiveField + 1) / 2];
  const geometry = { width: side, height: side, bitDepth: 8, scale };
  const session = await createModelRuntime().open(model, geometry, { arithmetic });
  const plane = (size: number): Plane => ({
    ...{ width: size, height: size, stride: size },
    data: new Uint8Array(size * size),
  });
  const [input, output] = [plane(side), plane(side * scale)];
  try {
    const moves: number[] = [];
    for (let code = 0; code < CODES; code++) {
      input.data.fill(code);
      await session.run([input], [output]);
      const seen = Array.from({ length: scale ** 2 }, (_, i) => {
        const [dx, dy] = [i % scale, Math.floor(i / scale)];
        return output.data[(middle * scale + dy) * output.stride + middle * scale + dx]!;
      });
      moves.push(Math.max(...seen.map((value) => Math.abs(value - code))));
    }
    return moves;
  } finally {
    await session.close();
  }
}

it.each(cases)('%s in %s keeps flat areas of the full range', async (name, arithmetic) => {
  const moves = await movesOf(name, arithmetic);
  const [worst, moved] = [Math.max(...moves), moves.flatMap((move, code) => (move > 0 ? [code] : []))];
  console.log(
    `${name} in ${arithmetic}: flat areas move by at most ${worst}; moved: ${moved.length} codes`,
    moved.join(' '),
  );
  expect(worst).toBeLessThanOrEqual(FURTHER[name] ?? 1);
});
