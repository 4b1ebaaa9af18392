import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { makeClip } from '../helpers/make-clip.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tandem-no-engine-'));
const copy = join(folder, 'tandem');

/** The project where the engine was never built, with nothing on PATH that could build it. */
beforeAll(async () => {
  mkdirSync(copy);
  const isBuilt = (path: string): boolean => ['prebuilds', 'build'].includes(basename(path));
  for (const part of ['main', 'models', 'native-bridge', 'package.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter: (path) => !isBuilt(path) });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  makeClip((await locateFfmpeg()).ffmpeg.path, join(folder, 'clip.mp4'), { frames: 4, size: '32x24' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tandem(...args: string[]) {
  const env = { ...process.env, PATH: join(folder, 'empty'), INIT_CWD: folder };
  return run(process.execPath, [join(copy, 'main/shells/cli/main.ts'), ...args], { env, cwd: folder });
}

describe('without the sparse engine', () => {
  it('onnxruntime takes over in f32, and the job says why', async () => {
    const clip = join(folder, 'clip.mp4');
    const { stdout, stderr } = await tandem('upscale', clip, '--preset', 'ultrafast', '--json');
    const { results } = JSON.parse(stdout) as { results: { result: Record<string, unknown> }[] };
    const { runtime, arithmetic, notes } = results[0]!.result;
    expect([runtime, arithmetic]).toEqual(['onnx', 'f32']);
    expect(notes).toEqual([expect.stringMatching(/^onnx takes over from sparse: /)]);
    expect(stderr).toContain('tandem-x2-balanced in f32 on onnx');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('onnx takes over from sparse');
  });

  it('doctor says that it is absent and what to do', async () => {
    const { stdout } = await tandem('doctor');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/sparse engine .*models run slower, on onnxruntime; build it with/);
  });
});
