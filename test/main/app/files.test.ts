import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeDurably } from '../../../main/app/durable-file.ts';
import { explainWriteError } from '../../../main/app/fs-errors.ts';
import { identifyFile } from '../../../main/app/file-identity.ts';
import { checkOutputPlace, publish } from '../../../main/app/output-place.ts';
import { openWorkFolder } from '../../../main/app/work-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('file identity', () => {
  it('tells a file from itself after a change at either end and at places between', async () => {
    const bytes = Buffer.alloc(3 << 20, 7);
    writeFileSync(at('input'), bytes);
    const { sampledSha256: first, sizeBytes } = await identifyFile(at('input'));
    expect(sizeBytes).toBe(3 << 20);
    for (const position of [0, Math.floor(bytes.length / 31) * 15 + 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[position] = 8;
      writeFileSync(at('input'), changed);
      expect((await identifyFile(at('input'))).sampledSha256).not.toBe(first);
    }
    writeFileSync(at('input'), '');
    expect((await identifyFile(at('input'))).sizeBytes).toBe(0);
  });
});

describe('durable files', () => {
  it('keep the old content where the new one cannot be written', async () => {
    writeFileSync(at('durable'), 'old');
    mkdirSync(at('durable.new'));
    await expect(writeDurably(at('durable'), 'new')).rejects.toThrow();
    expect(readFileSync(at('durable'), 'utf8')).toBe('old');
  });
});

describe('work folder', () => {
  it('lies beside the output and goes without a trace', async () => {
    const work = await openWorkFolder(at('clip.mp4'));
    expect(work.path).toBe(at('.clip.mp4.tandem-part'));
    expect(work.segmentPath(7)).toBe(at('.clip.mp4.tandem-part/000007.nut'));
    expect(work.joinedPath).toBe(at('.clip.mp4.tandem-part/joined-clip.mp4'));
    await work.remove();
    expect(existsSync(work.path)).toBe(false);
    await work.remove();
  });

  it('keeps what a dead job left, refuses while one lives, and never touches a stranger', async () => {
    const path = at('.own.mp4.tandem-part');
    mkdirSync(path);
    const startMs = Math.round(Date.now() - 1000 * uptime());
    writeFileSync(join(path, 'owner'), `4194305 ${startMs}`); // Above the greatest process id there is on Linux.
    for (const name of ['000000.nut', 'journal.json', 'joined-own.mp4']) writeFileSync(join(path, name), 'old');
    const work = await openWorkFolder(at('own.mp4'));
    expect(readdirSync(path)).toContain('000000.nut');
    await work.keepOnly(['journal.json', '000000.nut']);
    expect(readdirSync(path).sort()).toEqual(['000000.nut', 'journal.json', 'owner']);
    writeFileSync(join(path, 'owner'), `${process.ppid} ${startMs}`);
    await expect(openWorkFolder(at('own.mp4'), 0)).rejects.toThrow(/process \d+ is at work/);
    // The same number before the machine was started again is another program's.
    writeFileSync(join(path, 'owner'), `${process.ppid} ${startMs - 3_600_000}`);
    await openWorkFolder(at('own.mp4'));
    await work.remove();
    mkdirSync(path);
    writeFileSync(join(path, 'diary.txt'), 'mine');
    await expect(openWorkFolder(at('own.mp4'))).rejects.toThrow(/holds other files/);
    expect(readFileSync(join(path, 'diary.txt'), 'utf8')).toBe('mine');
  });

  it('refuses an output folder that is missing', async () => {
    await expect(openWorkFolder(at('no/clip.mp4'))).rejects.toMatchObject({ code: 'output-unwritable' });
  });
});

describe('output place', () => {
  it('publishes whole files, exclusively unless told otherwise', async () => {
    writeFileSync(at('part'), 'new');
    await publish(at('part'), at('final'), false);
    expect(readFileSync(at('final'), 'utf8')).toBe('new');
    writeFileSync(at('part'), 'newer');
    await expect(publish(at('part'), at('final'), false)).rejects.toMatchObject({ code: 'output-exists' });
    expect(readFileSync(at('final'), 'utf8')).toBe('new');
    await publish(at('part'), at('final'), true);
    expect(readFileSync(at('final'), 'utf8')).toBe('newer');
    expect(existsSync(at('part'))).toBe(false);
  });

  it('refuses the input, a folder, and what exists', async () => {
    writeFileSync(at('source'), 'x');
    writeFileSync(at('there'), 'x');
    await checkOutputPlace(at('source'), at('free'), false);
    await checkOutputPlace(at('source'), at('there'), true);
    await expect(checkOutputPlace(at('source'), at('there'), false)).rejects.toMatchObject({ code: 'output-exists' });
    await expect(checkOutputPlace(at('source'), at('./source'), true)).rejects.toThrow(/the input itself/);
    await expect(checkOutputPlace(at('source'), folder, true)).rejects.toThrow(/is a folder/);
  });
});

describe('write errors', () => {
  it('speak to a person', () => {
    const explain = (code: string) => explainWriteError(Object.assign(new Error(code), { code }), '/out/a.mp4');
    expect(explain('ENOSPC')).toMatchObject({
      code: 'disk-full',
      message: 'expected room for /out/a.mp4 but the disk is full',
    });
    expect(explain('EROFS')).toMatchObject({ code: 'output-unwritable' });
    expect(explain('EACCES')).toMatchObject({ code: 'output-unwritable' });
    expect(explain('ENOENT')).toMatchObject({ code: 'output-unwritable' });
    const other = Object.assign(new Error('odd'), { code: 'EWHATEVER' });
    expect(explainWriteError(other, '/out')).toBe(other);
  });
});
