import { z } from 'zod';
import { CODEC_CHOICES, PRESETS } from '../core/codecs.ts';
import { DEINTERLACING } from '../core/fields.ts';
import { ERROR_CODES } from '../core/errors.ts';
import { STAGE_NAMES } from '../core/stats.ts';
import { LONGEST_NAME } from './limits.ts';

/** What crosses between a shell and the engine. Paths are absolute; times are seconds unless a name says otherwise. */

const seconds = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** `phone:SERIAL` names one of several phones, `gpu:NAME` a GPU by part of its name. */
export const DEVICES = ['auto', 'cpu', 'gpu', 'phone', 'all', 'reference'] as const;
const DEVICE_PATTERN = /^(?:auto|cpu|all|reference|phone(?::\S+)?|gpu(?::.+)?)$/;

/** Devices that compute a job together are joined by `+`: `cpu+gpu:NAME+phone:SERIAL`. */
export function splitDevices(device: string): string[] {
  return device.split(/\+(?=(?:cpu|gpu|phone)(?:[:+]|$))/);
}

/** Whether a job's `device` may be this. */
export function isDevice(text: string): boolean {
  const parts = splitDevices(text);
  const areDifferent = new Set(parts).size === parts.length;
  const canBeJoined = parts.length === 1 || parts.every((part) => /^(?:cpu|gpu|phone)(?::|$)/.test(part));
  return areDifferent && canBeJoined && parts.every((part) => DEVICE_PATTERN.test(part));
}

/** What a job is computed by. */
export const jobDeviceSchema = z
  .string()
  .max(LONGEST_NAME)
  .refine(isDevice, 'expected devices of this computer or phones');
/** What a job may be computed in; one for the whole of it. */
export const ARITHMETICS = ['int8', 'f32', 'f16'] as const;
/** Which of a scale's models. */
export const QUALITIES = ['fast', 'balanced', 'fine', 'video'] as const;
export type Quality = (typeof QUALITIES)[number];

export const upscaleRequestSchema = z.strictObject({
  inputPath: z.string().min(1),
  /** `null` lets the plan choose a name beside the input. */
  outputPath: z.string().min(1).nullable(),
  /** Folder for a name that the plan chooses; `null` is beside the input. */
  outputFolder: z.string().min(1).nullable(),
  /** `null` takes the model's. */
  scale: z.int().min(1).max(8).nullable(),
  /** A name of the zoo or a path of an ONNX file; `null` takes the default for the scale. */
  model: z.string().min(1).nullable(),
  /** Which model of the zoo, where none is named; when absent `video` for a clip that is compressed hard, else `balanced`. */
  quality: z.enum(QUALITIES).optional(),
  device: jobDeviceSchema,
  /** `null` takes int8 for 8 bits where the model has it and the engine runs it, f32 otherwise. */
  arithmetic: z.enum(ARITHMETICS).nullable(),
  codec: z.enum(CODEC_CHOICES),
  crf: z.number().min(0).max(51),
  preset: z.enum(PRESETS),
  fromSeconds: seconds.nullable(),
  toSeconds: seconds.nullable(),
  /** Numbered pictures a second; 25 when absent. */
  pictureRate: z.strictObject({ num: z.int().positive(), den: z.int().positive() }).optional(),
  deinterlace: z.enum(DEINTERLACING),
  inverseTelecine: z.boolean(),
  tolerateDamage: z.boolean(),
  overwrite: z.boolean(),
  /** Threads of the model's computation; `null` for one a core. */
  threads: z.int().min(1).max(256).nullable(),
  /** File for one row per frame, `.json` or `.csv`. */
  statsPath: z.string().nullable(),
  /** Frames per segment; part of a job's identity. */
  segmentFrames: z.int().min(1),
  /** What becomes of an unfinished job for the same output; it goes on when absent. */
  unfinished: z.enum(['continue', 'restart']).optional(),
});
export type UpscaleRequest = z.infer<typeof upscaleRequestSchema>;

const sharesSchema = z.strictObject({ decode: share, compute: share, encode: share });
export const sizeSchema = z.strictObject({ width: z.int(), height: z.int() });

/** Told once, before the first frame. */
export const plannedSchema = z.strictObject({
  outputPath: z.string(),
  workFolder: z.string(),
  from: sizeSchema,
  to: sizeSchema,
  model: z.string(),
  runtime: z.string(),
  arithmetic: z.string(),
  threads: z.int(),
  /** Expected number of frames; `null` where the container does not say. */
  totalFrames: z.int().nullable(),
  notes: z.array(z.string()),
});
export type Planned = z.infer<typeof plannedSchema>;

/** Told when a job is held and when it goes on. */
export const pauseSchema = z.strictObject({
  isPaused: z.boolean(),
  /** One sentence for a person. */
  message: z.string(),
});
export type Pause = z.infer<typeof pauseSchema>;

export const PHASES = ['upscaling', 'joining', 'checking'] as const;

/** Told some times a second. */
export const progressSchema = z.strictObject({
  phase: z.enum(PHASES),
  frames: z.int(),
  totalFrames: z.int().nullable(),
  framesPerSecond: z.number(),
  etaSeconds: z.number().nullable(),
  shares: sharesSchema,
});
export type Progress = z.infer<typeof progressSchema>;

/** A sentence for a person in the middle of a job: a device was lost, or is back. */
export const noticeSchema = z.strictObject({ message: z.string() });
export type Notice = z.infer<typeof noticeSchema>;

const stageSchema = z.strictObject({
  stage: z.enum(STAGE_NAMES),
  ...{ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number(), sum: z.number() },
});

export const upscaleResultSchema = z.strictObject({
  inputPath: z.string(),
  outputPath: z.string(),
  outputBytes: z.int(),
  frames: z.int(),
  /** Of these, frames that an earlier, interrupted run had finished. */
  keptFrames: z.int(),
  from: sizeSchema,
  to: sizeSchema,
  model: z.string(),
  runtime: z.string(),
  arithmetic: z.string(),
  /** From the request to the file under its name. */
  wallSeconds: z.number(),
  /** Of that, frames going through the pipeline. */
  pipelineSeconds: z.number(),
  framesPerSecond: z.number(),
  stages: z.array(stageSchema),
  bottleneck: z.string(),
  notes: z.array(z.string()),
  /** What damage of the source took, where that was borne. */
  losses: z.array(z.string()),
  /** Of the engine's process; its ffmpeg children are not in it. */
  peakMemoryBytes: z.int(),
});
export type UpscaleResult = z.infer<typeof upscaleResultSchema>;

/** An AppError on its way between processes. */
export const plainErrorSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type PlainError = z.infer<typeof plainErrorSchema>;
