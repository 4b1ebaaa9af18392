/** A stand-in phone behind a real adb server: what most tests of phones begin with. */
import { startAdbServer } from './adb-server.ts';
import type { TestAdbServer } from './adb-server.ts';
import { FakeAdbd } from './fake-adbd.ts';
import type { FakeAdbdOptions } from './fake-adbd.ts';
import { buildPhoneClasses, makeJvmPhone } from './jvm-phone.ts';
import type { JvmPhone, PhoneCode } from './jvm-phone.ts';
import { openAdbHost } from '../../../main/adapters/phone/adb-host.ts';
import type { AdbHost } from '../../../main/adapters/phone/adb-host.ts';

export interface StandIn {
  readonly jvm: JvmPhone;
  readonly adbd: FakeAdbd;
  /** Puts the plug in and waits until the server lists the phone, in that state. */
  plug(state?: string): Promise<void>;
}

export interface StandInStage {
  readonly server: TestAdbServer;
  readonly host: AdbHost;
  addPhone(options?: Omit<FakeAdbdOptions, 'folder'> & { readonly code?: PhoneCode }): Promise<StandIn>;
  close(): Promise<void>;
}

export async function openStage(): Promise<StandInStage> {
  const server = await startAdbServer();
  const host = await openAdbHost({ ...process.env, ANDROID_ADB_SERVER_PORT: String(server.port) });
  const phones: StandIn[] = [];
  return {
    server,
    host,
    addPhone: async ({ code = 'java', ...options } = {}) => {
      const jvm = makeJvmPhone(await buildPhoneClasses(code), options.model);
      const adbd = new FakeAdbd({ ...options, folder: jvm.folder });
      const plug = async (state = 'device'): Promise<void> => {
        await adbd.plug();
        await server.attach(adbd);
        await waitFor(async () => (await host.list()).some((d) => d.serial === adbd.serial && d.type === state));
      };
      const phone = { jvm, adbd, plug };
      phones.push(phone);
      return phone;
    },
    close: async () => {
      for (const { adbd } of phones) await adbd.unplug();
      await server.stop();
      for (const { jvm } of phones) jvm.remove();
    },
  };
}

export async function waitFor(holds: () => Promise<boolean> | boolean, timeoutMs = 20_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('expected it to come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
