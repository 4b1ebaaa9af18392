import { describe, expect, it } from 'vitest';
import { describeEnd, isSuccess, startChild, wasKilled } from '../../../../main/adapters/process/child.ts';
import type { CommandRecord } from '../../../../main/adapters/process/child.ts';
import { LineTail } from '../../../../main/adapters/process/line-tail.ts';
import { runCommand } from '../../../../main/adapters/process/run.ts';

const NODE = process.execPath;
const script = (text: string) => ['-e', text];
const FOREVER = script('setInterval(() => {}, 1000); process.stdout.write("ready")');

const isAlive = (pid: number | undefined): boolean => {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a command', () => {
  it('that was ended from outside is told from one that failed or took too long', async () => {
    const { record } = await runCommand(NODE, script('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 9)'));
    expect([wasKilled(record), wasKilled(record, 0)]).toEqual([true, false]);
    expect(wasKilled((await runCommand(NODE, script('process.exit(1)'))).record)).toBe(false);
  });

  it('gives what it printed, its exit code and the last lines of its stderr', async () => {
    const told: CommandRecord[] = [];
    const text = 'console.log("out"); for (let i = 0; i < 100; i++) console.error("line " + i); process.exitCode = 3';
    const { record, stdout } = await runCommand(NODE, script(text), { onCommand: (command) => told.push(command) });
    expect(stdout).toBe('out\n');
    expect([record.exitCode, record.signal, isSuccess(record)]).toEqual([3, null, false]);
    expect(record.stderrTail).toHaveLength(40);
    expect(record.stderrTail.at(-1)).toBe('line 99');
    expect(describeEnd(record)).toBe('ended with exit code 3');
    expect(told).toEqual([record]);
    expect(record.command).toContain(`'console.log("out")`);
  });

  it('that does not exist is told, not thrown', async () => {
    const { record } = await runCommand('/nonexistent/program', []);
    expect(isSuccess(record)).toBe(false);
    expect(describeEnd(record)).toMatch(/could not be started .*ENOENT/);
  });

  it('is stopped when its time is over', async () => {
    const { record } = await runCommand(NODE, FOREVER, { timeoutMs: 300 });
    expect(describeEnd(record)).toBe('was ended by SIGKILL');
  });
});

describe('a child', () => {
  it('is gone once kill has resolved, though nobody read its output', async () => {
    const child = startChild(NODE, script('setInterval(() => process.stdout.write("x".repeat(1e6)), 1)'), {
      stdout: 'pipe',
    });
    expect(isAlive(child.pid)).toBe(true);
    const record = await child.kill();
    expect([record.signal, isAlive(child.pid)]).toEqual(['SIGKILL', false]);
    expect(await child.kill()).toBe(record);
  });

  it('is gone after an abort, also one that came before it', async () => {
    for (const when of ['before', 'after']) {
      const stop = new AbortController();
      if (when === 'before') stop.abort();
      const child = startChild(NODE, FOREVER, { stdout: 'pipe', signal: stop.signal });
      stop.abort();
      child.stdout?.resume();
      expect((await child.done).exitCode, when).toBeNull();
      expect(isAlive(child.pid), when).toBe(false);
    }
  });

  it('takes memory that threads share, and writing to one that died breaks nothing', async () => {
    const child = startChild('cat', [], { stdin: 'pipe', stdout: 'pipe' });
    const shared = Buffer.from(new SharedArrayBuffer(100_000));
    shared.fill(7);
    child.stdin?.end(shared);
    let bytes = 0;
    for await (const chunk of child.stdout ?? []) bytes += (chunk as Buffer).length;
    expect([bytes, (await child.done).exitCode]).toEqual([100_000, 0]);
    const dead = startChild(NODE, script(''), { stdin: 'pipe' });
    await dead.done;
    await new Promise((resolve) => dead.stdin?.write('late', resolve));
  });
});

describe('the tail of a log', () => {
  it('parts lines at any break, keeps the last ones and what was not taken', () => {
    const tail = new LineTail((line) => line.startsWith('frame='));
    tail.push('one\r\nframe=1\nfra');
    tail.push('me=2\n\ntwo\rthr');
    tail.push('ee');
    expect(tail.lines()).toEqual(['one', 'two', 'three']);
  });
});
