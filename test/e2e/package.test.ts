/** What electron-builder.yml makes: the unpacked layout on a stand-in for Electron's dist, and what other platforms get. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../main/app/engine-client.ts';
import { ensurePage } from '../../main/shells/page/build-page.ts';
import { buildPreload } from '../../main/shells/electron/build-preload.ts';
import { FUSE_SENTINEL, makeStandInDist } from '../helpers/electron/stand-in-dist.ts';
import { findFfmpegs } from '../helpers/ffmpegs.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { makeRequest } from '../helpers/upscale-request.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const BUILDER = join(dirname(require.resolve('electron-builder/package.json')), 'cli.js');

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

const isNative = (path: string) => /\.(node|dll|dylib|exe)$|\.so(\.\d+)*$/.test(path);

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the package for Linux', () => {
  let folder: string;
  let resources: string;
  let unpacked: string;
  let outside: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-package-'));
    await Promise.all([ensurePage(), buildPreload(), makeStandInDist(join(folder, 'electron'))]);
    const places = [`--config.electronDist=${folder}/electron`, `--config.directories.output=${folder}/out`];
    const built = await execa(process.execPath, [BUILDER, '--dir', '--linux', '--x64', '--publish=never', ...places], {
      ...{ cwd: ROOT, reject: false, all: true },
    });
    if (built.exitCode !== 0) throw new Error(built.all);
    resources = join(folder, 'out', 'linux-unpacked', 'resources');
    unpacked = join(resources, 'app.asar.unpacked');
    outside = await filesBelow(unpacked);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has its fuses set', () => {
    const program = readFileSync(join(resources, '..', 'tandem'));
    const wire = program.subarray(program.indexOf(FUSE_SENTINEL) + FUSE_SENTINEL.length);
    // No Node by environment, option or inspector; cookies encrypted; archive checked, and alone; no powers for file:.
    expect(wire.subarray(2, 10).toString()).toMatch(/^010011.0$/);
  });

  it('keeps page, preload and shell in the archive, and no test, source of C++ or tool', async () => {
    const asar = await listArchive(join(resources, 'app.asar'));
    expect(asar).toEqual(
      expect.arrayContaining([
        'main/shells/electron/main.ts',
        'main/shells/electron/dist/preload.cjs',
        'renderer/dist/index.html',
      ]),
    );
    const own = asar.filter((path) => !path.startsWith('node_modules/'));
    expect(
      own.filter((path) =>
        /^(test|docs|\.ci)\/|\.(cc|h|inc|java|svelte|bin)$|shells\/electron\/(start|package)/.test(path),
      ),
    ).toEqual([]);
    expect(
      asar.filter((path) => /^node_modules\/(electron|electron-builder|vite|typescript|playwright-core)\//.test(path)),
    ).toEqual([]);
    expect(outside.filter((path) => path.startsWith('main/shells/electron/'))).toEqual([]);
  });

  it('has native code outside the archive alone, and for this platform only', async () => {
    const asar = await listArchive(join(resources, 'app.asar'));
    const natives = outside.filter(isNative);
    expect(asar.filter(isNative).filter((path) => !outside.includes(path))).toEqual([]);
    expect(natives.filter((path) => /win32|darwin|arm64|\.(dll|dylib|exe)$/.test(path))).toEqual([]);
    for (const part of ['libonnxruntime.so.1', 'onnxruntime_binding.node', 'dawn.node', 'tandem-cpu.node'])
      expect(natives.some((path) => path.endsWith(part))).toBe(true);
    const programs = ['@ffmpeg-installer/linux-x64/ffmpeg', '@ffprobe-installer/linux-x64/ffprobe'];
    for (const program of programs)
      expect((await stat(join(unpacked, 'node_modules', program))).mode & 0o111).not.toBe(0);
    expect((await stat(join(resources, 'node', 'node'))).mode & 0o111).not.toBe(0);
  });

  it('upscales with its own engine, Node, model and ffmpeg from where they lie', async () => {
    const [{ tools }] = (await findFfmpegs()) as [Awaited<ReturnType<typeof findFfmpegs>>[number]];
    const clip = makeClip(tools.ffmpeg.path, join(folder, 'clip.mp4'), { frames: 6, size: '64x48' });
    const before = process.env.TANDEM_NODE;
    process.env.TANDEM_NODE = join(resources, 'node', 'node');
    const engine = new EngineClient({ program: join(unpacked, 'main/shells/engine/main.ts') });
    try {
      const result = await engine.upscale(makeRequest(clip, null));
      expect(result).toMatchObject({ frames: 6, to: { width: 128, height: 96 }, model: 'tandem-x2-balanced' });
      expect(existsSync(result.outputPath)).toBe(true);
    } finally {
      await engine.close();
      if (before === undefined) delete process.env.TANDEM_NODE;
      else process.env.TANDEM_NODE = before;
    }
  });
});

/** Names in an asar archive: a header of lengths, then JSON. */
function listArchive(path: string): Promise<string[]> {
  const { listPackage } = createRequire(require.resolve('electron-builder'))('@electron/asar') as {
    listPackage: (path: string, options: object) => string[];
  };
  return Promise.resolve(listPackage(path, {}).map((name) => name.replaceAll('\\', '/').slice(1)));
}

describe('the file list of every platform', () => {
  interface Matcher {
    createFilter(): (path: string, info: object) => boolean;
  }
  /** electron-builder's own matcher, over electron-builder.yml's own patterns. */
  const { FileMatcher } = createRequire(require.resolve('electron-builder'))('app-builder-lib/out/fileMatcher') as {
    FileMatcher: new (
      from: string,
      to: string,
      expand: (text: string) => string,
      patterns: readonly string[],
    ) => Matcher;
  };
  const { load } = createRequire(require.resolve('electron-builder'))('js-yaml') as { load: (text: string) => unknown };
  const { files } = load(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')) as { files: string[] };

  it.each([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['win32', 'x64'],
    ['win32', 'arm64'],
    ['darwin', 'arm64'],
  ])('%s-%s gets its binaries and no other', async (platform, arch) => {
    const expand = (text: string) => text.replaceAll('${platform}', platform).replaceAll('${arch}', arch);
    const isKept = new FileMatcher(ROOT, ROOT, expand, ['node_modules/**', ...files]).createFilter();
    const kept: string[] = [];
    for (const name of ['onnxruntime-node', 'webgpu']) {
      const below = await filesBelow(join(ROOT, 'node_modules', name));
      const paths = below.map((path) => `node_modules/${name}/${path}`);
      const info = { isDirectory: () => false, isFile: () => true };
      kept.push(...paths.filter((path) => isNative(path) && isKept(join(ROOT, path), info)));
    }
    const foreign = ['linux', 'win32', 'darwin'].filter((other) => other !== platform);
    expect(kept.filter((path) => foreign.some((other) => path.includes(`/${other}`)))).toEqual([]);
    expect(kept.filter((path) => path.includes(arch === 'x64' ? 'arm64' : 'x64'))).toEqual([]);
    expect(kept.some((path) => path.endsWith('onnxruntime_binding.node'))).toBe(true);
    expect(kept.some((path) => path.endsWith('dawn.node'))).toBe(true);
  });
});
