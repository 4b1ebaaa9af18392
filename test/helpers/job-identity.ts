import type { JobIdentity } from '../../main/app/job-identity.ts';

/** Of a job that never was. */
export function makeIdentity(more: Partial<JobIdentity> = {}): JobIdentity {
  return {
    input: { path: '/clip.mp4', sizeBytes: 1, modifiedMs: 1, sampledSha256: '1' },
    model: { name: 'm', sha256: '1' },
    runtime: 'sparse',
    engine: '1',
    arithmetic: 'f32',
    ffmpegVersion: '5.1',
    encoderSha256: '1',
    plan: { segmentFrames: 5 },
    ...more,
  };
}
