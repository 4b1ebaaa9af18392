import { z } from 'zod';
import {
  clipFactsSchema,
  comparedSchema,
  comparePairsSchema,
  describedSchema,
  examinedSchema,
  inspectedModelSchema,
  phoneTestSchema,
  previewPicturesSchema,
  previewRequestSchema,
  proxyRequestSchema,
  surveyedSchema,
  thumbnailRequestSchema,
  timingSchema,
} from './engine-messages.ts';
import { searchProgressSchema, searchRequestSchema } from './search-messages.ts';
import {
  noticeSchema,
  pauseSchema,
  plannedSchema,
  progressSchema,
  upscaleRequestSchema,
  upscaleResultSchema,
} from './messages.ts';

/**
 * The whole contract between a shell and the engine: what can be called and what is told meanwhile. Calls command,
 * events announce. A new call is one line here; both sides' types and checks derive from it.
 */
export const engineApi = {
  calls: {
    /** Upscales one clip. One at a time. */
    upscale: { input: upscaleRequestSchema, output: upscaleResultSchema },
    /** Stops the running job at once; it then fails with `interrupted`. Done when nothing of it is left. */
    cancel: { input: z.null(), output: z.null() },
    /** Holds the running job after the frames that are being computed, until `unpause`; nothing is lost. */
    pause: { input: z.null(), output: z.null() },
    unpause: { input: z.null(), output: z.null() },
    /** What a clip is, and a small picture of it. */
    probe: { input: z.strictObject({ inputPath: z.string().min(1) }), output: clipFactsSchema },
    /** Writes a small picture of the clip, where it has one. @returns whether it has */
    thumbnail: { input: thumbnailRequestSchema, output: z.boolean() },
    /** What a job would do. @throws what the job would refuse with */
    describe: { input: upscaleRequestSchema, output: describedSchema },
    /** One frame of the source, before and after. */
    preview: { input: previewRequestSchema, output: previewPicturesSchema },
    /** The next finished frame of the running job; `null` when the job ends before one comes. */
    newestFrame: { input: z.strictObject({ folder: z.string() }), output: previewPicturesSchema.nullable() },
    /** A copy that every browser plays. */
    proxy: { input: proxyRequestSchema, output: z.null() },
    /** What this computer has and what is missing. */
    examine: { input: z.null(), output: z.array(examinedSchema) },
    /** What a person's own ONNX file is, found out by running it. */
    inspectModel: { input: z.strictObject({ path: z.string() }), output: inspectedModelSchema },
    /** Processor, GPUs and phones. */
    surveyDevices: { input: z.null(), output: z.array(surveyedSchema) },
    testPhone: { input: z.strictObject({ serial: z.string().nullable() }), output: phoneTestSchema },
    /** Begins pairing over Wi-Fi; rows of the code that the phone's camera reads, `1` is dark. */
    startPairing: { input: z.null(), output: z.array(z.string()) },
    /** Waits for the phone that reads it. @returns its address */
    finishPairing: { input: z.null(), output: z.string() },
    pairWithDigits: { input: z.strictObject({ address: z.string(), digits: z.string() }), output: z.string() },
    /** Pictures or clips against a reference; writes a page and a table. */
    comparePairs: { input: comparePairsSchema, output: z.array(comparedSchema) },
    /** Searches for a model at low priority, until it is there or `cancel`. One at a time, beside no job. */
    search: { input: searchRequestSchema, output: z.strictObject({ isFinished: z.boolean() }) },
  },
  events: {
    planned: plannedSchema,
    progress: progressSchema,
    notice: noticeSchema,
    pause: pauseSchema,
    timing: timingSchema,
    searchProgress: searchProgressSchema,
    searchNote: z.string(),
  },
} as const satisfies Api;

export type EngineApi = typeof engineApi;

/** Shape of a contract. */
export interface Api {
  readonly calls: Readonly<Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

export type CallName<A extends Api> = keyof A['calls'] & string;
export type CallInput<A extends Api, N extends CallName<A>> = z.infer<A['calls'][N]['input']>;
export type CallOutput<A extends Api, N extends CallName<A>> = z.infer<A['calls'][N]['output']>;
export type EventName<A extends Api> = keyof A['events'] & string;
export type EventValue<A extends Api, N extends EventName<A>> = z.infer<A['events'][N]>;
