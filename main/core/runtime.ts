import type { Plane } from './frame.ts';

/** Arithmetic of a whole job; lanes of different arithmetic are not mixed unless the user allows it. */
export type Arithmetic = 'f32' | 'f16' | 'int8';

/** Closed list of why a runtime cannot serve here. */
export type RuntimeRefusalReason = 'not-installed' | 'no-device' | 'model-not-supported' | 'geometry-not-supported';

export type RuntimeProbe =
  | { readonly ok: true; readonly description: string }
  | { readonly ok: false; readonly reason: RuntimeRefusalReason; readonly message: string };

/** What a model sees of a picture. */
export interface RuntimeGeometry {
  /** Input size in samples. */
  readonly width: number;
  readonly height: number;
  /** Bits per sample of input and output planes, 8 to 16. Full code range: `255`, `1023` … map to 1.0. */
  readonly bitDepth: number;
  readonly scale: number;
}

/**
 * A model as a runtime gets it: bytes plus the few facts that every runtime needs. `colour: 'y'` takes and gives one
 * plane; `'rgb'` three planes in the order R, G, B.
 */
export interface RuntimeModel {
  readonly name: string;
  /** The ONNX file's bytes. */
  readonly onnx: Uint8Array;
  readonly scale: number;
  readonly colour: 'y' | 'rgb';
  /** What code value 1.0 (full code) becomes at the network's input, 1 for models of ours, 255 for some others. */
  readonly inputMaximum: number;
  /** Side of the square of input samples that one output sample depends on. */
  readonly receptiveField: number;
  /** Bytes of the same model in int8 (QuantizeLinear and DequantizeLinear), where there is one; `onnx` itself if that is int8. */
  readonly onnxInt8?: Uint8Array | undefined;
  /** What the model's manifest says of its layers' zeros. */
  readonly sparsity?: readonly LayerSparsity[] | undefined;
}

/** How one layer's weights are zeroed, by the name of the weights; see models/compiler/sparsity.ts. */
export interface LayerSparsity {
  readonly layer: string;
  readonly scheme: 'dense' | 'filter' | 'column' | 'block' | 'pattern' | 'unstructured' | null;
  readonly block?: { readonly outputs: number; readonly inputs: number } | undefined;
  readonly kept?: number | undefined;
}

/** A model opened for one geometry on one device. `close` may be called while nothing is running. */
export interface RuntimeSession {
  readonly arithmetic: Arithmetic;
  /** Calls of `run` that may be open at a time; 1 when absent. */
  readonly slots?: number;
  /** Who computes, where that is another runtime than the one that was asked. */
  readonly servedBy?: Runtime['name'];
  /** What a person should know of how it runs: why another runtime took over. */
  readonly note?: string;
  /** Build of the program that computes and what it computes with: two that are equal give the same bits. */
  readonly build?: string;
  /**
   * Upscales one picture: fills `output` from `input`. Sizes must match the geometry; rounding is half up after
   * clamping to the code range.
   * @param onTimes told before this resolves, by a device that pictures travel to
   * @throws AppError `runtime-failed`
   */
  run(input: readonly Plane[], output: readonly Plane[], onTimes?: (times: DeviceTimes) => void): Promise<void>;
  close(): Promise<void>;
}

/** Where the time of one picture went on a device that it has to travel to, in milliseconds. */
export interface DeviceTimes {
  readonly waitMs: number;
  readonly sendMs: number;
  readonly computeMs: number;
  readonly receiveMs: number;
}

/** One way to execute models. `reference` is the slow exact definition; all others are compared with it. */
export interface Runtime {
  readonly name: 'reference' | 'onnx' | 'sparse' | 'webgpu' | 'phone';
  probe(): Promise<RuntimeProbe>;
  /** @throws AppError `model-unsupported` or `runtime-unavailable` */
  open(model: RuntimeModel, geometry: RuntimeGeometry, options?: RuntimeOptions): Promise<RuntimeSession>;
}

export interface RuntimeOptions {
  /** Threads of computation; the runtime's own choice when absent. */
  readonly threads?: number;
  /**
   * The runtime's own choice when absent: int8 for 8 bits where it computes the model faster that way, else as the
   * model's main file is. @throws AppError `model-unsupported` from `open` when model or runtime has no such
   */
  readonly arithmetic?: Arithmetic;
  /** Upper limit of input samples computed at once; larger pictures are tiled with a halo. For tests and small memories. */
  readonly maxTileSamples?: number;
}
