/**
 * The process in which an unknown network runs first: whatever it does to the native library, it does here. Ends when
 * its parent lets go.
 */
import type { InferenceSession } from 'onnxruntime-node';
import type { FromProbe, PortInfo, ToProbe } from './probe-protocol.ts';
import { sessionOptions } from '../onnx/session-options.ts';

const ort = await import('onnxruntime-node');
let session: InferenceSession | undefined;

async function answer(message: ToProbe): Promise<FromProbe> {
  if (message.type === 'load') {
    session = await ort.InferenceSession.create(message.onnx, sessionOptions({ threads: 1, spin: false }));
    const ports = { inputs: session.inputMetadata.map(portOf), outputs: session.outputMetadata.map(portOf) };
    return { type: 'loaded', ports };
  }
  const { dims, data } = message.input;
  const name = session?.inputNames[0] ?? '';
  const results = await session?.run({ [name]: new ort.Tensor('float32', data, dims) });
  const output = results?.[session?.outputNames[0] ?? ''];
  if (!(output?.data instanceof Float32Array)) throw new Error(`its output is ${output?.type ?? 'nothing'}`);
  return { type: 'ran', output: { dims: output.dims, data: output.data } };
}

function portOf(port: InferenceSession.ValueMetadata): PortInfo {
  return port.isTensor
    ? { name: port.name, type: port.type, shape: port.shape }
    : { name: port.name, type: null, shape: [] };
}

process.on('message', (message: ToProbe) => {
  void answer(message)
    .catch((error: unknown): FromProbe => {
      const text = error instanceof Error ? error.message : String(error);
      return { type: 'failed', message: text.split('\n')[0] ?? '' };
    })
    .then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit());
