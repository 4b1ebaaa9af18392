import type { ColorInfo } from './color.ts';
import type { FieldSample } from './fields.ts';
import type { DolbyVision, HdrMetadata } from './hdr.ts';
import type { TimeBase } from './time-base.ts';

/** A media file as ffprobe describes it, in our words. Pure data: it crosses process boundaries as JSON. */
export interface MediaInfo {
  readonly path: string;
  readonly sizeBytes: number;
  /** ffprobe's `format_name`, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly formatName: string;
  readonly container: 'mp4' | 'mov' | 'mkv' | 'webm' | 'avi' | 'other';
  readonly durationSeconds: number | null;
  readonly startSeconds: number | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly chapters: number;
  /** The file ends inside one of its own parts. */
  readonly isCut: boolean;
  /** Where the path stands for numbered pictures. */
  readonly row: PictureRow | null;
  /** The first video track that is no cover art. */
  readonly video: VideoTrack;
  /** Every track of the file, the video included, by stream index. */
  readonly tracks: readonly MediaTrack[];
}

/** Numbered pictures that are taken as one film. */
export interface PictureRow {
  /** Number of the first. */
  readonly first: number;
  /** Pictures a second. */
  readonly rate: TimeBase;
  /** A person said the rate. */
  readonly isRateNamed: boolean;
}

export interface MediaTrack {
  /** ffprobe's stream index. */
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'subtitle' | 'attachment' | 'data' | 'cover';
  readonly codec: string;
  readonly language: string | null;
  readonly title: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Names of the dispositions that are set. */
  readonly dispositions: readonly string[];
}

export interface VideoTrack extends MediaTrack {
  readonly kind: 'video';
  readonly width: number;
  readonly height: number;
  /** ffmpeg's name, which may be one we do not know. */
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly timeBase: TimeBase;
  readonly startPts: number | null;
  /** Frames per second as a fraction; a guess of the demuxer's for VFR. */
  readonly averageFrameRate: TimeBase | null;
  readonly realFrameRate: TimeBase | null;
  /** What the container counts, where it does. */
  readonly frameCount: number | null;
  readonly color: ColorInfo;
  /** Sample aspect ratio; `null` when unknown. */
  readonly sampleAspectRatio: TimeBase | null;
  /** Degrees clockwise that a player turns the picture before showing it: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** True when a player shows the picture flipped left to right, before it turns it. */
  readonly mirrored: boolean;
  readonly fieldOrder: 'progressive' | 'interlaced' | 'unknown';
  /** `null` where frames were not looked at for combs. */
  readonly fieldSample: FieldSample | null;
  /** HDR by the transfer curve. */
  readonly hdr: 'none' | 'pq' | 'hlg';
  readonly hdrMetadata: HdrMetadata;
  /** `null` where nothing of Dolby Vision was seen. */
  readonly dolbyVision: DolbyVision | null;
  /** Captions of EIA-608 or CEA-708 inside the video were seen at its first frames. */
  readonly closedCaptions: boolean;
  /** Names of side data found at the stream or its first frame. */
  readonly sideData: readonly string[];
}
