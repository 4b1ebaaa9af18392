import { splitDevices } from '../contract/messages.ts';
import type { Clock } from '../core/clock.ts';
import type { WorkContext } from './job-context.ts';
import { LaneCrew } from './lane-crew.ts';
import type { CrewMember } from './lane-crew.ts';
import { openLane } from './open-lane.ts';
import type { Job } from './prepare-job.ts';

/** Opens the model on every device that the request names: this computer's own first, then what helps it. */
export async function openCrew(
  { request, model, plan, threads }: Job,
  context: WorkContext,
  clock: Clock,
): Promise<LaneCrew> {
  const { adapters, gate, onNotice } = context;
  const { device, arithmetic } = request;
  const shared = { model, plan, threads, clock, gate, makeResampler: adapters.makeResampler };
  const parts = splitDevices(device);
  const isAlone = parts.length === 1;
  const own = parts.filter((part) => !part.startsWith('phone'));
  const members: CrewMember[] = own.map((part) => {
    const runtime = adapters.createRuntime(part);
    const open: CrewMember['open'] = (wanted) => openLane({ ...shared, runtime, arithmetic: wanted ?? arithmetic });
    return { name: isAlone ? 'this computer' : part, open };
  });
  for (const part of parts) {
    const found = await adapters.findHelpers(part).catch((error: unknown) => {
      if (isAlone) throw error;
      // One of several that is not there leaves the job to the others.
      const open = (): never => {
        throw error;
      };
      members.push({ name: part, open });
      return [];
    });
    for (const { runtime, name, comesBack, note } of found) {
      members.push({
        name,
        open: (wanted) => openLane({ ...shared, runtime, arithmetic: wanted ?? arithmetic, name }),
        ...(comesBack === undefined ? {} : { comesBack }),
        ...(note === undefined ? {} : { note }),
      });
    }
  }
  return LaneCrew.open(members, clock, (message) => onNotice?.({ message }));
}
