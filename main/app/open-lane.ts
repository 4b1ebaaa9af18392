import type { Clock } from '../core/clock.ts';
import { resolveMatrix } from '../core/color-convert.ts';
import type { FrameFormat } from '../core/frame.ts';
import type { OutputPlan } from '../core/output-plan.ts';
import { keepFlatAreas } from '../adapters/runtimes/keep-flat.ts';
import { createLumaPath } from '../core/picture-path.ts';
import { pixelFormatInfo } from '../core/pixel-format.ts';
import type { MakeResampler } from '../core/plane-resampler.ts';
import { createRgbPath } from '../core/rgb-path.ts';
import type { PauseGate } from '../core/pause-gate.ts';
import { openRestedSession } from '../core/rested-session.ts';
import type { Arithmetic, Runtime, RuntimeModel } from '../core/runtime.ts';
import { createSessionLane } from '../core/session-lane.ts';
import type { SessionLane } from '../core/session-lane.ts';

export interface LaneRequest {
  readonly runtime: Runtime;
  readonly model: RuntimeModel;
  readonly plan: OutputPlan;
  readonly threads: number;
  /** Null lets the runtime choose. */
  readonly arithmetic: Arithmetic | null;
  readonly clock: Clock;
  /** As stats and notes call it; the runtime's own name when absent. */
  readonly name?: string;
  readonly makeResampler?: MakeResampler | undefined;
  readonly gate?: PauseGate | undefined;
}

/**
 * Opens the model for the plan's pictures and wraps it into a lane.
 * @throws AppError `runtime-unavailable`, `model-unsupported`
 */
export async function openLane(request: LaneRequest): Promise<SessionLane> {
  const { runtime, model, plan, threads, arithmetic, clock, gate } = request;
  const { source, target } = frameFormats(plan);
  const { width, height } = source;
  const { bitDepth } = pixelFormatInfo(source.pixelFormat);
  const formats = { source, target, scale: model.scale, makeResampler: request.makeResampler };
  const path = model.colour === 'rgb' ? createRgbPath(formats) : createLumaPath(formats);
  const options = { threads, ...(arithmetic === null ? {} : { arithmetic }) };
  const geometry = { width, height, bitDepth, scale: model.scale };
  const open = async () => keepFlatAreas(await runtime.open(model, geometry, options), model, geometry);
  const session = await (gate === undefined ? open() : openRestedSession(open, gate));
  const name = request.name ?? session.servedBy ?? runtime.name;
  return createSessionLane({ name, session, path, target, clock, gate });
}

/** Formats of the frames before and after upscaling. */
export function frameFormats({ source, picture, timeBase }: OutputPlan): { source: FrameFormat; target: FrameFormat } {
  const pick = ({ pixelFormat, width, height, color }: Omit<FrameFormat, 'timeBase'>): FrameFormat => ({
    ...{ pixelFormat, width, height, color, timeBase },
  });
  return { source: pick(source), target: pick(picture) };
}

/** What int8 costs above eight bits, where a person asked for it: by itself a job takes f32 there. Null where it costs nothing. */
export function noteOnDepth(arithmetic: Arithmetic | null, { source }: OutputPlan): string | null {
  const { bitDepth } = pixelFormatInfo(source.pixelFormat);
  if (arithmetic !== 'int8' || bitDepth <= 8) return null;
  const codes = 2 ** (bitDepth - 9);
  return `The model computes in int8, as asked: it sees eight of ${bitDepth} bits, and flat areas may move by up to ${codes} codes of ${bitDepth} bits; f32 keeps them to one.`;
}

/** What was assumed to bring the pictures through an RGB model, as a sentence; null where nothing was. */
export function noteOnColour(model: RuntimeModel, { source }: OutputPlan): string | null {
  if (model.colour !== 'rgb' || pixelFormatInfo(source.pixelFormat).family === 'rgb') return null;
  const matrix = resolveMatrix(source.color, source.width, source.height);
  if (!matrix.guessed) return null;
  return `The source does not name its colour matrix; ${matrix.name} is assumed, as players do for this size.`;
}
