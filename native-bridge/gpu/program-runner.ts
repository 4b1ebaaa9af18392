import { AppError } from '../../main/core/errors.ts';
import type { Plane } from '../../main/core/frame.ts';
import { readPicture, writePicture } from '../../models/format/program-picture.ts';
import { pictureBytes } from '../../models/format/program.ts';
import type { Program, ProgramBinding, ProgramBuffer } from '../../models/format/program.ts';

/** Pictures on their way at a time: one is sent, one computed, one fetched. */
export const FRAMES_IN_FLIGHT = 3;

/** Where the time of one picture went. */
export interface ProgramTimes {
  /** Copying rows into the device's queue. */
  readonly sendMs: number;
  /** From submission until the output could be read: computing, and waiting behind the pictures before. */
  readonly computeMs: number;
  /** Copying rows out. */
  readonly receiveMs: number;
}

/** What one picture in flight has for itself; all that lies between source and target is shared. */
interface Slot {
  readonly staging: Uint8Array<ArrayBuffer>;
  readonly source: GPUBuffer;
  readonly target: GPUBuffer;
  readonly fetched: GPUBuffer;
  readonly groups: readonly GPUBindGroup[];
}

/** A program on a device: pipelines, buffers, and pictures in flight. Knows no layer. */
export class ProgramRunner {
  readonly #device: GPUDevice;
  readonly #program: Program;
  readonly #pipelines: readonly GPUComputePipeline[];
  readonly #slots: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  readonly #owned: readonly GPUBuffer[];

  private constructor(device: GPUDevice, program: Program, pipelines: readonly GPUComputePipeline[]) {
    this.#device = device;
    this.#program = program;
    this.#pipelines = pipelines;
    const shared = program.buffers.map((buffer) => makeBuffer(device, buffer));
    this.#slots = Array.from({ length: FRAMES_IN_FLIGHT }, () => this.#makeSlot(shared));
    const ofSlots = this.#slots.flatMap(({ source, target, fetched }) => [source, target, fetched]);
    this.#owned = [...shared.filter((buffer) => buffer !== null), ...ofSlots];
  }

  /** @throws AppError `model-unsupported` when the device refuses a shader or a buffer */
  static async open(device: GPUDevice, program: Program): Promise<ProgramRunner> {
    if (program.language !== 'wgsl') throw new TypeError(`expected a program in WGSL but got ${program.language}`);
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    let runner: ProgramRunner | null = null;
    let thrown: unknown;
    try {
      runner = new ProgramRunner(device, program, await makePipelines(device, program));
    } catch (error) {
      thrown = error;
    }
    const refused = (await device.popErrorScope()) ?? (await device.popErrorScope());
    if (runner !== null && refused === null) return runner;
    runner?.close();
    const why = refused?.message ?? (thrown instanceof Error ? thrown.message : String(thrown));
    throw new AppError('model-unsupported', `expected a program that the GPU takes but it refused: ${why}`, {
      cause: thrown,
    });
  }

  /** Fills `output` from `input`. Calls beyond {@link FRAMES_IN_FLIGHT} wait for a slot. */
  async run(input: readonly Plane[], output: readonly Plane[]): Promise<ProgramTimes> {
    const slot = this.#slots.pop() ?? (await new Promise<Slot>((resolve) => this.#waiting.push(resolve)));
    try {
      const startMs = performance.now();
      this.#submit(slot, input);
      const sentMs = performance.now();
      await slot.fetched.mapAsync(GPUMapMode.READ);
      const doneMs = performance.now();
      readPicture(new Uint8Array(slot.fetched.getMappedRange()), this.#program.target, output);
      slot.fetched.unmap();
      return { sendMs: sentMs - startMs, computeMs: doneMs - sentMs, receiveMs: performance.now() - doneMs };
    } finally {
      const next = this.#waiting.shift();
      if (next) next(slot);
      else this.#slots.push(slot);
    }
  }

  /** @returns milliseconds of one picture's dispatches, the mean of `rounds` submitted at once */
  async time(rounds: number): Promise<number> {
    const [slot] = this.#slots;
    if (slot === undefined) throw new Error('expected no picture in flight while timing');
    const startMs = performance.now();
    const encoder = this.#device.createCommandEncoder();
    for (let i = 0; i < rounds; i += 1) this.#encode(encoder, slot);
    this.#device.queue.submit([encoder.finish()]);
    await this.#device.queue.onSubmittedWorkDone();
    return (performance.now() - startMs) / rounds;
  }

  close(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }

  #submit({ staging, source, ...slot }: Slot, input: readonly Plane[]): void {
    writePicture(input, this.#program.source, staging);
    this.#device.queue.writeBuffer(source, 0, staging);
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, slot);
    encoder.copyBufferToBuffer(slot.target, 0, slot.fetched, 0, slot.fetched.size);
    this.#device.queue.submit([encoder.finish()]);
  }

  #encode(encoder: GPUCommandEncoder, { groups }: Pick<Slot, 'groups'>): void {
    const pass = encoder.beginComputePass();
    this.#program.dispatches.forEach((dispatch, i) => {
      pass.setPipeline(this.#pipelines[i]!);
      pass.setBindGroup(0, groups[i]);
      pass.dispatchWorkgroups(...dispatch.groups);
    });
    pass.end();
  }

  #makeSlot(shared: readonly (GPUBuffer | null)[]): Slot {
    const device = this.#device;
    const { source, target, dispatches, buffers } = this.#program;
    const [sent, received] = [pictureBytes(source), pictureBytes(target)];
    const own = {
      source: device.createBuffer({ size: sent, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }),
      target: device.createBuffer({ size: received, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC }),
      fetched: device.createBuffer({ size: received, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST }),
    };
    const bufferOf = (i: number): GPUBuffer => shared[i] ?? (buffers[i]!.role === 'source' ? own.source : own.target);
    const groups = dispatches.map(({ bindings }, i) =>
      device.createBindGroup({
        layout: this.#pipelines[i]!.getBindGroupLayout(0),
        entries: bindings.map(({ slot, buffer }) => ({ binding: slot, resource: { buffer: bufferOf(buffer) } })),
      }),
    );
    return { ...own, staging: new Uint8Array(sent), groups };
  }
}

/** Hidden and constant buffers; each picture in flight has its own source and target. */
function makeBuffer(device: GPUDevice, { role, kind, bytes, data }: ProgramBuffer): GPUBuffer | null {
  if (role === 'source' || role === 'target') return null;
  const usage = (kind === 'uniform' ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE) | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: bytes, usage });
  if (data) device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** One pipeline for each dispatch; dispatches of one shader and the same bindings share it. */
async function makePipelines(device: GPUDevice, program: Program): Promise<GPUComputePipeline[]> {
  const modules = program.shaders.map((code) => device.createShaderModule({ code }));
  const made = new Map<string, Promise<GPUComputePipeline>>();
  const all = program.dispatches.map(({ shader, bindings }) => {
    const key = JSON.stringify([shader, bindings.map(({ slot, kind }) => [slot, kind])]);
    const known = made.get(key) ?? makePipeline(device, modules[shader]!, bindings);
    made.set(key, known);
    return known;
  });
  return Promise.all(all);
}

const LAYOUT_TYPES = {
  read: 'read-only-storage',
  write: 'storage',
  'read-write': 'storage',
  uniform: 'uniform',
} as const satisfies Record<ProgramBinding['kind'], GPUBufferBindingType>;

function makePipeline(
  device: GPUDevice,
  module: GPUShaderModule,
  bindings: readonly ProgramBinding[],
): Promise<GPUComputePipeline> {
  const entries = bindings.map(({ slot, kind }) => ({
    binding: slot,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: LAYOUT_TYPES[kind] },
  }));
  const layout = device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] });
  return device.createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } });
}
