#!/usr/bin/env node
/**
 * The door for everything a person types. Plain JavaScript for Node 20 with no dependencies: on a fresh clone it
 * installs the packages, then hands over to the pinned Node in node_modules, which runs the TypeScript as it is.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const stampFile = join(root, 'node_modules', '.tandem-lock-sha256');
const engineFolder = join(root, 'native-bridge', 'cpu');
const engineStampFile = join(root, 'node_modules', '.tandem-engine-sha256');

/** Words that are not commands of the CLI: the script behind them, relative to the root. */
const programs = {
  '--npm-test': ['test/run.ts'],
  '--npm-check': ['test/check.ts'],
  '--npm-start': ['main/shells/electron/start.ts'],
  '--npm-package': ['main/shells/electron/package.ts'],
  '--npm-picture': ['test/helpers/make-picture.ts'],
  bench: ['test/bench/main.ts'],
  torture: ['test/torture/main.ts'],
};

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash();
}

function install() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    fail(`Tandem needs Node 20.11 or newer to install itself, but this is Node ${process.versions.node}.`);
  }
  process.stderr.write('Tandem: installing what is missing (once, from the package registry) …\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' } };
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
        ...options,
        shell: process.platform === 'win32',
      });
  if (done.error) fail(`Tandem needs npm to install its packages, but it could not be started: ${done.error.message}`);
  if (done.status !== 0)
    fail(`Installing the packages failed: npm ended with code ${String(done.status)} (see above).`);
  writeFileSync(stampFile, lockHash());
}

/** Of everything the engine's binary is made from. */
function engineHash() {
  const hash = createHash('sha256');
  for (const folder of ['src', join('src', 'kernels'), '.']) {
    const place = join(engineFolder, folder);
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      if (entry.isFile() && !entry.name.endsWith('.ts'))
        hash.update(entry.name).update(readFileSync(join(place, entry.name)));
    }
  }
  return hash.digest('hex');
}

/**
 * The CPU engine, where there is a C++ compiler; without one models run on onnxruntime, and the builder says so. An older
 * binary lacks functions that today's modules call.
 */
function buildEngine() {
  const hash = engineHash();
  if (existsSync(engineStampFile) && readFileSync(engineStampFile, 'utf8') === hash) return;
  process.stderr.write('Tandem: building the CPU engine (once) …\n');
  spawnSync(pinnedNode(), [join(engineFolder, 'build.mjs'), '--if-possible'], { cwd: root, stdio: ['ignore', 2, 2] });
  writeFileSync(engineStampFile, hash);
}

function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  fail(
    `Tandem runs on Node 24, but ${pinned} is missing and this is Node ${process.versions.node}. ` +
      'Install again with scripts allowed (npm ci), or run with Node 24.',
  );
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function run(node, args) {
  // Stripped and compiled modules, kept for every process that comes after: much of what a start costs.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'node');
  const env = { ...process.env, NODE_COMPILE_CACHE, INIT_CWD: workingFolder() };
  const child = spawn(node, args, { stdio: 'inherit', env });
  // A terminal's Ctrl-C reaches the child by itself; from elsewhere it is passed on. Either way the child decides how to end.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Node could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** Where the person stands: npm changes to the package's folder and leaves the truth in INIT_CWD. */
function workingFolder() {
  return process.env.INIT_CWD ?? process.cwd();
}

const [word, ...rest] = process.argv.slice(2);
if (!isInstalled()) install();
buildEngine();
const program = Object.hasOwn(programs, word ?? '')
  ? [...programs[word], ...rest]
  : ['main/shells/cli/main.ts', ...process.argv.slice(2)];
run(pinnedNode(), ['--disable-warning=ExperimentalWarning', join(root, program[0]), ...program.slice(1)]);
