import { AppError } from '../../main/core/errors.ts';
import { keepAlive, openAdapter } from './dawn.ts';
import type { GpuFacts } from './dawn.ts';

/** How long a failed call waits for the news that its device is lost. */
const NEWS_MS = 1000;

/** An open GPU. */
export class GpuDevice {
  readonly facts: GpuFacts;
  readonly device: GPUDevice;
  readonly #lost: Promise<string>;
  readonly #release: () => void;

  private constructor(facts: GpuFacts, device: GPUDevice, release: () => void) {
    this.facts = facts;
    this.device = device;
    this.#release = release;
    this.#lost = device.lost.then(({ message, reason }) => message || reason);
  }

  /** @throws AppError `runtime-unavailable` */
  static async open({ name, backend }: Pick<GpuFacts, 'name' | 'backend'>): Promise<GpuDevice> {
    const opened = await openAdapter(name, backend);
    if (opened === null) throw new AppError('runtime-unavailable', `expected ${name} to open but it refused`);
    const { facts, adapter } = opened;
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    try {
      const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
      const letGo = keepAlive(device);
      const release = (): void => {
        letGo();
        opened.release();
      };
      return new GpuDevice(facts, device, release);
    } catch (error) {
      opened.release();
      const why = error instanceof Error ? error.message : String(error);
      throw new AppError('runtime-unavailable', `expected a device of ${name} but got: ${why}`, { cause: error });
    }
  }

  /** Bytes of the largest buffer that a shader may bind. */
  get largestBuffer(): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    return Math.min(maxBufferSize, maxStorageBufferBindingSize);
  }

  /** @returns why the device is lost, null while it is not; waits for the news where `failed` */
  async whyLost(failed: boolean): Promise<string | null> {
    let timer: NodeJS.Timeout | undefined;
    const wait = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, failed ? NEWS_MS : 0, null);
    });
    const why = await Promise.race([this.#lost, wait]);
    clearTimeout(timer);
    return why;
  }

  close(): void {
    this.device.destroy();
    this.#release();
  }
}
