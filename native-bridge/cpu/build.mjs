// Builds the CPU engine with the C++ compiler alone: no headers are downloaded (Node-API's come from the package
// node-api-headers), no generator is needed. Plain JavaScript, because it runs on install.
//
//   node native-bridge/cpu/build.mjs                addon -> native-bridge/cpu/prebuilds/<platform>-<arch>/tandem-cpu.node
//   node native-bridge/cpu/build.mjs --if-possible  the same; without a compiler one line and exit code 0
//   node native-bridge/cpu/build.mjs --programs [--sanitize=address,undefined]
//                                                   engine_test, engine_bench -> native-bridge/cpu/build/<variant>/
//   node native-bridge/cpu/build.mjs --check        compiles nothing, but fails on any warning
//   ... --cross=aarch64-linux-gnu-                  any of these for 64-bit ARM on Linux
// CXX names another compiler (GCC 11 or later, Clang 14 or later, clang-cl is not tried).
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);
const option = (name) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
const has = (name) => process.argv.includes(`--${name}`);

const cross = option('cross');
const arch = cross.startsWith('aarch64') ? 'arm64' : process.arch;
const sanitize = option('sanitize');
const known = /^--(if-possible|programs|check|sanitize=[\w,]+|cross=[\w/.-]+)$/;
const variant = [`${process.platform}-${arch}`, ...(sanitize === '' ? [] : [sanitize.replaceAll(',', '-')])].join('-');

const common = [
  '-std=c++17',
  // Instrumented, the kernels take minutes to optimise.
  sanitize === '' ? '-O2' : '-O1',
  '-fPIC',
  '-Wall',
  '-Wextra',
  '-pthread',
  ...(sanitize === '' ? [] : ['-g', `-fsanitize=${sanitize}`, '-fno-sanitize-recover=all']),
];
// -O3 breaks the register tiles of the convolutions; the vector loops at the picture's ends need these two instead.
const loopFiles = ['resample.cc', 'similarity.cc'];
const kernelFlags = [
  '-ftree-vectorize',
  ...(cross === '' && process.platform === 'darwin' ? [] : ['-fvect-cost-model=dynamic']),
];

async function findCompiler() {
  const names = process.env.CXX ? [process.env.CXX] : cross !== '' ? [`${cross}g++`] : ['c++', 'g++', 'clang++'];
  for (const name of names) {
    const version = await run(name, ['--version']).catch(() => null);
    if (version !== null) return { name, isClang: version.stdout.includes('clang') };
  }
  return null;
}

function nodeHeaders() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    return join(dirname(dirname(process.execPath)), 'include', 'node');
  }
}

function sourcesIn(folder) {
  return readdirSync(join(here, folder))
    .filter((name) => name.endsWith('.cc'))
    .map((name) => join(here, folder, name));
}

/** Every source with its flags: kernels of this architecture, the engine, and what is asked for. */
function units(programs) {
  const kernels = JSON.parse(readFileSync(join(here, 'kernels.json'), 'utf8'))[arch];
  if (kernels === undefined) throw new Error(`expected x64 or arm64 but got ${arch}`);
  const flagged = Object.entries(kernels).map(([name, flags]) => ({
    source: join(here, 'src/kernels', `${name}.cc`),
    flags: [...kernelFlags, ...flags.split(' ').filter(Boolean)],
  }));
  const plain = sourcesIn('src').filter((path) => !programs || !basename(path).startsWith('addon'));
  if (programs) plain.push(...sourcesIn('test'), ...sourcesIn('bench'));
  // A clone for AVX-512 would otherwise be built of halves.
  const wide = arch === 'x64' ? [...kernelFlags, '-mprefer-vector-width=512'] : kernelFlags;
  const flagsOf = (source) => (loopFiles.includes(basename(source)) ? wide : []);
  return [...flagged, ...plain.map((source) => ({ source, flags: flagsOf(source) }))];
}

/** Newest change of anything that may be included. */
function newestSource() {
  const folders = ['src', 'src/kernels', 'test', 'bench', '.'];
  const files = folders.flatMap((folder) => readdirSync(join(here, folder)).map((name) => join(here, folder, name)));
  return Math.max(...files.filter((path) => statSync(path).isFile()).map((path) => statSync(path).mtimeMs));
}

async function compileAll(compiler, list, folder) {
  const flagsFor = (flags) =>
    compiler.isClang ? flags.filter((flag) => !flag.startsWith('-fvect-cost-model')) : flags;
  const objects = list.map(({ source }) => join(folder, `${basename(dirname(source))}-${basename(source, '.cc')}.o`));
  const queue = list.map(({ source, flags }, index) => ({ source, flags: flagsFor(flags), object: objects[index] }));
  const worker = async () => {
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
      const includes = unit.source.includes('addon') ? [`-I${nodeHeaders()}`, '-DNAPI_VERSION=8'] : [];
      await run(compiler.name, [...common, ...unit.flags, ...includes, '-c', unit.source, '-o', unit.object]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  return objects;
}

async function buildAddon(compiler) {
  const target = join(here, 'prebuilds', `${process.platform}-${arch}`, 'tandem-cpu.node');
  if (existsSync(target) && statSync(target).mtimeMs > newestSource()) return target;
  const folder = join(here, 'build', variant);
  mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(target), { recursive: true });
  const objects = await compileAll(compiler, units(false), folder);
  const link =
    process.platform === 'darwin'
      ? ['-bundle', '-undefined', 'dynamic_lookup']
      : ['-shared', '-s', '-static-libgcc', '-static-libstdc++'];
  await run(compiler.name, [...common, ...link, ...objects, '-o', `${target}.new`]);
  renameSync(`${target}.new`, target);
  return target;
}

async function buildPrograms(compiler) {
  const folder = join(here, 'build', variant);
  const bench = join(folder, 'engine_bench');
  if (existsSync(bench) && statSync(bench).mtimeMs > newestSource()) return folder;
  mkdirSync(folder, { recursive: true });
  const objects = await compileAll(compiler, units(true), folder);
  const shared = objects.filter((path) => !path.endsWith('engine_test.o') && !path.endsWith('engine_bench.o'));
  for (const program of ['engine_test', 'engine_bench']) {
    const main = objects.filter((path) => path.endsWith(`-${program}.o`));
    const link = cross === '' ? [] : ['-static'];
    await run(compiler.name, [...common, ...link, ...shared, ...main, '-o', join(folder, program)]);
  }
  return folder;
}

/** Every file of addon and programs, without code: warnings of the front end are errors. */
async function check(compiler) {
  common.push('-fsyntax-only', '-Werror');
  const all = new Map([...units(false), ...units(true)].map((unit) => [unit.source, unit]));
  await compileAll(compiler, [...all.values()], tmpdir());
  return `${compiler.name}: no warnings in ${all.size} files`;
}

async function main() {
  const stray = process.argv.slice(2).find((argument) => !known.test(argument));
  if (stray !== undefined) throw new Error(`expected an option that the head of build.mjs lists but got '${stray}'`);
  const compiler = await findCompiler();
  if (compiler === null) throw new Error('expected a C++ compiler (c++, g++ or clang++) but found none');
  const build = has('check') ? check : has('programs') ? buildPrograms : buildAddon;
  console.log(await build(compiler));
}

main().catch((error) => {
  const text = String(error.stderr || error.message);
  if (has('if-possible')) {
    console.log(`The CPU engine was not built (${text.split('\n')[0]}); models run on onnxruntime instead.`);
  } else {
    console.error(text);
    process.exitCode = 1;
  }
});
