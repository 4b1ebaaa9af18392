import { z } from 'zod';
import { sizeSchema, upscaleRequestSchema } from './messages.ts';
import { LONGEST_NAME } from './limits.ts';

/** What the engine is asked beside jobs: facts of a clip, pictures of one frame, files a browser can play. */

const path = z.string().min(1).max(LONGEST_NAME);
const seconds = z.number().nonnegative();

/** What is known of a job before it starts. */
export const describedSchema = z.strictObject({
  outputPath: z.string(),
  from: sizeSchema,
  to: sizeSchema,
  /** Whole number: the model's. */
  scale: z.int(),
  model: z.string(),
  durationSeconds: z.number().nullable(),
  /** Frames that will be made; `null` where the container does not say. */
  totalFrames: z.int().nullable(),
  framesPerSecond: z.number().nullable(),
  codec: z.string(),
  pixelFormat: z.string(),
  hdr: z.enum(['none', 'pq', 'hlg', 'dolby-vision']),
  /** One word group for each other track: `audio aac eng`. */
  tracks: z.array(z.string()),
  /** One sentence for each thing that deviates from the source. */
  notes: z.array(z.string()),
});
export type Described = z.infer<typeof describedSchema>;

export const previewRequestSchema = z.strictObject({ job: upscaleRequestSchema, atSeconds: seconds, folder: path });

/** One frame before and after, as PNG files. */
export const previewPicturesSchema = z.strictObject({
  beforePath: z.string(),
  afterPath: z.string(),
  before: sizeSchema,
  after: sizeSchema,
  ptsSeconds: z.number(),
  /** From the request to the files. */
  renderMs: z.number(),
  runtime: z.string(),
  /** The picture is HDR and was tone-mapped to be shown. */
  toneMapped: z.boolean(),
});
export type PreviewPictures = z.infer<typeof previewPicturesSchema>;

export const clipFactsSchema = z.strictObject({
  width: z.int(),
  height: z.int(),
  durationSeconds: z.number().nullable(),
  framesPerSecond: z.number().nullable(),
  codec: z.string(),
  pixelFormat: z.string(),
  hdr: describedSchema.shape.hdr,
  tracks: z.array(z.string()),
});
export type ClipFacts = z.infer<typeof clipFactsSchema>;

export const thumbnailRequestSchema = z.strictObject({
  inputPath: path,
  /** Where a small JPEG of the clip goes. */
  outputPath: path,
});

export const proxyRequestSchema = z.strictObject({
  inputPath: path,
  outputPath: path,
  fromSeconds: seconds.nullable(),
  seconds: seconds.nullable(),
});

export const inspectedModelSchema = z.strictObject({
  name: z.string(),
  scale: z.int(),
  colour: z.enum(['y', 'rgb']),
  parameters: z.int(),
  macs720p: z.number().nullable(),
});

/** One line of `tandem doctor`. */
export const examinedSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['ok', 'missing', 'absent']),
  found: z.string(),
  advice: z.string(),
});

const milliseconds = z.number().nonnegative();

/** Where time went in the last second or so. */
export const timingSchema = z.strictObject({
  atSeconds: seconds,
  frames: z.int(),
  framesPerSecond: z.number(),
  /** Mean per frame in this slice, by stage. */
  meanMs: z.record(z.string(), milliseconds),
  /** Of a frame's whole way through the lane and its waits, over the last frames. */
  p50: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
  /** Frames of this slice by lane. */
  lanes: z.record(z.string(), z.int()),
});
export type Timing = z.infer<typeof timingSchema>;

export const DEVICE_KINDS = ['cpu', 'gpu', 'phone'] as const;

/** What a clip can be upscaled with, or a phone with what to do about it. */
export const surveyedSchema = z.strictObject({
  /** What a job's `device` takes; `null` where there is nothing to choose. */
  device: z.string().nullable(),
  kind: z.enum(DEVICE_KINDS),
  name: z.string(),
  isReady: z.boolean(),
  /** One sentence or word group for a person. */
  note: z.string(),
});

const phoneModelSchema = z.strictObject({
  model: z.string(),
  arithmetic: z.string(),
  isGood: z.boolean(),
  refusal: z.string().nullable(),
  milliseconds: z.number(),
});

/** A phone's GPU against this CPU, and the way there. */
export const phoneTestSchema = z.strictObject({
  name: z.string(),
  gpu: z.string(),
  upMBps: z.number(),
  downMBps: z.number(),
  latencyMs: z.number(),
  models: z.array(phoneModelSchema),
  /** For 640x360 to 1280x720; `null` where no model was right. */
  framesPerSecond: z.number().nullable(),
  limit: z.enum(['link', 'compute']).nullable(),
});

export const comparePairsSchema = z.strictObject({
  referencePath: path,
  candidatePaths: z.array(path).min(1).max(20),
  align: z.boolean(),
  msSsim: z.boolean(),
  pagePath: path,
  csvPath: path,
});

/** A candidate against its reference, without its frames. */
export const comparedSchema = z.strictObject({
  candidate: z.string(),
  width: z.int(),
  height: z.int(),
  frames: z.int(),
  psnrY: z.number(),
  psnrRgb: z.number().nullable(),
  ssimY: z.number(),
  msSsimY: z.number().nullable(),
  isEqual: z.boolean(),
  aligned: z.array(z.string()),
  /** dB by frame, at most some hundreds of points; `null` where nothing differs. */
  curve: z.array(z.number().nullable()),
  worst: z.array(z.int()),
});
