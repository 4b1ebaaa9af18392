import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteQueue } from '../../../../main/adapters/nut/byte-queue.ts';
import { FileSource, StreamSource } from '../../../../main/adapters/process/byte-pipe.ts';
import type { ByteSource } from '../../../../main/adapters/process/byte-pipe.ts';
import { startChild } from '../../../../main/adapters/process/child.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-pipe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More than any pipe holds. */
const BYTES = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 7919) >> 3);

async function readAll(source: ByteSource, chunk = 300_000): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const targets = [new Uint8Array(chunk), new Uint8Array(11)];
    const bytes = await source.read(targets);
    if (bytes === 0) return Buffer.concat(parts);
    parts.push(Buffer.concat(targets).subarray(0, bytes));
  }
}

describe('a direct pipe', () => {
  it('carries all bytes through a child, from and to shared memory', async () => {
    const child = startChild('cat', [], { stdin: 'direct', stdout: 'direct' });
    const shared = new Uint8Array(new SharedArrayBuffer(BYTES.length));
    shared.set(BYTES);
    const writing = child.input!.write([shared.subarray(0, 3), new Uint8Array(0), shared.subarray(3)]);
    const reading = readAll(child.output!);
    expect(await writing).toBe(true);
    child.input!.end();
    expect(Buffer.compare(await reading, BYTES)).toBe(0);
    expect(child.output!.isAtEnd).toBe(true);
    expect((await child.done).exitCode).toBe(0);
  });

  it('tells a writer that nobody reads any more', async () => {
    const child = startChild(process.execPath, ['-e', ''], { stdin: 'direct' });
    await child.done;
    expect(await child.input!.write([BYTES])).toBe(false);
    child.input!.end();
    expect(await child.input!.write([BYTES])).toBe(false);
  });

  it('ends a read that waits when the child is killed', async () => {
    const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdout: 'direct' });
    const reading = child.output!.read([new Uint8Array(10)]);
    await child.kill();
    expect(await reading).toBe(0);
    expect(await child.output!.read([new Uint8Array(10)])).toBe(0);
  });
});

describe('a source', () => {
  it('gives a stream of chunks whatever their sizes', async () => {
    const chunks = Readable.from([BYTES.subarray(0, 5), new Uint8Array(0), BYTES.subarray(5)]);
    expect(Buffer.compare(await readAll(new StreamSource(chunks as AsyncIterable<Uint8Array>), 999), BYTES)).toBe(0);
  });

  it('skips within a file without reading', async () => {
    const path = join(folder, 'bytes');
    writeFileSync(path, BYTES);
    const file = await open(path);
    const queue = new ByteQueue(new FileSource(file));
    expect(await queue.fill(10)).toBe(true);
    expect(queue.peek(3)).toEqual(BYTES.slice(0, 3));
    queue.skip(3);
    expect(await queue.pass(1_000_000)).toBe(true);
    const here = new Uint8Array(100_000);
    expect(await queue.readInto(here)).toBe(true);
    expect(Buffer.compare(here, BYTES.subarray(1_000_003, 1_100_003))).toBe(0);
    await queue.pass(2 * BYTES.length);
    expect(await queue.fill(1)).toBe(false);
    await file.close();
  });

  it('is passed over by reading where it cannot skip', async () => {
    const queue = new ByteQueue(new StreamSource(Readable.from([BYTES]) as AsyncIterable<Uint8Array>));
    expect(await queue.pass(4_999_990)).toBe(true);
    expect(await queue.fill(10)).toBe(true);
    expect(queue.peek(20)).toEqual(BYTES.slice(-10));
    expect(await queue.pass(11)).toBe(false);
  });
});
