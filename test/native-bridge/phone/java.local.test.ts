/** The phone's Java against the wire's vectors, and its dex built once more. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import vectors from '../../../native-bridge/phone/wire-vectors.json' with { type: 'json' };
import { buildPhoneClasses, whyNoJvmPhone } from '../../helpers/phone/jvm-phone.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const missing = whyNoJvmPhone();
if (missing !== null) console.log(`The phone's Java is not tested here: it ${missing}.`);

describe.skipIf(missing !== null)("the phone's Java", () => {
  it('agrees with every vector of the wire', async () => {
    const classpath = await buildPhoneClasses('java');
    const out = join(root, '.cache', 'phone-tests', 'vectors');
    mkdirSync(out, { recursive: true });
    const source = join(root, 'test/fixtures/phone/java/tandem/phone/WireVectors.java');
    await execa('javac', ['-cp', classpath, '-d', out, source]);
    const file = join(root, 'native-bridge/phone/wire-vectors.json');
    const run = await execa('java', ['-cp', `${classpath}:${out}`, 'tandem.phone.WireVectors', file], {
      reject: false,
    });
    const names = [...vectors.messages, ...vectors.programs, ...vectors.residuals].map(({ name }) => `ok ${name}`);
    expect(run.stdout.split('\n')).toEqual(names);
    expect(run.exitCode).toBe(0);
  });

  it('builds to the very bytes that are committed', async () => {
    const script = join(root, 'native-bridge/phone/server/build.ts');
    const { stdout, exitCode } = await execa(process.execPath, [script, '--check'], { reject: false, all: true });
    expect(stdout).toMatch(/: equal$/);
    expect(exitCode).toBe(0);
  });
});
