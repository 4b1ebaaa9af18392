import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../core/errors.ts';
import type { Numbers } from '../run-tiles.ts';
import type { FromProbe, NetPorts, ToProbe } from './probe-protocol.ts';

const LAST_STDERR_CHARACTERS = 2000;

/** An unknown network in a process of its own. One question at a time. */
export class NetProbe {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  readonly #gone: Promise<string>;
  #stderr = '';

  private constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#child = fork(fileURLToPath(new URL('./probe-child.ts', import.meta.url)), {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-LAST_STDERR_CHARACTERS);
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        resolve(`it ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`),
      );
    });
  }

  /** @throws AppError `model-invalid` when onnxruntime cannot load the bytes, `runtime-failed` when the process dies */
  static async open(onnx: Uint8Array, { timeoutMs = 60_000 } = {}): Promise<{ probe: NetProbe; ports: NetPorts }> {
    const probe = new NetProbe(timeoutMs);
    try {
      const reply = await probe.#ask({ type: 'load', onnx });
      if (reply.type === 'loaded') return { probe, ports: reply.ports };
      const reason = reply.type === 'failed' ? reply.message : reply.type;
      throw new AppError('model-invalid', `expected a model that onnxruntime can load but got: ${reason}`);
    } catch (error) {
      await probe.close();
      throw error;
    }
  }

  /** @throws AppError `model-unsupported` when the network does not take this input, `runtime-failed` when it crashes */
  async run(input: Numbers): Promise<Numbers> {
    const reply = await this.#ask({ type: 'run', input });
    if (reply.type === 'ran') return reply.output;
    const reason = reply.type === 'failed' ? reply.message : reply.type;
    const size = input.dims.join(', ');
    throw new AppError('model-unsupported', `expected a model that takes a picture [${size}] but got: ${reason}`);
  }

  /** Ends the process and waits for it. Never throws. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  async #ask(message: ToProbe): Promise<FromProbe> {
    let timer: NodeJS.Timeout | undefined;
    const reply = new Promise<FromProbe>((resolve) => this.#child.once('message', (m) => resolve(m as FromProbe)));
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`it was silent for ${this.#timeoutMs / 1000} s`), this.#timeoutMs);
    });
    // A send that fails is told by the process's end.
    this.#child.send(message, () => undefined);
    try {
      const first = await Promise.race([reply, this.#gone, late]);
      if (typeof first !== 'string') return first;
      throw new AppError('runtime-failed', `expected the model to run in its process but ${first}`, {
        details: { stderr: this.#stderr },
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
