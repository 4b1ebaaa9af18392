import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../../main/app/engine-client.ts';
import { waitFor } from '../../helpers/run-cli.ts';
import { makeRequest } from '../../helpers/upscale-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const request = makeRequest('/clip.mp4', null);

/** An engine that answers as `body` says: `message` is what the shell sent. */
function startEngine(name: string, body: string): EngineClient {
  const program = join(folder, `${name}.mjs`);
  writeFileSync(program, `process.on('message', (message) => { ${body} });`);
  return new EngineClient({ program });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const planned = (workFolder: string) =>
  JSON.stringify({
    kind: 'event',
    name: 'planned',
    value: {
      ...{ outputPath: '/o', workFolder, from: { width: 1, height: 1 }, to: { width: 2, height: 2 } },
      ...{ model: 'm', runtime: 'onnx', arithmetic: 'f32', threads: 1, totalFrames: null, notes: [] },
    },
  });

describe('the shell end of an engine', () => {
  it('tells how the engine died, with its last words, and clears up after it', async () => {
    const work = join(folder, '.clip.tandem-part');
    mkdirSync(work);
    const body = `process.send(${planned(work)}, () => { console.error('last words'); process.exit(7); });`;
    const engine = startEngine('dies', body);
    await expect(engine.upscale(request)).rejects.toMatchObject({
      code: 'engine-died',
      message: 'expected the engine to end its job but it ended with exit code 7',
      details: { lastLines: ['last words'] },
    });
    expect(existsSync(work)).toBe(false);
    await engine.close();
  });

  it('says so when the engine cannot even start', async () => {
    const engine = new EngineClient({ program: join(folder, 'no-such-program.mjs') });
    await expect(engine.upscale(request)).rejects.toMatchObject({ code: 'engine-died' });
    await engine.close();
  });

  it.skipIf(process.platform === 'win32')('kills an engine that will not stop, and all it started', async () => {
    const pidFile = join(folder, 'grandchild');
    const grandchild = `const { pid } = spawn('sleep', ['1000'], { stdio: 'ignore' }); writeFileSync(${JSON.stringify(pidFile)}, String(pid));`;
    const program = join(folder, 'stubborn.mjs');
    writeFileSync(
      program,
      `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
       process.on('SIGTERM', () => {}); process.on('disconnect', () => {}); setInterval(() => {}, 1000);
       process.once('message', () => { ${grandchild} });`,
    );
    const engine = new EngineClient({ program });
    const job = engine.upscale(request);
    const failed = expect(job).rejects.toMatchObject({ code: 'interrupted' });
    await waitFor('the grandchild', () => existsSync(pidFile));
    const pid = Number(await waitFor('its number', () => readFileSync(pidFile, 'utf8')));
    await engine.cancel();
    await failed;
    await waitFor('its end', () => !isAlive(pid), 10);
    expect(isAlive(engine.pid!)).toBe(false);
  });

  it('takes no answer that breaks the contract', async () => {
    const engine = startEngine('odd', `process.send({ kind: 'result', id: message.id, output: { frames: 'many' } });`);
    await expect(engine.upscale(request)).rejects.toThrow(/expected a valid upscale result/);
    await engine.close();
  });
});
