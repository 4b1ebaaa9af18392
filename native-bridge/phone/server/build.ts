/**
 * Builds the phone's program: Java 7 class files (JDK 8 to 19) → dx → one dex in a jar, without Gradle or an Android SDK.
 * The same sources give the same bytes, so the jar is committed and CI only compares.
 *
 *   node native-bridge/phone/server/build.ts           builds tandem-phone.jar and its .sha256
 *   node native-bridge/phone/server/build.ts --check   builds apart and compares with what is committed
 *
 * dx comes from Maven Central once, is held to its SHA-256 and kept in .cache; TANDEM_DX names one that is there already.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { execa } from 'execa';

const DX_URL =
  'https://repo1.maven.org/maven2/com/jakewharton/android/repackaged/dalvik-dx/16.0.1/dalvik-dx-16.0.1.jar';
const DX_SHA256 = '1e4b645628e3bdb097b5331d669e177ef235a551582a8c646dbe36865e541907';

const here = import.meta.dirname;
const jarPath = join(here, 'tandem-phone.jar');

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function fetchDx(): Promise<string> {
  const cache = join(here, '..', '..', '..', '.cache');
  const path = process.env.TANDEM_DX ?? join(cache, 'dalvik-dx-16.0.1.jar');
  if (!existsSync(path)) {
    const response = await fetch(DX_URL);
    if (!response.ok) throw new Error(`expected dx from Maven Central but got ${response.status} for ${DX_URL}`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${path}.part`, new Uint8Array(await response.arrayBuffer()));
    renameSync(`${path}.part`, path);
  }
  const found = sha256(readFileSync(path));
  if (found !== DX_SHA256) throw new Error(`expected ${path} to have SHA-256 ${DX_SHA256} but got ${found}`);
  return path;
}

/** Sources in a fixed order. `--release 7` also binds ByteBuffer's methods as old Androids have them. */
async function compile(folder: string, target: string, classpath: string[]): Promise<void> {
  mkdirSync(target, { recursive: true });
  const sources = globSync('**/*.java', { cwd: join(here, folder) }).sort();
  const flags = ['--release', '7', '-g:none', '-Xlint:all,-options,-serial', '-Werror', '-encoding', 'UTF-8'];
  const path = classpath.flatMap((entry) => ['-cp', entry]);
  await execa('javac', [...flags, ...path, '-d', target, ...sources], { cwd: join(here, folder) });
}

/** A jar of one stored entry with a fixed date: `app_process` wants a zip, and nothing in it may depend on the day. */
function packJar(name: string, data: Uint8Array): Uint8Array {
  const title = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(10, 0); // version needed
  common.writeUInt16LE(0x21, 8); // 1 January 1980
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(title.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x0a\x00', 'latin1'), common, Buffer.alloc(14), title]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length + data.length, 16);
  return Buffer.concat([local, data, central, end]);
}

async function build(): Promise<Uint8Array> {
  const dx = await fetchDx();
  const work = mkdtempSync(join(tmpdir(), 'tandem-dex-'));
  try {
    const [stubs, classes, dex] = ['stubs', 'classes', 'classes.dex'].map((name) => join(work, name)) as [
      string,
      string,
      string,
    ];
    await compile('stubs', stubs, []);
    await compile('src', classes, [stubs]);
    await execa('java', ['-cp', dx, 'com.android.dx.command.Main', '--dex', `--output=${dex}`, classes]);
    return packJar('classes.dex', readFileSync(dex));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const jar = await build();
const hash = sha256(jar);
if (process.argv.includes('--check')) {
  const committed = sha256(readFileSync(jarPath));
  const noted = readFileSync(`${jarPath}.sha256`, 'utf8').split(' ')[0];
  const good = hash === committed && hash === noted;
  console.log(`built ${hash}, committed ${committed}, noted ${noted}: ${good ? 'equal' : 'DIFFERENT'}`);
  process.exitCode = good ? 0 : 1;
} else {
  writeFileSync(jarPath, jar);
  writeFileSync(`${jarPath}.sha256`, `${hash}  tandem-phone.jar\n`);
  console.log(`${jarPath}: ${jar.length} bytes, SHA-256 ${hash}`);
}
