/**
 * Makes a folder that a fake adbd serves as a phone: `app_process` starts the phone's own Java on the JVM, on shims of the
 * android.* classes over the desktop's EGL and OpenGL ES.
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { PhoneFolder } from './adb-services.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const serverFolder = join(root, 'native-bridge', 'phone', 'server');
const shimFolder = join(root, 'test', 'fixtures', 'phone', 'shims');
const JNA = '/usr/share/java/jna.jar';

export const phoneJar = join(serverFolder, 'tandem-phone.jar');

/** Why the Java stand-in cannot run here, or null. */
export function whyNoJvmPhone(): string | null {
  const missing = ['/usr/bin/javac', '/usr/bin/adb', JNA].filter((path) => !existsSync(path));
  const libraries = globSync('/usr/lib/*/{libEGL.so.1,libGLESv2.so.2}');
  if (libraries.length < 2) missing.push('libEGL and libGLESv2');
  return missing.length === 0 ? null : `needs ${missing.join(', ')}`;
}

/** What runs as the phone's program: its sources compiled for the JVM, or the very dex turned back into classes. */
export type PhoneCode = 'java' | 'dex';

/** Classpath of the program on the shims. Built once per state of the sources. */
export async function buildPhoneClasses(code: PhoneCode): Promise<string> {
  const shims = await cached('shims', globSync('**/*.java', { cwd: shimFolder }), shimFolder, (out, files) =>
    execa('javac', ['-g:none', '-cp', JNA, '-d', out, ...files], { cwd: shimFolder }),
  );
  const program = code === 'java' ? await compileServer() : await undex();
  return [program, shims, JNA].join(':');
}

async function compileServer(): Promise<string> {
  const stubFolder = join(serverFolder, 'stubs');
  const stubs = await cached('stubs', globSync('**/*.java', { cwd: stubFolder }), stubFolder, (out, files) =>
    execa('javac', ['--release', '7', '-nowarn', '-d', out, ...files], { cwd: stubFolder }),
  );
  const source = join(serverFolder, 'src');
  return cached('server', globSync('**/*.java', { cwd: source }), source, (out, files) =>
    execa('javac', ['--release', '7', '-nowarn', '-g', '-cp', stubs, '-d', out, ...files], { cwd: source }),
  );
}

async function undex(): Promise<string> {
  const folder = await cached('undex', ['tandem-phone.jar'], serverFolder, async (out, [jar]) => {
    await execa('unzip', ['-q', join(serverFolder, jar!), '-d', out]);
    // enjarify wants the system's Python and a name that ends in .dex.
    const env = { PATH: `/usr/bin:${process.env.PATH ?? ''}` };
    await execa('enjarify', ['-f', '-o', join(out, 'classes.jar'), join(out, 'classes.dex')], { env });
  });
  return join(folder, 'classes.jar');
}

async function cached(
  name: string,
  files: readonly string[],
  cwd: string,
  build: (out: string, files: readonly string[]) => Promise<unknown>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(file).update(readFileSync(join(cwd, file)));
  const out = join(root, '.cache', 'phone-tests', `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(out)) return out;
  mkdirSync(join(root, '.cache', 'phone-tests'), { recursive: true });
  const work = mkdtempSync(`${out}-`);
  await build(work, [...files].sort());
  // Another test process may have been faster; either result will do.
  await execa('mv', ['-T', work, out], { reject: false });
  rmSync(work, { recursive: true, force: true });
  return out;
}

export interface JvmPhone {
  readonly folder: PhoneFolder;
  /** Properties of the JVM for the next start, such as `shim.glErrorAfter`. */
  setProperties(properties: Readonly<Record<string, string>>): void;
  /** What `dumpsys NAME` answers. */
  setDump(name: string, text: string): void;
  /** To the program that runs on it. */
  signal(signal: NodeJS.Signals): void;
  /** Whether it runs. */
  isBusy(): boolean;
  /** Files left in the phone's /data/local/tmp. */
  leftovers(): string[];
  remove(): void;
}

/** Of the program that was started last. */
function pidOf(folder: string): number {
  return Number(readFileSync(join(folder, 'pid'), 'utf8'));
}

/** @param classpath from {@link buildPhoneClasses} */
export function makeJvmPhone(classpath: string, model = 'Stand-in'): JvmPhone {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-phone-'));
  for (const name of ['bin', 'sock', 'data/local/tmp', 'dump']) mkdirSync(join(folder, name), { recursive: true });
  const script = (name: string, text: string): void => {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  };
  const setProperties = (properties: Readonly<Record<string, string>>): void => {
    const all = { 'shim.sockets': join(folder, 'sock'), 'shim.model': model, ...properties };
    const flags = Object.entries(all).map(([key, value]) => `'-D${key}=${value}'`);
    // The first argument of app_process is a folder that it ignores.
    const jvm = `java -Xshare:auto -XX:TieredStopAtLevel=1 ${flags.join(' ')} -cp '${classpath}'`;
    script(
      'app_process',
      `[ -r "$CLASSPATH" ] || { echo "no $CLASSPATH"; exit 1; }\nshift\necho $$ > "$PHONE_ROOT/pid"\nexec ${jvm} "$@"`,
    );
  };
  setProperties({});
  script('getprop', `case "$1" in ro.product.model) echo '${model}';; ro.build.version.sdk) echo 33;; esac`);
  script('dumpsys', `cat "$PHONE_ROOT/dump/$1" 2>/dev/null || echo "Can't find service: $1"`);
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    PHONE_ROOT: folder,
    EGL_PLATFORM: 'surfaceless',
  };
  return {
    folder: { root: folder, env },
    setProperties,
    setDump: (name, text) => writeFileSync(join(folder, 'dump', name), text),
    signal: (signal) => process.kill(pidOf(folder), signal),
    isBusy: () => {
      try {
        return process.kill(pidOf(folder), 0);
      } catch {
        return false;
      }
    },
    leftovers: () => globSync('*', { cwd: join(folder, 'data/local/tmp') }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
