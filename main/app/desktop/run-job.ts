import type { Timing } from '../../contract/engine-messages.ts';
import type { Pause, Progress } from '../../contract/messages.ts';
import type { EngineApi } from '../../contract/api.ts';
import type { CallOutput } from '../../contract/api.ts';
import { EngineClient } from '../engine-client.ts';
import { inContainer, makeRequest } from '../job-queue/clip-request.ts';
import type { ChosenNames } from '../job-queue/clip-request.ts';
import type { RunningJob } from '../job-queue/job-queue.ts';
import type { QueueClip } from '../job-queue/queue-clip.ts';
import type { SpeedBook } from './speed-book.ts';

export interface JobListeners {
  readonly onProgress: (progress: Progress) => void;
  readonly onTiming: (timing: Timing) => void;
  readonly onPause: (pause: Pause) => void;
}

export interface DesktopJob extends RunningJob {
  /** What computes it. */
  readonly device: string;
  pause(isPaused: boolean): Promise<void>;
  newestFrame(folder: string): Promise<CallOutput<EngineApi, 'newestFrame'>>;
}

export interface JobPlaces {
  readonly statsPath: string;
  readonly speeds: SpeedBook;
  readonly names: ChosenNames;
}

/** Starts a clip's job in an engine of its own, which ends with the job. */
export function startDesktopJob(clip: QueueClip, places: JobPlaces, listeners: JobListeners): DesktopJob {
  const request = { ...makeRequest(clip, places.names), statsPath: places.statsPath };
  const engine = new EngineClient();
  const run = async () => {
    try {
      const outputPath = await nameOutput(engine, clip, request);
      const result = await engine.upscale({ ...request, outputPath }, listeners);
      await places.speeds.enter(request, result, 'job').catch(() => undefined);
      return result;
    } finally {
      await engine.close();
    }
  };
  return {
    device: request.device,
    result: run(),
    cancel: () => engine.cancel(),
    pause: (isPaused) => (isPaused ? engine.pause() : engine.unpause()),
    newestFrame: (folder) => engine.call('newestFrame', { folder }),
  };
}

async function nameOutput(
  engine: EngineClient,
  { settings }: QueueClip,
  request: ReturnType<typeof makeRequest>,
): Promise<string | null> {
  if (settings.container === 'auto') return null;
  const { outputPath } = await engine.call('describe', { ...request, statsPath: null, overwrite: true });
  return inContainer(outputPath, settings.container);
}
