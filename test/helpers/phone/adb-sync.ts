import { chmodSync, closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { AdbStream } from './adb-stream.ts';

/** adbd's file service: STAT, SEND (DATA … DONE), RECV, QUIT. Paths are mapped into the stand-in phone's folder. */
export function serveSync(stream: AdbStream, mapPath: (path: string) => string): void {
  let rest = Buffer.alloc(0);
  let file: { handle: number; path: string; mode: number } | null = null;
  const word = (id: string, value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.write(id, 'latin1');
    bytes.writeUInt32LE(value, 4);
    return bytes;
  };
  const fail = (error: unknown): Promise<void> => {
    const text = Buffer.from(error instanceof Error ? error.message : String(error));
    return stream.write(Buffer.concat([word('FAIL', text.length), text]));
  };

  async function stat(path: string): Promise<void> {
    const found = statSync(mapPath(path), { throwIfNoEntry: false });
    const answer = Buffer.alloc(16);
    answer.write('STAT', 'latin1');
    if (found) [found.mode, found.size, found.mtimeMs / 1000].forEach((n, i) => answer.writeUInt32LE(n, 4 + 4 * i));
    await stream.write(answer);
  }

  async function begin(target: string): Promise<void> {
    const at = target.lastIndexOf(',');
    const path = mapPath(target.slice(0, at));
    try {
      file = { handle: openSync(path, 'w'), path, mode: Number(target.slice(at + 1)) };
    } catch (error) {
      await fail(error);
    }
  }

  async function finish(): Promise<void> {
    if (!file) return;
    closeSync(file.handle);
    chmodSync(file.path, file.mode & 0o777);
    file = null;
    await stream.write(word('OKAY', 0));
  }

  async function receive(path: string): Promise<void> {
    try {
      const data = readFileSync(mapPath(path));
      for (let at = 0; at < data.length; at += 65536) {
        const part = data.subarray(at, at + 65536);
        await stream.write(Buffer.concat([word('DATA', part.length), part]));
      }
      await stream.write(word('DONE', 0));
    } catch (error) {
      await fail(error);
    }
  }

  async function take(id: string, payload: Buffer): Promise<void> {
    if (id === 'DATA') {
      if (file) writeSync(file.handle, payload);
    } else if (id === 'STAT') await stat(payload.toString());
    else if (id === 'SEND') await begin(payload.toString());
    else if (id === 'RECV') await receive(payload.toString());
    else stream.close();
  }

  stream.onData = async (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 8) {
      const id = rest.toString('latin1', 0, 4);
      // DONE carries a time where the others carry a length.
      const length = id === 'DONE' ? 0 : rest.readUInt32LE(4);
      if (rest.length < 8 + length) return;
      const payload = Buffer.from(rest.subarray(8, 8 + length));
      rest = rest.subarray(8 + length);
      if (id === 'DONE') await finish();
      else await take(id, payload);
    }
  };
}
