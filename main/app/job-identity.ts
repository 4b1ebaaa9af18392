import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fileIdentitySchema, identifyFile } from './file-identity.ts';
import type { CrewFacts } from './lane-crew.ts';
import type { Job } from './prepare-job.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** Everything that decides the output's bytes. */
export const jobIdentitySchema = z.strictObject({
  input: fileIdentitySchema,
  model: z.strictObject({ name: z.string(), sha256: z.string() }),
  runtime: z.string(),
  /** The runtime's own build and the instruction set it computes with; null where it does not say. */
  engine: z.string().nullable(),
  arithmetic: z.enum(['f32', 'f16', 'int8']),
  ffmpegVersion: z.string(),
  /** SHA-256 of what this encoder makes of a few known frames with the job's arguments; null where it makes nothing of them. */
  encoderSha256: z.string().nullable(),
  /** The output plan as JSON: sizes, formats, encoder and its arguments, trim, tracks, segment length. */
  plan: z.record(z.string(), z.unknown()),
});
export type JobIdentity = z.infer<typeof jobIdentitySchema>;

/** All that decides the output's bytes, for the journal. */
export async function identifyJob(
  { media, model, tools, plan }: Job,
  lane: CrewFacts,
  adapters: Pick<UpscaleAdapters, 'fingerprintEncoder'>,
): Promise<JobIdentity> {
  const bytes = lane.arithmetic === 'int8' ? (model.onnxInt8 ?? model.onnx) : model.onnx;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    input: await identifyFile(media.path),
    model: { name: model.name, sha256 },
    runtime: lane.name,
    engine: lane.build ?? null,
    arithmetic: lane.arithmetic,
    ffmpegVersion: tools.capabilities.version,
    encoderSha256: await adapters.fingerprintEncoder(tools, plan),
    // Notes are words for a person; the rest as JSON will have it when it is read back.
    plan: JSON.parse(JSON.stringify({ ...plan, notes: undefined })) as Record<string, unknown>,
  };
}
