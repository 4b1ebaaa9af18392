import { PACKED_VERSION, encodePackedNetwork } from '../../../../models/format/packed-network.ts';
import { CpuEngine, availableIsas, measurePeak } from '../../../../native-bridge/cpu/engine.ts';
import type { MeasuringDevice } from '../profile/measuring-device.ts';

/** Counts changes of the kernels' speed and of what a profile holds; older tables are measured again. */
const PROFILE_VERSION = 3;

/** @returns the key a profile is kept under: processor, instruction set and engine version */
export function cpuProfileKey(cpu: string): string {
  return `${cpu}, ${availableIsas()[0] ?? 'none'}, engine ${PACKED_VERSION}.${PROFILE_VERSION}`;
}

/** Rounds in which nothing slowed the processor that a measurement wants, and how many it waits for them at most. */
const QUIET_ROUNDS = 4;
const MOST_ROUNDS = 16;
/** A moment counts as quiet when the processor reaches this share of the best it ever showed. */
const QUIET_SHARE = 0.96;

/** The sparse engine on this processor: times of one thread, in processor time. */
export function openMeasuringCpu({ cpu, cores }: { readonly cpu: string; readonly cores: number }): MeasuringDevice {
  return {
    name: `${cpu}, ${cores} threads`,
    key: cpuProfileKey(cpu),
    driver: availableIsas()[0] ?? '',
    together: cores,
    // A third of the rows says as much of the time, and is measured thrice as often.
    size: { width: 640, height: 120 },
    measure: async (networks, { width, height }) => {
      const engines = networks.map((network) =>
        CpuEngine.open(encodePackedNetwork(network), { width, height, threads: 1, reuseStatic: false }),
      );
      const input = { data: Uint8Array.from({ length: width * height }, (_, i) => (i * 31) % 251), stride: width };
      const outputs = networks.map(({ scale }) => ({
        data: new Uint8Array(width * height * scale ** 2),
        stride: width * scale,
      }));
      const best = networks.map(() => Infinity);
      try {
        // They take turns, so that a slow moment meets all of them.
        for (let round = 0, quiet = 0; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round += 1) {
          let isQuiet = isUndisturbed();
          for (const [i, engine] of engines.entries()) {
            const before = process.cpuUsage();
            await engine.run([input], [outputs[i]!]);
            const { user, system } = process.cpuUsage(before);
            best[i] = Math.min(best[i]!, (user + system) / 1000);
            isQuiet = isUndisturbed() && isQuiet;
          }
          if (isQuiet) quiet += 1;
        }
      } finally {
        for (const engine of engines) await engine.close();
      }
      return best;
    },
    close: () => Promise.resolve(),
  };
}

let bestPeak = 0;

/** Whether the processor is now as fast as it ever was: other work, on the same core's other thread too, slows it. */
function isUndisturbed(): boolean {
  const [isa = ''] = availableIsas();
  if (bestPeak === 0) bestPeak = measurePeak(isa, 200).f32;
  const now = measurePeak(isa, 1).f32;
  bestPeak = Math.max(bestPeak, now);
  return now >= QUIET_SHARE * bestPeak;
}
