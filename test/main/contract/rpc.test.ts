import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Api } from '../../../main/contract/api.ts';
import { connect, serve } from '../../../main/contract/rpc.ts';
import type { Handlers, Port } from '../../../main/contract/rpc.ts';
import { AppError } from '../../../main/core/errors.ts';

const api = {
  calls: {
    double: { input: z.number(), output: z.number() },
    fail: { input: z.string(), output: z.null() },
  },
  events: { tick: z.int() },
} as const satisfies Api;

/** Two ends of a channel that carries JSON, as a child process' IPC does. */
function makePorts(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const port = (own: number): Port => ({
    send: (message) => {
      const copy = JSON.parse(JSON.stringify(message)) as unknown;
      queueMicrotask(() => listeners[1 - own]!.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => listeners[own]!.push(listener),
  });
  return [port(0), port(1)];
}

const handlers: Handlers<typeof api> = {
  double: (value) => Promise.resolve(2 * value),
  fail: (how) =>
    Promise.reject(how === 'own' ? new Error('boom') : new AppError('disk-full', how, { details: { path: '/x' } })),
};

describe('calls and events over a port', () => {
  it('answers calls, each with its own result', async () => {
    const [near, far] = makePorts();
    serve(far, api, handlers);
    const client = connect(near, api);
    expect(await Promise.all([client.call('double', 4), client.call('double', 5)])).toEqual([8, 10]);
  });

  it('brings errors across with code, sentence and evidence', async () => {
    const [near, far] = makePorts();
    serve(far, api, handlers);
    const client = connect(near, api);
    await expect(client.call('fail', 'no room')).rejects.toMatchObject({
      ...{ isAppError: true, code: 'disk-full', message: 'no room', details: { path: '/x' } },
    });
    await expect(client.call('fail', 'own')).rejects.toMatchObject({ code: 'internal' });
  });

  it('refuses what the contract does not have, on either side', async () => {
    const [near, far] = makePorts();
    serve(far, api, { ...handlers, double: () => Promise.resolve('eight' as unknown as number) });
    const client = connect(near, api);
    await expect(client.call('double', 4)).rejects.toThrow(/expected a valid double result/);
    await expect(client.call('double', '4' as unknown as number)).rejects.toThrow(/expected a valid double call/);
    await expect(client.call('triple' as 'double', 4)).rejects.toThrow(
      /expected a call of the contract but got triple/,
    );
  });

  it('tells events to those who listen', async () => {
    const [near, far] = makePorts();
    const server = serve(far, api, handlers);
    const client = connect(near, api);
    const ticks: number[] = [];
    client.on('tick', (tick) => ticks.push(tick));
    server.emit('tick', 1);
    server.emit('tick', 2);
    await client.call('double', 1);
    expect(ticks).toEqual([1, 2]);
  });

  it('fails open and later calls once the other side is gone', async () => {
    const [near] = makePorts();
    const client = connect(near, api);
    const open = client.call('double', 1);
    client.fail(new AppError('engine-died', 'it is gone'));
    await expect(open).rejects.toThrow('it is gone');
    await expect(client.call('double', 2)).rejects.toThrow('it is gone');
  });
});
