/**
 * The engine: a child process that owns everything that touches a pixel. It answers one shell over Node's IPC, and
 * when that shell vanishes it stops its job, kills its children and ends.
 */
import { flushCompileCache } from 'node:module';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { upscaleAdapters } from '../../app/compose.ts';
import { summariseComparison } from '../../app/compare/pairs/summarise.ts';
import { describeJob, makeThumbnail, probeClip } from '../../app/describe-clip.ts';
import { surveyDevices } from '../../app/survey-devices.ts';
import { examine } from '../../app/doctor.ts';
import { inspectModel } from '../../app/inspect-model.ts';
import { makeProxy } from '../../app/make-proxy.ts';
import { FrameTap } from '../../app/preview/frame-tap.ts';
import { endWithParent } from '../../app/parent-watch/end-with-parent.ts';
import { previewFrame } from '../../app/preview/preview-frame.ts';
import { rememberLooks } from '../../app/remember-looks.ts';
import { pairWithDigits, startPairing } from '../../app/phone.ts';
import type { Pairing } from '../../app/phone.ts';
import { describePhoneTest } from '../../app/describe-phone-test.ts';
import { upscale } from '../../app/upscale.ts';
import { engineApi } from '../../contract/api.ts';
import { serve } from '../../contract/rpc.ts';
import type { Port } from '../../contract/rpc.ts';
import { AppError } from '../../core/errors.ts';
import { PauseGate } from '../../core/pause-gate.ts';
import { runSearch } from './run-search.ts';

/**
 * Frames are not in V8's heap, and what is there is small: V8 would still let rubbish gather to hundreds of megabytes before
 * it looks. Not from the start on: loading the program would take twice as long.
 */
const keepHeapLean = (): void => setFlagsFromString('--heap-growing-percent=20');

/** How long a job may take to clean up after its shell has vanished. */
const LAST_WORDS_MS = 3000;

const port: Port = {
  // Without a callback a vanished shell would be an uncaught error.
  send: (message) => process.send?.(message, undefined, undefined, () => undefined),
  onMessage: (listener) => process.on('message', listener),
};

interface Running {
  readonly stop: AbortController;
  /** Of a clip's job alone. */
  readonly gate?: PauseGate;
  readonly tap?: FrameTap;
  readonly ended: Promise<unknown>;
}

/** For what is asked about clips beside jobs. */
const looking = rememberLooks(upscaleAdapters);

let running: Running | null = null;
let pairing: Pairing | null = null;
/** How long a code waits for a phone. */
const PAIRING_MS = 120_000;

const server = serve(port, engineApi, {
  upscale: async (request) => {
    if (running) throw new AppError('internal', 'expected one job at a time but got a second');
    keepHeapLean();
    const stop = new AbortController();
    const gate = new PauseGate();
    const tap = new FrameTap();
    const job = upscale(request, {
      adapters: upscaleAdapters,
      signal: stop.signal,
      onPlanned: (planned) => server.emit('planned', planned),
      onProgress: (progress) => server.emit('progress', progress),
      onNotice: (notice) => server.emit('notice', notice),
      onPause: (pause) => server.emit('pause', pause),
      onTiming: (slice) => server.emit('timing', slice),
      ...{ gate, tap },
    });
    running = { stop, gate, tap, ended: job.catch(() => undefined) };
    try {
      return await job;
    } finally {
      tap.close();
      running = null;
      // The shell ends this process without a word, and the next one shall start with what was compiled here.
      flushCompileCache();
    }
  },
  pause: () => {
    running?.gate?.hold('asked');
    return Promise.resolve(null);
  },
  unpause: () => {
    running?.gate?.release('asked');
    return Promise.resolve(null);
  },
  cancel: async () => {
    await stopJob();
    return null;
  },
  probe: (request) => probeClip(request, looking),
  thumbnail: (request) => makeThumbnail(request, looking),
  describe: (request) => describeJob(request, looking),
  preview: (request) => previewFrame(request, looking),
  newestFrame: async ({ folder }) => (await running?.tap?.next(folder)) ?? null,
  proxy: (request) => makeProxy(request, looking),
  examine: () => examine(),
  inspectModel: async ({ path }) => {
    const { scale, colour, parameters, macs720p } = (await inspectModel(path)).inspection;
    return { name: basename(path), scale, colour, parameters, macs720p };
  },
  surveyDevices: () => surveyDevices(),
  testPhone: ({ serial }) => describePhoneTest(serial),
  startPairing: async () => {
    pairing = await startPairing(false);
    return [...pairing.squares];
  },
  finishPairing: () => {
    if (!pairing) throw new AppError('wrong-usage', 'expected a code to be shown first but there is none');
    return pairing.finish(AbortSignal.timeout(PAIRING_MS));
  },
  pairWithDigits: ({ address, digits }) => pairWithDigits(address, digits),
  comparePairs: (request) => summariseComparison(request),
  search: async (request) => {
    if (running) throw new AppError('internal', 'expected one job at a time but got a second');
    const stop = new AbortController();
    const found = runSearch(request, stop.signal, {
      onProgress: (progress) => server.emit('searchProgress', progress),
      onNote: (sentence) => server.emit('searchNote', sentence),
    });
    running = { stop, ended: found.catch(() => undefined) };
    try {
      return { isFinished: await found };
    } finally {
      running = null;
    }
  },
});

async function stopJob(): Promise<void> {
  running?.stop.abort(new AppError('interrupted', 'the job was stopped before its end'));
  await running?.ended;
}

async function leave(): Promise<void> {
  setTimeout(() => process.exit(1), LAST_WORDS_MS).unref();
  await stopJob();
  process.exit(0);
}

process.on('disconnect', () => void leave());
endWithParent({ patienceMs: 2 * LAST_WORDS_MS });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave());
