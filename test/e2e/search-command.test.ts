import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSparse } from '../../models/compiler/compile.ts';
import { parseManifest } from '../../models/format/manifest.ts';
import { decodeState, encodeState } from '../../models/search/train/run/state-codec.ts';
import { whyEngineMissing } from '../../native-bridge/cpu/engine.ts';
import { runCli, startCli, waitFor } from '../helpers/run-cli.ts';
import { writeTrainingImages } from '../helpers/training-images.ts';

const missing = whyEngineMissing();
if (missing !== null) console.warn(`skipped: ${missing}`);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-search-'));
  await writeTrainingImages(join(folder, 'images'), 8);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const flags = (): string[] => ['--folder', folder, '--data', join(folder, 'images'), '--run', 'mine'];
const search = (...args: string[]) => ['search', ...args, ...flags()];

async function rowsOf(file: string): Promise<{ encoding: string }[]> {
  const text = await readFile(join(folder, 'mine', file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { encoding: string });
}

describe.skipIf(missing !== null)('tandem search', () => {
  it('finds, prunes and exports a model, in spite of being stopped in the middle', async () => {
    const env = { TANDEM_CACHE_DIR: join(folder, 'cache') };
    const first = startCli(search('--quick', '--target', '20ms'), folder, env);
    let seen = '';
    first.child.stderr.on('data', (text: string) => (seen += text));
    await waitFor('the fifth evaluation', () => seen.includes('architecture 5/20'));
    first.child.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('the same command goes on');
    const before = await rowsOf('architecture/evaluations.jsonl');
    expect(before.length).toBeGreaterThanOrEqual(5);
    expect(before.length).toBeLessThan(20);

    const early = await runCli(search('finetune'), folder, env);
    expect(early.code).toBe(2);
    expect(early.stderr).toContain('expected architecture to be done before finetune but it is not');

    const second = await runCli(search('--json'), folder, env);
    expect(second.code, second.stderr).toBe(0);
    const report = JSON.parse(second.stdout) as { isFinished: boolean; model: string };
    expect(report.isFinished).toBe(true);
    // Nothing is done twice: not the stages before, not an evaluation.
    expect(second.stderr).not.toContain('supernet 1');
    const rows = await rowsOf('architecture/evaluations.jsonl');
    expect(rows.slice(0, before.length)).toEqual(before);
    expect(new Set(rows.map(({ encoding }) => encoding)).size).toBe(20);

    const manifest = parseManifest(await readFile(join(report.model, 'manifest.json'), 'utf8'));
    const { network } = compileSparse(await readFile(join(report.model, 'model.onnx')), {
      bitDepth: 8,
      inputMaximum: 1,
      sparsity: manifest.sparsity,
    });
    expect(network.layers.length).toBeGreaterThanOrEqual(3);
    expect(manifest.macs.kept720p).toBeLessThanOrEqual(manifest.macs.dense720p);
    expect(manifest.files.int8?.file).toBe('model.int8.onnx');
    expect(await readFile(join(folder, 'mine', 'results.html'), 'utf8')).toContain('Sparsity');
    expect(manifest.training?.sets.map(({ name }) => name)).toEqual(['own']);

    // Experiments beside the stages: does the supernet rank, which way of searching finds more.
    const ranked = await runCli(search('rank'), folder, env);
    expect(ranked.code, ranked.stderr).toBe(0);
    expect(await readFile(join(folder, 'mine', 'results.html'), 'utf8')).toContain('Does the supernet rank?');

    // As long as the search took, spent on plain networks.
    const spent = JSON.parse(await readFile(join(folder, 'mine', 'spent.json'), 'utf8')) as Record<string, number>;
    const based = await runCli(search('baselines'), folder, env);
    expect(based.code, based.stderr).toBe(0);
    const text = await readFile(join(folder, 'mine', 'baselines', 'done.json'), 'utf8');
    const baselines = JSON.parse(text) as {
      searchCoreSeconds: number;
      searched: { ms: number };
      rows: { kind: string; steps: number; ms: number; coreSeconds: number }[];
    };
    const stages = ['latency', 'supernet', 'architecture', 'ratios', 'finetune'];
    expect(baselines.searchCoreSeconds).toBeCloseTo(
      stages.reduce((sum, stage) => sum + spent[stage]!, 0),
      6,
    );
    expect(baselines.rows.map(({ kind }) => kind)).toEqual(['dense', 'dense', 'dense', 'pruned', 'pruned', 'pruned']);
    for (const row of baselines.rows) expect(Math.min(row.steps, row.ms, row.coreSeconds)).toBeGreaterThan(0);
    expect(await readFile(join(folder, 'mine', 'results.html'), 'utf8')).toContain('What the search is worth');

    const other = await runCli(search('--target', '5ms'), folder, env);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/targetMs 20\) but got 5; name another with --run/);
  });

  it('prunes a trained dense network to a budget, and in several ways to compare them', async () => {
    const env = { TANDEM_CACHE_DIR: join(folder, 'cache') };
    const data = ['--data', join(folder, 'images')];
    const trained = await runCli(
      ['train', 'tandem-x2-fast', '--run', 'dense', '--steps', '4', '--folder', folder, ...data],
      folder,
      env,
    );
    expect(trained.code, trained.stderr).toBe(0);
    // As the network for video was trained; what is pruned goes on with such pictures.
    const checkpoint = join(folder, 'dense', 'checkpoint.bin');
    const dense = decodeState(await readFile(checkpoint));
    const onVideo = { ...dense, config: { ...dense.config, lowResolution: 'x264' as const } };
    await writeFile(checkpoint, encodeState(onVideo, { moments: true }));
    const flags = [...data, '--folder', folder, '--run', 'pruned'];
    const from = ['--from', checkpoint];
    const budget = ['--quick', '--gmac', '1', ...from];

    const compared = await runCli(['search', 'prunings', ...budget, ...flags], folder, env);
    expect(compared.code, compared.stderr).toBe(0);
    const text = await readFile(join(folder, 'pruned', 'prunings', 'done.json'), 'utf8');
    const { rows } = JSON.parse(text) as { rows: { kept: number; keptShare: number; steps: number; msF32: number }[] };
    expect(rows.map(({ kept }) => kept)).toEqual([1, 0.5, 0.25, 0.125, 0.25, 0.25]);
    for (const { kept, keptShare, steps, msF32 } of rows) {
      expect(steps).toBe(40);
      expect(keptShare).toBeLessThanOrEqual(kept);
      expect(keptShare).toBeGreaterThan(0.8 * kept);
      expect(msF32).toBeGreaterThan(0);
    }
    expect(await readFile(join(folder, 'pruned', 'results.html'), 'utf8')).toContain('Ratios and blocks');

    const learning = [...data, '--folder', folder, '--run', 'taught', '--quick', '--teacher', from[1]!];
    const taught = await runCli(['search', 'distillation', ...learning], folder, env);
    expect(taught.code, taught.stderr).toBe(0);
    const told = JSON.parse(await readFile(join(folder, 'taught', 'distillation', 'done.json'), 'utf8')) as {
      rows: { isTaught: boolean; psnr: number }[];
    };
    expect(told.rows.map(({ isTaught }) => isTaught)).toEqual([false, true, false, true]);
    expect(new Set(told.rows.map(({ psnr }) => psnr)).size).toBe(4);

    const chain = await runCli(['search', ...flags], folder, env);
    expect(chain.code, chain.stderr).toBe(0);
    const manifest = parseManifest(await readFile(join(folder, 'pruned', 'export', 'pruned', 'manifest.json'), 'utf8'));
    expect(manifest.macs.kept720p).toBeLessThanOrEqual(1e9);
    expect(JSON.stringify(manifest.training)).toContain('LR went through x264');
  });

  it('refuses what it does not know, in one sentence', async () => {
    const refusals = [
      [['search', 'everything'], /expected one of the stages latency, supernet, .* but got 'everything'/],
      [['search', '--target', 'fast'], /expected a target such as 10ms or 60fps but got 'fast'/],
      [
        ['search', '--device', 'toaster'],
        /expected the device cpu, gpu, gpu:NAME, phone or phone:SERIAL but got 'toaster'/,
      ],
      [['search', '--scheme', 'stripes'], /expected one of the schemes filter, .* but got 'stripes'/],
    ] as const;
    for (const [i, [args, message]] of refusals.entries()) {
      const end = await runCli([...args, '--folder', folder, '--run', `wrong${i}`], folder);
      expect(end.code).toBe(2);
      expect(end.stderr).toMatch(message);
      expect(end.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
