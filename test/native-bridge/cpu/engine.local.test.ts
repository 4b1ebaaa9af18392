import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { encodePackedNetwork, packTap } from '../../../models/format/packed-network.ts';
import { CpuEngine, availableIsas, whyEngineMissing } from '../../../native-bridge/cpu/engine.ts';

const missing = whyEngineMissing();
if (missing !== null) console.log(`skipped: ${missing}`);
const engineTest = test.skipIf(missing !== null);

/** One convolution 1 -> 4 whose centre weight is `gain` in every channel: output = input + gain x input, doubled in size. */
function gainNetwork(gain: number, bitDepth = 8): Uint8Array {
  return encodePackedNetwork({
    dataType: 'f32',
    planes: 1,
    scale: 2,
    bitDepth,
    base: 'nearest',
    inputMaximum: 1,
    layers: [
      {
        kernel: 3,
        outChannels: 4,
        inputs: [0],
        addBefore: null,
        addAfter: null,
        groups: [
          {
            size: 4,
            tapDepth: 1,
            taps: new Uint32Array([packTap(0, 1, 1)]),
            bias: new Float32Array(4),
            slope: new Float32Array(4),
            weights: new Float32Array(4).fill(gain),
          },
        ],
      },
    ],
  });
}

const width = 24;
const height = 10;
const geometry = { width, height, threads: 2 };
const frame = (start: number): Uint8Array => new Uint8Array(width * height).map((_, i) => (start + i) % 100);
const plane = (data: Uint8Array | Uint16Array, stride: number) => [{ data, stride }];

engineTest('fills outputs in shared and plain memory with several frames in flight', async () => {
  const engine = CpuEngine.open(gainNetwork(1), { ...geometry, lanes: 2 });
  const jobs = [1, 2, 3, 4, 5].map((start) => {
    const output = new Uint8Array(new SharedArrayBuffer(4 * width * height));
    return { start, output, done: engine.run(plane(frame(start), width), plane(output, 2 * width)) };
  });
  for (const { start, output, done } of jobs) {
    await done;
    const expected = frame(start)[2 * width + 5]! * 2;
    expect([output[4 * 2 * width + 10], output[5 * 2 * width + 11]]).toEqual([expected, expected]);
  }
  await engine.close();
});

engineTest('keeps what stood still, bit for bit, on every instruction set', async () => {
  for (const isa of availableIsas()) {
    const engine = CpuEngine.open(gainNetwork(0.3), { ...geometry, isa });
    const still = frame(7);
    const moved = frame(7).fill(99, 0, 8);
    const outputs = [];
    let share = 1;
    for (const input of [still, still, still, moved]) {
      const output = new Uint8Array(4 * width * height);
      ({ computedShare: share } = await engine.run(plane(input, width), plane(output, 2 * width)));
      outputs.push(output);
    }
    expect(share).toBeLessThan(0.5);
    const fresh = CpuEngine.open(gainNetwork(0.3), { ...geometry, isa, reuseStatic: false });
    const alone = new Uint8Array(4 * width * height);
    await fresh.run(plane(moved, width), plane(alone, 2 * width));
    expect([engine.isa, outputs[2], outputs[3]]).toEqual([isa, outputs[0], alone]);
    await Promise.all([engine.close(), fresh.close()]);
  }
});

engineTest('takes 10 bit samples as u16', async () => {
  const engine = CpuEngine.open(gainNetwork(0, 10), geometry);
  const output = new Uint16Array(4 * width * height);
  await engine.run(plane(new Uint16Array(width * height).fill(1001), width), plane(output, 2 * width));
  expect(new Set(output)).toEqual(new Set([1001]));
  await engine.close();
});

engineTest('refuses what does not fit, each with its reason', async () => {
  const engine = CpuEngine.open(gainNetwork(1), geometry);
  const output = plane(new Uint8Array(4 * width * height), 2 * width);
  await expect(engine.run(plane(frame(1), width - 1), output)).rejects.toThrow('stride of 23');
  await expect(engine.run(plane(new Uint16Array(999), width), output)).rejects.toThrow('Uint8Array');
  await engine.close();
  await engine.close();
  await expect(engine.run(plane(frame(1), width), output)).rejects.toThrow('closed');
  expect(() => CpuEngine.open(gainNetwork(1).subarray(0, 40), geometry)).toThrow('truncated');
  expect(() => CpuEngine.open(gainNetwork(1), { ...geometry, isa: 'mmx' })).toThrow("got 'mmx'");
  expect(() => CpuEngine.open(gainNetwork(1), { ...geometry, width: 0 })).toThrow('1 to 65536');
});

engineTest('lets the process end with frames in flight and an engine open', async () => {
  const script = `
    import { CpuEngine } from ${JSON.stringify(fileURLToPath(new URL('../../../native-bridge/cpu/engine.ts', import.meta.url)))};
    const packed = new Uint8Array(${JSON.stringify([...gainNetwork(1)])});
    const engine = CpuEngine.open(packed, { width: 24, height: 10, threads: 2 });
    const run = () => engine.run([{ data: new Uint8Array(240), stride: 24 }], [{ data: new Uint8Array(960), stride: 48 }]);
    await run();
    for (let i = 0; i < 50; i++) void run();
    process.exit(5);`;
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  await expect(child).rejects.toMatchObject({ code: 5, stderr: '' });
});
