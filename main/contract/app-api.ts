import { z } from 'zod';
import type { Api } from './api.ts';
import * as m from './app-messages.ts';
import { progressSchema } from './messages.ts';
import { searchNameSchema, searchProgressSchema, searchSchema, startSearchSchema } from './search-messages.ts';
import { phoneTestSchema, timingSchema } from './engine-messages.ts';

const none = z.null();
const clip = z.strictObject({ clipId: m.idSchema });
const seconds = z.number().nonnegative().max(1e7);

/**
 * The whole contract between the app and its page, whatever carries it: Electron's IPC or a WebSocket. Calls command,
 * events announce. A new call is one line here; both sides' types and checks derive from it.
 */
export const appApi = {
  calls: {
    /** Everything a page shows first. */
    hello: { input: none, output: m.snapshotSchema },

    /** Entries of a folder the person may see; `null` is where they start. */
    browse: { input: z.strictObject({ folderId: m.idSchema.nullable() }), output: m.listingSchema },
    /** The system's own file dialog, where the shell has one. */
    pickFiles: { input: none, output: z.array(m.entrySchema) },
    /** The same for one folder; `null` when none was chosen. */
    pickFolder: { input: none, output: m.entrySchema.nullable() },

    /** Folders are searched for clips. */
    addClips: {
      input: z.strictObject({ fileIds: m.clipIdsSchema, settings: m.clipSettingsSchema.nullable() }),
      output: m.clipIdsSchema,
    },
    updateClip: { input: clip.extend({ settings: m.clipSettingsSchema }), output: none },
    /** A running clip is stopped first. */
    removeClips: { input: z.strictObject({ clipIds: m.clipIdsSchema }), output: none },
    moveClip: { input: clip.extend({ toIndex: z.int().min(0).max(5000) }), output: none },
    retryClip: { input: clip, output: none },
    /** Stops it; what is finished of it is kept for when it is started again. */
    cancelClip: { input: clip, output: none },
    /** Holds the running clip after the frames that are being computed, or lets it go on. */
    pauseClip: { input: clip.extend({ isPaused: z.boolean() }), output: none },
    /** Starts waiting clips one after another; `false` lets the running one end and starts no other. */
    setRunning: { input: z.strictObject({ isRunning: z.boolean() }), output: none },

    /** What would be written and how long it may take. @throws what a job would refuse with */
    planClip: { input: clip, output: m.planSchema },
    /** The same after a trial on some seconds of the clip, which a job that starts ends. Without one while a job runs. */
    tryPlan: { input: clip, output: m.planSchema },
    /** One frame before and after, by the real engine. */
    preview: { input: clip.extend({ atSeconds: seconds }), output: m.previewSchema },
    /** The newest finished frame of the running clip; `null` while there is none. */
    newestFrame: { input: clip, output: m.previewSchema.nullable() },
    /** Upscales five seconds and gives both to play side by side. */
    testClip: { input: clip.extend({ atSeconds: seconds }), output: m.sideBySideSchema },
    playClip: { input: clip.extend({ which: z.enum(['source', 'result']) }), output: m.playableSchema },
    thumbnail: { input: clip, output: m.playableSchema },
    /** One row per frame of a finished clip. */
    exportTiming: {
      input: clip.extend({ format: z.enum(['csv', 'json']) }),
      output: z.strictObject({ mediaId: m.idSchema, fileName: z.string() }),
    },

    listModels: { input: none, output: z.array(m.modelSchema) },
    /** Checks an ONNX file of the person's own by running it. */
    addModel: { input: z.strictObject({ fileId: m.idSchema }), output: m.modelSchema },

    listSearches: {
      input: none,
      /** Whether there are training images without a folder of the person's own. */
      output: z.strictObject({ searches: z.array(searchSchema), hasImages: z.boolean() }),
    },
    /** Begins to search for a model. One at a time; while clips run it is held. */
    startSearch: { input: startSearchSchema, output: searchSchema },
    /** Goes on from what is kept. */
    continueSearch: { input: searchNameSchema, output: searchSchema },
    /** Stops the running one; what it has found is kept. Done when nothing of it runs. */
    stopSearch: { input: none, output: none },
    /** Its page of results, for a frame without scripts. */
    searchResults: { input: searchNameSchema, output: z.strictObject({ mediaId: m.idSchema, fileName: z.string() }) },

    listDevices: { input: none, output: z.array(m.deviceSchema) },

    /** The phone's GPU against this computer's processor, and how fast the way there is. */
    testPhone: { input: z.strictObject({ device: m.clipSettingsSchema.shape.device }), output: phoneTestSchema },
    startPairing: { input: none, output: m.pairingSchema },
    /** Waits until a phone has read the code. */
    finishPairing: { input: none, output: z.strictObject({ address: z.string() }) },
    pairWithDigits: {
      input: z.strictObject({ address: z.string().max(200), digits: z.string().regex(/^\d{6}$/) }),
      output: z.strictObject({ address: z.string() }),
    },

    /** Pictures or clips against a reference. One at a time. */
    compareFiles: {
      input: z.strictObject({
        referenceId: m.idSchema,
        candidateIds: z.array(m.idSchema).min(1).max(20),
        align: z.boolean(),
        msSsim: z.boolean(),
      }),
      output: m.comparisonSchema,
    },
    /** Stops the running comparison, whose call then fails with `interrupted`. */
    cancelComparison: { input: none, output: none },

    saveSettings: { input: m.settingsSchema, output: none },
    diagnostics: { input: none, output: z.strictObject({ text: z.string() }) },
    /** Opens the folder of a result in the system's file manager, where the shell can. */
    revealResult: { input: clip, output: none },
  },
  events: {
    clip: m.clipSchema,
    order: m.orderSchema,
    progress: clip.extend({ progress: progressSchema }),
    timing: clip.extend({ timing: timingSchema }),
    /** Why the running clip is held; `null` when it goes on. */
    pause: clip.extend({ pause: z.string().nullable() }),
    settings: m.settingsSchema,
    search: searchSchema,
    searchProgress: searchNameSchema.extend({ progress: searchProgressSchema }),
  },
} as const satisfies Api;

export type AppApi = typeof appApi;
