import { z } from 'zod';
import { clipErrorSchema, clipSettingsSchema, CLIP_STATES } from '../../contract/app-messages.ts';
import { clipFactsSchema } from '../../contract/engine-messages.ts';
import { upscaleResultSchema } from '../../contract/messages.ts';

/** One clip of the queue as it is kept on disk. */
export const queueClipSchema = z.strictObject({
  id: z.string(),
  path: z.string(),
  sizeBytes: z.number(),
  settings: clipSettingsSchema,
  state: z.enum(CLIP_STATES),
  /** `null` until it was probed. */
  facts: clipFactsSchema.nullable(),
  hasThumbnail: z.boolean(),
  error: clipErrorSchema.nullable(),
  result: upscaleResultSchema.nullable(),
});
export type QueueClip = z.infer<typeof queueClipSchema>;

export const queueContentSchema = z.strictObject({ format: z.literal(1), clips: z.array(queueClipSchema) });
