import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findExecutable } from '../../../main/adapters/system/find-executable.ts';

const run = promisify(execFile);
const CPU = join(import.meta.dirname, '../../../native-bridge/cpu');
/** Random networks a program sees; more by the environment. */
const ROUNDS = Number(process.env.TANDEM_FUZZ_ROUNDS ?? 200);
const SEED = process.env.TANDEM_FUZZ_SEED ?? '1';
const CROSS = 'aarch64-linux-gnu-';
const MINUTES = 60_000;

const compiler = await findExecutable('c++', 'g++', 'clang++');
const clang = await findExecutable('clang++');
const crossCompiler = await findExecutable(`${CROSS}g++`);
const qemu = await findExecutable('qemu-aarch64', 'qemu-aarch64-static');
if (compiler === null) console.log('The engine’s C++ program is not tested: there is no C++ compiler.');
if (clang === null) console.log('The engine’s warnings under Clang are not looked at: there is no clang++.');
if (crossCompiler === null || qemu === null) {
  console.log(`The engine’s NEON kernels are not tested: that takes ${CROSS}g++ and qemu-aarch64.`);
}

async function build(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { ...process.env, ...more };
  const { stdout } = await run(process.execPath, [join(CPU, 'build.mjs'), ...args], { env });
  return stdout.trim();
}

/** Builds the test program and lets it compare random networks with the naive reference. */
async function fuzz(args: readonly string[], rounds: number, under: readonly string[] = []): Promise<string> {
  const program = join(await build(['--programs', ...args]), 'engine_test');
  const [command = program, ...before]: readonly string[] = [...under, program];
  // A program under AddressSanitizer or ThreadSanitizer ends with another code than 0 on the first finding.
  const { stdout, stderr } = await run(command, [...before, SEED, String(rounds)]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(new RegExp(`^${rounds} networks, 0 failures$`, 'm'));
  return stdout;
}

describe.skipIf(compiler === null)('the C++ program of the engine', () => {
  it('finds random networks right on every instruction set here', { timeout: 10 * MINUTES }, async () => {
    const stdout = await fuzz([], ROUNDS);
    expect(stdout).toMatch(process.arch === 'x64' ? /^isa sse2$/m : /^isa neon$/m);
  });

  it('is clean under AddressSanitizer and UndefinedBehaviorSanitizer', { timeout: 15 * MINUTES }, async () => {
    await fuzz(['--sanitize=address,undefined'], Math.ceil(ROUNDS / 2));
  });

  it('is clean under ThreadSanitizer', { timeout: 15 * MINUTES }, async () => {
    await fuzz(['--sanitize=thread'], Math.ceil(ROUNDS / 4));
  });

  it('compiles without a warning', { timeout: 5 * MINUTES }, async () => {
    expect(await build(['--check'])).toMatch(/no warnings in \d+ files$/);
  });

  it('says which option it does not know', async () => {
    await expect(build(['--sanitise=address'])).rejects.toThrow("lists but got '--sanitise=address'");
  });

  it('is no failed install without a compiler', async () => {
    const said = await build(['--if-possible'], { PATH: join(CPU, 'no-such-folder'), CXX: '' });
    expect(said).toMatch(/^The CPU engine was not built \(expected a C\+\+ compiler .*\); models run on onnxruntime/);
    await expect(build([], { PATH: '', CXX: '' })).rejects.toThrow('expected a C++ compiler');
  });
});

describe.skipIf(clang === null)('the engine under Clang', () => {
  it('compiles without a warning', { timeout: 5 * MINUTES }, async () => {
    expect(await build(['--check'], { CXX: 'clang++' })).toMatch(/^clang\+\+: no warnings in \d+ files$/);
  });
});

describe.skipIf(crossCompiler === null || qemu === null)('the engine on 64-bit ARM', () => {
  it('finds random networks right with NEON and its dot product', { timeout: 15 * MINUTES }, async () => {
    const stdout = await fuzz([`--cross=${CROSS}`], Math.ceil(ROUNDS / 20), [qemu!, '-cpu', 'max']);
    expect(stdout).toMatch(/^isa neon-dot\nisa neon$/m);
  });

  it('is an addon that loads there', { timeout: 10 * MINUTES }, async () => {
    const addon = await build([`--cross=${CROSS}`]);
    expect(addon).toMatch(/linux-arm64[/\\]tandem-cpu\.node$/);
    const program = join(CPU, 'build/linux-arm64/load_check');
    await run(crossCompiler!, [join(CPU, 'test/load/load_check.cc'), '-o', program, '-ldl']);
    const { stdout } = await run(qemu!, ['-L', '/usr/aarch64-linux-gnu', program, addon]);
    expect(stdout).toBe('loads\n');
  });
});
