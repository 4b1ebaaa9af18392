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
  const members: CrewMember[] = [];
  if (!device.startsWith('phone')) {
    const runtime = adapters.createRuntime(device);
    members.push({ name: 'this computer', open: () => openLane({ ...shared, runtime, arithmetic }) });
  }
  for (const { runtime, name, comesBack, note } of await adapters.findHelpers(device)) {
    members.push({
      name,
      open: (wanted) => openLane({ ...shared, runtime, arithmetic: wanted ?? arithmetic, name }),
      ...(comesBack === undefined ? {} : { comesBack }),
      ...(note === undefined ? {} : { note }),
    });
  }
  return LaneCrew.open(members, clock, (message) => onNotice?.({ message }));
}
