import type { Numbers } from '../run-tiles.ts';

/** One input or output as onnxruntime describes it. */
export interface PortInfo {
  readonly name: string;
  /** Element type, `float32` …; null when it is no tensor. */
  readonly type: string | null;
  /** A number, or the name of a free dimension. */
  readonly shape: readonly (number | string)[];
}

export interface NetPorts {
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
}

export type ToProbe =
  { readonly type: 'load'; readonly onnx: Uint8Array } | { readonly type: 'run'; readonly input: Numbers };

export type FromProbe =
  | { readonly type: 'loaded'; readonly ports: NetPorts }
  | { readonly type: 'ran'; readonly output: Numbers }
  | { readonly type: 'failed'; readonly message: string };
