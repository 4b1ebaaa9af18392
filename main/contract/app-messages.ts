import { z } from 'zod';
import { ERROR_CODES } from '../core/errors.ts';
import { clipFactsSchema, comparedSchema, describedSchema, DEVICE_KINDS, timingSchema } from './engine-messages.ts';
import { LONGEST_NAME, MOST_CLIPS } from './limits.ts';
import { CODEC_CHOICES, PRESETS } from '../core/codecs.ts';
import { ARITHMETICS, jobDeviceSchema, progressSchema, sizeSchema, upscaleResultSchema } from './messages.ts';

/**
 * What crosses between the app and its page. The page never sees a path it was not given: files are named by ids that
 * the app handed out, places by words for people.
 */

const id = z.string().regex(/^[\w-]{1,64}$/);
const name = z.string().min(1).max(LONGEST_NAME);
const seconds = z.number().nonnegative().max(1e7);

export const idSchema = id;
export const clipIdsSchema = z.array(id).max(MOST_CLIPS);

/** `factor` enlarges so many times, `height` to so many lines. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model') }),
  z.strictObject({ kind: z.literal('factor'), factor: z.int().min(2).max(8) }),
  z.strictObject({ kind: z.literal('height'), height: z.int().min(16).max(17280) }),
]);
export type Target = z.infer<typeof targetSchema>;

export const CONTAINERS = ['auto', 'mp4', 'mkv', 'mov'] as const;

export const clipSettingsSchema = z.strictObject({
  target: targetSchema,
  /** A name of the zoo or the id of a model that was added; `null` takes the default. */
  model: name.nullable(),
  /** `auto` takes what is switched on. */
  device: jobDeviceSchema,
  /** `null` takes int8 for 8 bits where the model has it and the engine runs it. */
  arithmetic: z.enum(ARITHMETICS).nullable(),
  codec: z.enum(CODEC_CHOICES),
  crf: z.number().min(0).max(51),
  preset: z.enum(PRESETS),
  container: z.enum(CONTAINERS),
  fromSeconds: seconds.nullable(),
  toSeconds: seconds.nullable(),
  overwrite: z.boolean(),
});
export type ClipSettings = z.infer<typeof clipSettingsSchema>;

export const CLIP_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const;

export const clipErrorSchema = z.strictObject({ code: z.enum(ERROR_CODES), message: z.string() });

export const clipResultSchema = upscaleResultSchema
  .omit({ inputPath: true, outputPath: true })
  .extend({ outputName: z.string() });
export type ClipResult = z.infer<typeof clipResultSchema>;

export const clipSchema = z.strictObject({
  id,
  name: z.string(),
  /** Folder in words for people. */
  place: z.string(),
  sizeBytes: z.number(),
  settings: clipSettingsSchema,
  state: z.enum(CLIP_STATES),
  facts: clipFactsSchema.nullable(),
  hasThumbnail: z.boolean(),
  error: clipErrorSchema.nullable(),
  result: clipResultSchema.nullable(),
});
export type Clip = z.infer<typeof clipSchema>;

const presetSchema = z.strictObject({ name: z.string().trim().min(1).max(80), settings: clipSettingsSchema });

export const LANGUAGES = ['en', 'de'] as const;
export const THEMES = ['system', 'light', 'dark'] as const;
export const AT_END = ['nothing', 'notify', 'sleep', 'shutdown'] as const;

export const settingsSchema = z.strictObject({
  language: z.enum(LANGUAGES),
  theme: z.enum(THEMES),
  atEnd: z.enum(AT_END),
  /** What new clips start with. */
  clip: clipSettingsSchema,
  /** Ids of the devices that are switched on. */
  devices: z.array(jobDeviceSchema).max(50).default(['cpu']),
  presets: z.array(presetSchema).max(100),
});
export type Settings = z.infer<typeof settingsSchema>;

export const orderSchema = z.strictObject({ clipIds: clipIdsSchema, isRunning: z.boolean() });

export const entrySchema = z.strictObject({
  fileId: id,
  name: z.string(),
  kind: z.enum(['folder', 'video', 'image', 'model', 'other']),
  sizeBytes: z.number(),
});
export type Entry = z.infer<typeof entrySchema>;

export const listingSchema = z.strictObject({
  folderId: id,
  place: z.string(),
  parentId: id.nullable(),
  entries: z.array(entrySchema),
  /** Entries beyond what a page can show. */
  leftOut: z.int(),
});
export type Listing = z.infer<typeof listingSchema>;

export const planSchema = z.strictObject({
  described: describedSchema.omit({ outputPath: true }),
  outputName: z.string(),
  /** From jobs or trials that ran here before with this model; `null` when there was none. */
  expectedSeconds: z.number().nullable(),
  expectedBytes: z.number().nullable(),
  /** How many jobs the expectation comes from; 0 where it was tried on some seconds. */
  basis: z.int(),
});
export type Plan = z.infer<typeof planSchema>;

/** `mediaId` is fetched under `media/<id>`. */
export const previewSchema = z.strictObject({
  beforeId: id,
  afterId: id,
  before: sizeSchema,
  after: sizeSchema,
  ptsSeconds: z.number(),
  renderMs: z.number(),
  runtime: z.string(),
  toneMapped: z.boolean(),
});
export type Preview = z.infer<typeof previewSchema>;

export const playableSchema = z.strictObject({
  mediaId: id,
  mimeType: z.string(),
  /** The file itself cannot be shown by a browser: this is a smaller copy made to look at. */
  isProxy: z.boolean(),
});
export type Playable = z.infer<typeof playableSchema>;

export const sideBySideSchema = z.strictObject({
  before: playableSchema,
  after: playableSchema,
  seconds: z.number(),
  framesPerSecond: z.number(),
});
export type SideBySide = z.infer<typeof sideBySideSchema>;

export const modelSchema = z.strictObject({
  id: name,
  name: z.string(),
  scale: z.int(),
  colour: z.enum(['y', 'rgb']),
  parameters: z.int(),
  keptMacs720p: z.number().nullable(),
  denseMacs720p: z.number().nullable(),
  /** PSNR in dB by set, where it was measured. */
  quality: z.array(z.strictObject({ set: z.string(), psnrY: z.number(), ssimY: z.number().nullable() })),
  isOwn: z.boolean(),
  /** Found by a search here. */
  isSearched: z.boolean().default(false),
});
export type ModelFacts = z.infer<typeof modelSchema>;

export const deviceSchema = z.strictObject({
  /** What a clip's `device` takes; `null` where there is nothing to choose. */
  id: z.string().nullable(),
  kind: z.enum(DEVICE_KINDS),
  name: z.string(),
  state: z.enum(['ready', 'busy', 'unavailable']),
  note: z.string(),
});
export type Device = z.infer<typeof deviceSchema>;

/** Files compared with a reference; page and table are fetched under `media/<id>`. */
export const comparisonSchema = z.strictObject({
  rows: z.array(comparedSchema),
  pageId: id,
  csvId: id,
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const pairingSchema = z.strictObject({
  /** Rows of a code for the phone's camera, `1` is dark. */
  squares: z.array(z.string()),
});

export const snapshotSchema = z.strictObject({
  version: z.string(),
  shell: z.enum(['web', 'electron']),
  /** False where files can only be dropped or uploaded. */
  canBrowse: z.boolean(),
  canPick: z.boolean(),
  canReveal: z.boolean(),
  /** What went wrong while the app was opened, in sentences. */
  notices: z.array(z.string()),
  clips: z.array(clipSchema),
  isRunning: z.boolean(),
  running: z
    .strictObject({
      clipId: id,
      progress: progressSchema.nullable(),
      timings: z.array(timingSchema),
      /** Why it is held; `null` while it goes on. */
      pause: z.string().nullable(),
    })
    .nullable(),
  settings: settingsSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;
