/**
 * Three lanes of different speed at once over the sum of what each does alone: two that wait as long as a device would
 * compute, and a stand-in phone over a real adb server on a line of 5 MB/s. Run alone: node test/bench/tandem-lanes.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrewMember } from '../../main/app/lane-crew.ts';
import { openStage } from '../helpers/phone/stand-in.ts';
import { ownMember, phoneMember, startJob } from '../helpers/phone/tandem-job.ts';
import { withTrainingsPaused } from './pause-trainings.ts';

const WARM_UP_MS = 2000;
const MEASURED_MS = 8000;

/** Frames a second once warm, and each lane's share of them. */
async function measure(members: readonly CrewMember[]) {
  const job = await startJob(members);
  await sleep(WARM_UP_MS);
  const from = job.rows.length;
  const startMs = performance.now();
  await sleep(MEASURED_MS);
  const rows = job.rows.slice(from);
  const framesPerSecond = rows.length / ((performance.now() - startMs) / 1000);
  const { isInOrder, isSame } = await job.finish();
  if (!isInOrder || !isSame) throw new Error('expected every frame once, in order, with the same bits');
  const shares = Object.fromEntries(
    members.map(({ name }) => [name, rows.filter(({ lane }) => lane === name).length / rows.length]),
  );
  return { framesPerSecond, shares };
}

export async function benchTandemLanes(): Promise<object[]> {
  return withTrainingsPaused(async () => {
    const stage = await openStage();
    try {
      const phone = await stage.addPhone({ bytesPerSecond: 1.5e6 });
      await phone.plug();
      const members = [ownMember(12, 'quick'), ownMember(70, 'slow'), phoneMember(stage, phone)];
      const rows: object[] = [];
      let sum = 0;
      for (const member of members) {
        const { framesPerSecond } = await measure([member]);
        sum += framesPerSecond;
        rows.push({ lanes: member.name, framesPerSecond });
      }
      const { framesPerSecond, shares } = await measure(members);
      rows.push({ lanes: 'all three', framesPerSecond, overSum: framesPerSecond / sum, shares });
      return rows;
    } finally {
      await stage.close();
    }
  });
}

if (import.meta.main) console.table(await benchTandemLanes());
