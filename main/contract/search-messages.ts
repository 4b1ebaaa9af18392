import { z } from 'zod';
import { ERROR_CODES } from '../core/errors.ts';
import { LONGEST_NAME } from './limits.ts';
import { jobDeviceSchema } from './messages.ts';

/** Searching for a model: what the engine is asked, and what a page is shown of it. */

/** In the order they are done. */
export const SEARCH_STAGES = [
  'latency',
  'supernet',
  'architecture',
  'ratios',
  'finetune',
  'quantise',
  'export',
] as const;

/** Longest name of a search: it is a folder's, too. */
const LONGEST_SEARCH_NAME = 64;
const path = z.string().min(1).max(LONGEST_NAME);
const searchName = z.string().max(LONGEST_SEARCH_NAME);

export const searchScaleSchema = z.union([z.literal(2), z.literal(3), z.literal(4)]);

/** For one 1280x720 output frame. */
export const searchTargetSchema = z.strictObject({
  value: z.number().positive().max(1e6),
  unit: z.enum(['ms', 'fps']),
});

/** Begins a search, or goes on with the one of this name in `searchFolder`. */
export const searchRequestSchema = z.strictObject({
  name: searchName,
  device: jobDeviceSchema,
  scale: searchScaleSchema,
  target: searchTargetSchema,
  isQuick: z.boolean(),
  searchFolder: path,
  dataFolder: path,
  cacheFolder: path,
});
export type SearchRequest = z.infer<typeof searchRequestSchema>;

export const searchProgressSchema = z.strictObject({
  stage: z.enum(SEARCH_STAGES),
  done: z.number().nonnegative(),
  total: z.number().nonnegative(),
  /** Of this stage; `null` while nothing is known. */
  secondsLeft: z.number().nonnegative().nullable(),
  /** Loss, validation, best so far. */
  detail: z.string(),
});
export type SearchProgress = z.infer<typeof searchProgressSchema>;

/** `interrupted`: Tandem was closed meanwhile. `held`: it waits until no clip runs. */
export const SEARCH_STATES = ['running', 'held', 'stopped', 'interrupted', 'failed', 'finished'] as const;

export const searchSchema = z.strictObject({
  name: searchName,
  device: jobDeviceSchema,
  scale: searchScaleSchema,
  target: searchTargetSchema,
  isQuick: z.boolean(),
  state: z.enum(SEARCH_STATES),
  done: z.array(z.enum(SEARCH_STAGES)),
  progress: searchProgressSchema.nullable(),
  /** What it does before a stage tells its progress, in a sentence. */
  note: z.string().nullable(),
  error: z.strictObject({ code: z.enum(ERROR_CODES), message: z.string() }).nullable(),
  /** What a clip's `model` takes; `null` before the model is there. */
  modelId: z.string().nullable(),
  hasResults: z.boolean(),
});
export type Search = z.infer<typeof searchSchema>;

export const startSearchSchema = z.strictObject({
  name: searchName,
  device: jobDeviceSchema,
  scale: searchScaleSchema,
  target: searchTargetSchema,
  isQuick: z.boolean(),
  /** Of training images; `null` takes those that are there. */
  folderId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .nullable(),
});

export const searchNameSchema = z.strictObject({ name: searchName });
