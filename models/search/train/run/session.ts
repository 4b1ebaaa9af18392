import * as ort from 'onnxruntime-node';
import { encodeOnnx } from '../../../format/onnx.ts';
import type { OnnxModel } from '../../../format/onnx.ts';
import { OnnxWriter } from '../emit/writer.ts';
import type { Backend } from '../emit/emitter.ts';
import type { OpenPass } from './pass.ts';

/** A float tensor as it goes in and out of a session. */
export interface Value {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An ONNX graph ready to run on one thread. Values are read and written in place, never copied. */
export class GraphSession {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /** @param threads of onnxruntime; two trainings side by side beat one with two threads */
  static async open(model: OnnxModel, options: { threads?: number; profile?: string } = {}): Promise<GraphSession> {
    const session = await ort.InferenceSession.create(encodeOnnx(model), {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    });
    return new GraphSession(session);
  }

  /**
   * @param inputs by name
   * @param into memory for outputs, by name; the others are allocated
   * @returns all outputs
   */
  async run(
    inputs: Readonly<Record<string, Value>>,
    into: Readonly<Record<string, Value>> = {},
  ): Promise<Record<string, Value>> {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, v]) => [name, toTensor(v)]));
    const fetches = Object.fromEntries(
      this.#session.outputNames.map((name) => [name, into[name] ? toTensor(into[name]) : null]),
    );
    const results = await this.#session.run(feeds, fetches);
    // The object returned for a given output is another tensor: the memory handed in is the one that was written.
    return Object.fromEntries(
      this.#session.outputNames.map((name) => {
        const tensor = results[name]!;
        return [name, into[name] ?? { dims: tensor.dims, data: tensor.data as Float32Array }];
      }),
    );
  }

  endProfiling(): void {
    this.#session.endProfiling();
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function toTensor({ dims, data }: Value): ort.Tensor {
  return new ort.Tensor('float32', data, dims);
}

/** @returns the fastest back end there is here, with the convolutions that were handed in */
export async function chooseBackend(openPass: OpenPass | null = null): Promise<Backend> {
  return { ...(await chooseOperators()), ...(openPass === null ? {} : { openPass }) };
}

/**
 * The channel block of onnxruntime's internal kernels on this CPU, read off the order in which they store a ramp.
 * @returns the fast operators, or the plain ones where the kernels are not there
 */
async function chooseOperators(): Promise<Backend> {
  const channels = 32;
  const writer = new OnnxWriter();
  writer.input('x', [1, channels, 1, 2]);
  const domain = 'com.microsoft.nchwc';
  const blocked = writer.node('ReorderInput', ['x'], {}, { domain });
  const seen = writer.node('Reshape', [blocked, writer.shape([2 * channels])]);
  writer.node('Mul', [seen, writer.constant([], [1])], {}, { output: 'y' });
  writer.output('y', [2 * channels]);
  try {
    const session = await GraphSession.open(writer.build('probe'));
    const ramp = Float32Array.from({ length: 2 * channels }, (_, i) => i);
    const { y } = await session.run({ x: { dims: [1, channels, 1, 2], data: ramp } });
    await session.close();
    // In memory: pixel 0 of the block's channels (0, 2, 4, ...), then pixel 1 (value 1 comes first after the block).
    const block = y!.data.indexOf(1);
    return block >= 4 ? { kind: 'nchwc', block } : { kind: 'plain' };
  } catch {
    return { kind: 'plain' };
  }
}
