import { defineConfig } from 'vitest/config';

/** One project per need: `unit` wants Node alone, `local` wants ffmpeg or onnxruntime, `e2e` runs whole commands. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          testTimeout: 30_000, // A machine may be busy with other things.
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.local.test.ts', 'test/**/*.device.test.ts', 'test/e2e/**'],
        },
      },
      {
        test: {
          name: 'local',
          include: ['test/**/*.local.test.ts'],
          exclude: ['test/e2e/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'device',
          include: ['test/**/*.device.test.ts'],
          exclude: ['test/e2e/**'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
