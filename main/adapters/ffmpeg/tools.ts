import type { PixelFormat } from '../../core/pixel-format.ts';
import type { CommandRecord } from '../process/child.ts';

/** Where a program was found: which rule of the search led to it. */
export interface FoundTool {
  readonly path: string;
  readonly source: 'environment' | 'ffmpeg-static' | 'system' | 'installer-package';
}

/** What this ffmpeg can do, each point tried rather than looked up by version. Plain data, cached on disk. */
export interface Capabilities {
  readonly version: string;
  readonly options: {
    /** `-enc_time_base demux`; older versions call it -1. */
    readonly timeBaseDemux: boolean;
    /** `-fps_mode`; otherwise `-vsync` is the name. */
    readonly fpsMode: boolean;
    /** `-movie_timescale` of the MP4 muxer: without it edit lists are rounded to a millisecond. */
    readonly movieTimescale: boolean;
    readonly displayRotation: boolean;
    /** `-noautoscale`: without it ffmpeg scales a stream that changes its size, and we only notice by the log. */
    readonly autoscale: boolean;
    readonly setts: boolean;
  };
  /** Encoders that wrote a few frames, and the pixel formats they did it with. */
  readonly encoders: Readonly<Record<string, readonly PixelFormat[]>>;
  /** Filters that ran. */
  readonly filters: readonly string[];
  /** libwebp wrote an animation. */
  readonly webp: boolean;
  /** libvmaf gave a score. */
  readonly vmaf: boolean;
  /** Turning by metadata: containers whose files came back with the rotation they were given. */
  readonly rotationIn: readonly ('mp4' | 'mov' | 'mkv')[];
  /** Containers that brought the notes of HDR (mastering display, content light) back, whatever the stream says itself. */
  readonly hdrIn: readonly ('mp4' | 'mov' | 'mkv')[];
  /** Cover art came back as cover art. */
  readonly coverIn: readonly ('mp4' | 'mov' | 'mkv')[];
}

export interface FfmpegTools {
  readonly ffmpeg: FoundTool;
  readonly ffprobe: FoundTool;
  readonly capabilities: Capabilities;
}

/** What every function here that starts a process takes. */
export interface CommandOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each command that ran, for logs and diagnostics. */
  readonly onCommand?: ((record: CommandRecord) => void) | undefined;
}

/** ffmpeg's passthrough sync under the name this version knows. */
export function passthroughArgs({ options }: Capabilities): string[] {
  return [options.fpsMode ? '-fps_mode' : '-vsync', 'passthrough'];
}

/** Stamps as they come: passthrough sync, and the ticks of the input for the encoder. Neither alone is enough for VFR. */
export function exactTimeArgs(capabilities: Capabilities): string[] {
  return [...passthroughArgs(capabilities), '-enc_time_base', capabilities.options.timeBaseDemux ? 'demux' : '-1'];
}
