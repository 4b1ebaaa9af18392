import { compileProgram } from '../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../models/compiler/backends/shader/glsl.ts';
import { PROGRAM_VERSION, pictureBytes } from '../../../../models/format/program.ts';
import type { AdbPhone } from '../../phone/adb-host.ts';
import { openPhoneSession } from '../../phone/phone-session.ts';
import { chooseSize } from '../profile/measuring-device.ts';
import type { MeasuringDevice } from '../profile/measuring-device.ts';
import { typicalNetwork } from '../profile/profile-network.ts';

const ROUNDS = 5;

/**
 * Compiled programs on a phone's GPU: times as the phone tells them, from the picture in its memory to the result there.
 * @throws AppError `runtime-unavailable`, `runtime-failed`
 */
export async function openMeasuringPhone(phone: AdbPhone): Promise<MeasuringDevice> {
  const session = await openPhoneSession(phone);
  const { link } = session;
  const measure: MeasuringDevice['measure'] = async (networks, size) => {
    const times: number[] = [];
    for (const network of networks) {
      const program = compileProgram(network, { dialect: glsl, ...size });
      await link.load(program);
      const input = Uint8Array.from({ length: pictureBytes(program.source) }, (_, i) => (i * 31) % 251);
      const output = new Uint8Array(pictureBytes(program.target));
      // The first picture also pays for what the driver puts off until then.
      await link.run(input, output, 'plain');
      let best = Infinity;
      for (let i = 0; i < ROUNDS; i++) best = Math.min(best, (await link.run(input, output, 'plain')).computeMs);
      times.push(best);
    }
    return times;
  };
  try {
    const told = (name: string): string => link.report.get(name) ?? '?';
    const size = await chooseSize(measure, typicalNetwork('f32'));
    return {
      name: `${told('model')} (${phone.serial}), ${told('gpu')}`,
      key: `${told('model')}, ${told('gpu')}, ${told('driver')}, programs ${PROGRAM_VERSION}`,
      driver: `${told('gpu')}, ${told('driver')}`,
      together: 1,
      size,
      measure,
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
