import { AppError, isAppError } from '../core/errors.ts';
import type { Api, CallInput, CallName, CallOutput, EventName, EventValue } from './api.ts';
import type { PlainError } from './messages.ts';
import { envelopeSchema, validate } from './validate.ts';
import type { Envelope } from './validate.ts';

/** A two-way channel of plain data: a child process' IPC, a socket, a pair in a test. */
export interface Port {
  /** Must not throw when the other side is gone. */
  send(message: Envelope): void;
  onMessage(listener: (message: unknown) => void): void;
}

export type Handlers<A extends Api> = {
  readonly [N in CallName<A>]: (input: CallInput<A, N>) => Promise<CallOutput<A, N>>;
};

export interface Server<A extends Api> {
  emit<N extends EventName<A>>(name: N, value: EventValue<A, N>): void;
}

export interface Client<A extends Api> {
  /** @throws AppError of the other side, or the one given to `fail` */
  call<N extends CallName<A>>(name: N, input: CallInput<A, N>): Promise<CallOutput<A, N>>;
  on<N extends EventName<A>>(name: N, listener: (value: EventValue<A, N>) => void): void;
  /** Fails all open and later calls: the other side is gone. */
  fail(error: AppError): void;
}

/** Answers the calls of a contract. */
export function serve<A extends Api>(port: Port, api: A, handlers: Handlers<A>): Server<A> {
  port.onMessage((message) => {
    const envelope = validate(envelopeSchema, message, 'message');
    if (envelope.kind !== 'call') return;
    const { id, name, input } = envelope;
    answer(api, handlers, name, input).then(
      (output) => port.send({ kind: 'result', id, output }),
      (error: unknown) => port.send({ kind: 'failure', id, error: toPlainError(error) }),
    );
  });
  return { emit: (name, value) => port.send({ kind: 'event', name, value }) };
}

async function answer<A extends Api>(api: A, handlers: Handlers<A>, name: string, input: unknown): Promise<unknown> {
  const call = Object.hasOwn(api.calls, name) ? api.calls[name] : undefined;
  if (!call) throw new AppError('internal', `expected a call of the contract but got ${name}`);
  const handler = handlers[name as CallName<A>];
  return handler(validate(call.input, input, `${name} call`) as CallInput<A, CallName<A>>);
}

/** Makes the calls of a contract. */
export function connect<A extends Api>(port: Port, api: A): Client<A> {
  const open = new Map<number, { resolve: (output: unknown) => void; reject: (error: unknown) => void }>();
  const listeners = new Map<string, ((value: unknown) => void)[]>();
  let lost: AppError | null = null;
  let lastId = 0;
  port.onMessage((message) => {
    const envelope = validate(envelopeSchema, message, 'message');
    if (envelope.kind === 'event') {
      const schema = api.events[envelope.name];
      const value = schema && validate(schema, envelope.value, `${envelope.name} event`);
      for (const listener of listeners.get(envelope.name) ?? []) listener(value);
    }
    if (envelope.kind === 'result') settle(envelope.id)?.resolve(envelope.output);
    if (envelope.kind === 'failure') settle(envelope.id)?.reject(fromPlainError(envelope.error));
  });
  const settle = (id: number) => {
    const entry = open.get(id);
    open.delete(id);
    return entry;
  };
  return {
    async call(name, input) {
      if (lost) throw lost;
      const id = (lastId += 1);
      const output = await new Promise((resolve, reject) => {
        open.set(id, { resolve, reject });
        port.send({ kind: 'call', id, name, input });
      });
      return validate(api.calls[name]!.output, output, `${name} result`) as CallOutput<A, typeof name>;
    },
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener as (value: unknown) => void]);
    },
    fail(error) {
      lost ??= error;
      for (const id of [...open.keys()]) settle(id)?.reject(lost);
    },
  };
}

/** Any error as plain data; a surprise becomes `internal` and keeps its stack as evidence. */
export function toPlainError(error: unknown): PlainError {
  if (isAppError(error)) {
    const { code, message, details } = error;
    return { code, message, details: JSON.parse(JSON.stringify(details)) as PlainError['details'] };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: 'internal', message: `Tandem met an error of its own: ${message}`, details: { stack } };
}

export function fromPlainError({ code, message, details }: PlainError): AppError {
  return new AppError(code, message, { details });
}
