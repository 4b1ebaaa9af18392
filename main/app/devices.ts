/** Use case: what this computer can upscale with. */
import { openAdbHost } from '../adapters/phone/adb-host.ts';
import { surveyPhones } from '../adapters/phone/phone-state.ts';
import type { PhoneStatus } from '../adapters/phone/phone-state.ts';
import { findGpus } from '../adapters/runtimes/webgpu/find-gpus.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { describeHardware } from '../adapters/system/hardware.ts';

export interface Device {
  /** What `--device` takes. */
  readonly device: string;
  readonly kind: 'cpu' | 'gpu';
  readonly name: string;
  /** Who drives it: instruction sets, or Dawn's back end and the driver. */
  readonly driver: string;
  /** Computed on the CPU: used only when asked for by name. */
  readonly isSoftware: boolean;
}

export interface DeviceList {
  readonly devices: readonly Device[];
  /** Each phone with its state; one entry without a serial where there is none. */
  readonly phones: readonly PhoneStatus[];
  /** What is missing, as sentences. */
  readonly notes: readonly string[];
}

/** The CPU, every GPU that Dawn can use, and the phones that adb sees. */
export async function listDevices(): Promise<DeviceList> {
  const [engine, { missing, gpus }, phones] = await Promise.all([
    createSparseRuntime().probe(),
    findGpus(),
    surveyPhones(openAdbHost),
  ]);
  const driver = engine.ok ? engine.description : 'onnxruntime';
  const cpu: Device = { device: 'cpu', kind: 'cpu', name: describeHardware().cpu, driver, isSoftware: false };
  const notes = [engine.ok ? null : engine.message, missing].filter((note) => note !== null);
  const listed = gpus.map(({ name, backend, description, isSoftware }): Device => ({
    device: `gpu:${name}`,
    kind: 'gpu',
    name,
    driver: `${backend}, ${description}`,
    isSoftware,
  }));
  return { devices: [cpu, ...listed], phones, notes };
}
