import { describe, expect, it } from 'vitest';
import { describeNeed, guessFrameBytes, guessTrackBytes, spoolBytes } from '../../../main/app/estimate-bytes.ts';
import type { MediaInfo } from '../../../main/core/media.ts';
import type { OutputPlan } from '../../../main/core/output-plan.ts';

const picture = { pixelFormat: 'yuv420p', width: 1280, height: 720, codedWidth: 1280, codedHeight: 720 };

function makePlan(crf: number, tracks: readonly Partial<OutputPlan['tracks'][number]>[] = []): OutputPlan {
  return { picture, encoder: { crf }, tracks, segmentFrames: 120 } as unknown as OutputPlan;
}

describe('what a job will write', () => {
  it('is less at a worse quality and most without loss', () => {
    const bytes = [0, 10, 16, 22].map((crf) => guessFrameBytes(makePlan(crf)));
    expect(bytes[0]!).toBeGreaterThan(bytes[1]!);
    expect([bytes[1]! / bytes[2]!, bytes[2]! / bytes[3]!]).toEqual([2, 2]);
  });

  it('counts the tracks that come along by what they hold, and no more than the source has', () => {
    const media = (sizeBytes: number) =>
      ({
        sizeBytes,
        tracks: [
          { index: 1, codec: 'aac' },
          { index: 2, codec: 'pcm_s24le' },
        ],
      }) as unknown as MediaInfo;
    const stereo = makePlan(16, [{ index: 1, kind: 'audio', action: 'copy' }]);
    const studio = makePlan(16, [{ index: 2, kind: 'audio', action: 'copy' }]);
    const none = makePlan(16, [{ index: 1, kind: 'audio', action: 'drop' }]);
    expect([none, stereo, studio].map((plan) => guessTrackBytes(media(1e9), plan, 100))).toEqual([0, 8e6, 75e6]);
    expect(guessTrackBytes(media(1e6), studio, 100)).toBe(1e6);
  });

  it('counts two segments of pictures for the spool', () => {
    expect(spoolBytes(makePlan(16))).toBe(2 * 120 * 1280 * 720 * 1.5);
  });

  it('is said in one sentence where it may not fit', () => {
    const need = { bytes: 1.5e9, spoolBytes: 2e8 };
    expect(describeNeed(need, 1.5e9, 0)).toBeNull();
    expect(describeNeed(need, 1e9, 0)).toBe(
      'The job may need about 1.5 GB beside the output (up to 200.0 MB of it while it runs, for pictures of the open segment where the model is slow), where 1.0 GB are free; when there is no room it pauses and says so.',
    );
    expect(describeNeed(need, 1e9, 240)).toMatch(/^The rest of the job may need about 1\.5 GB beside/);
  });
});
