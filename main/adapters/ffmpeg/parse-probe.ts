/** ffprobe's JSON → {@link MediaInfo}. Pure; tested on captured text. */
import { extname } from 'node:path';
import type { ColorInfo } from '../../core/color.ts';
import { AppError } from '../../core/errors.ts';
import type { MediaInfo, MediaTrack, VideoTrack } from '../../core/media.ts';
import { isPixelFormat, pixelFormatInfo } from '../../core/pixel-format.ts';
import { parseTimeBase } from '../../core/time-base.ts';
import type { TimeBase } from '../../core/time-base.ts';
import { parseDolbyVision, parseHdrMetadata } from './parse-hdr.ts';
import { parseTurn } from './parse-turn.ts';
import type { ProbeFrame, ProbeJson, ProbeStream } from './probe-json.ts';

/**
 * @param probe streams, format and chapters
 * @param frames the first frames of the video track, which know some things that the stream does not say
 * @throws AppError `input-unsupported` for a file without video
 */
export function parseProbe(path: string, probe: ProbeJson, frames: readonly ProbeFrame[]): MediaInfo {
  const streams = probe.streams ?? [];
  const format = probe.format ?? {};
  const tracks = streams.map(parseTrack);
  const stream = findVideoStream(path, probe);
  return {
    path,
    sizeBytes: parseNumber(format.size) ?? 0,
    formatName: format.format_name ?? '',
    container: nameContainer(path, format.format_name ?? '', format.tags?.major_brand),
    durationSeconds: parseNumber(format.duration),
    startSeconds: parseNumber(format.start_time),
    tags: format.tags ?? {},
    chapters: probe.chapters?.length ?? 0,
    isCut: false,
    row: null,
    video: parseVideo(path, stream, frames),
    tracks,
  };
}

/** The first video track that is no cover. @throws AppError `input-unsupported` where there is none */
export function findVideoStream(path: string, probe: ProbeJson): ProbeStream {
  const streams = probe.streams ?? [];
  const stream = streams.find((candidate) => nameKind(candidate) === 'video');
  if (stream !== undefined) return stream;
  const kinds = new Set(streams.map(nameKind));
  const found = kinds.has('audio')
    ? 'it has sound only'
    : kinds.size > 0
      ? `it has only ${[...kinds].join(', ')}`
      : 'it has no track';
  throw new AppError('input-unsupported', `expected a video track in ${path} but ${found}`);
}

function parseTrack(stream: ProbeStream): MediaTrack {
  const tags = stream.tags ?? {};
  return {
    index: stream.index,
    kind: nameKind(stream),
    codec: nameCodec(stream),
    language: tags.language ?? null,
    title: tags.title ?? null,
    tags,
    dispositions: Object.entries(stream.disposition ?? {}).flatMap(([name, value]) => (value === 1 ? [name] : [])),
  };
}

function nameCodec(stream: ProbeStream): string {
  const name = stream.codec_name ?? 'unknown';
  return name === 'unknown' || name === 'bin_data' ? tagName(stream, name) : name;
}

/** A codec that ffprobe has no name for is called by the container's tag, where that is text. */
function tagName(stream: ProbeStream, otherwise = 'unknown'): string {
  const tag = stream.codec_tag_string ?? '';
  return /^\w{4}$/.test(tag) ? tag : otherwise;
}

function nameKind(stream: ProbeStream): MediaTrack['kind'] {
  if (stream.codec_type === 'video') return stream.disposition?.attached_pic === 1 ? 'cover' : 'video';
  if (stream.codec_type === 'audio' || stream.codec_type === 'subtitle' || stream.codec_type === 'attachment')
    return stream.codec_type;
  return 'data';
}

function parseVideo(path: string, stream: ProbeStream, frames: readonly ProbeFrame[]): VideoTrack {
  const { width = 0, height = 0 } = stream;
  const pixelFormat = stream.pix_fmt ?? frames[0]?.pix_fmt;
  if (pixelFormat === undefined || width < 1 || height < 1 || stream.codec_name === undefined) {
    throw new AppError(
      'input-unsupported',
      `expected a video codec that ffmpeg decodes in ${path} but got "${stream.codec_name ?? tagName(stream)}"`,
    );
  }
  const sideData = [...(stream.side_data_list ?? []), ...(frames[0]?.side_data_list ?? [])];
  const color = parseColor(stream, frames[0] ?? {});
  return {
    ...parseTrack(stream),
    kind: 'video',
    width,
    height,
    pixelFormat,
    bitDepth: isPixelFormat(pixelFormat)
      ? pixelFormatInfo(pixelFormat).bitDepth
      : (parseNumber(stream.bits_per_raw_sample) ?? 8),
    timeBase: parseTimeBase(stream.time_base ?? ''),
    startPts: stream.start_pts ?? null,
    averageFrameRate: parseRatio(stream.avg_frame_rate, '/'),
    realFrameRate: parseRatio(stream.r_frame_rate, '/'),
    frameCount: parseNumber(stream.nb_frames),
    color,
    sampleAspectRatio: parseRatio(stream.sample_aspect_ratio, ':'),
    ...parseTurn(path, stream, sideData),
    fieldOrder: parseFieldOrder(stream.field_order, frames),
    fieldSample: null,
    hdr: color.transfer === 'smpte2084' ? 'pq' : color.transfer === 'arib-std-b67' ? 'hlg' : 'none',
    hdrMetadata: parseHdrMetadata(sideData),
    dolbyVision: parseDolbyVision(sideData),
    closedCaptions: hasCaptions(stream, frames),
    sideData: [...new Set(sideData.flatMap((data) => data.side_data_type ?? []))],
  };
}

function hasCaptions(stream: ProbeStream, frames: readonly ProbeFrame[]): boolean {
  const names = frames.flatMap(({ side_data_list: list = [] }) => list.map((data) => data.side_data_type ?? ''));
  return stream.closed_captions === 1 || names.some((name) => name.includes('Closed Captions'));
}

function parseColor(stream: ProbeStream, frame: ProbeFrame): ColorInfo {
  const range = known(stream.color_range) ?? known(frame.color_range);
  return {
    range: range === 'tv' || range === 'pc' ? range : null,
    matrix: known(stream.color_space) ?? known(frame.color_space),
    primaries: known(stream.color_primaries) ?? known(frame.color_primaries),
    transfer: known(stream.color_transfer) ?? known(frame.color_transfer),
    chromaLocation: known(stream.chroma_location) ?? known(frame.chroma_location),
  };
}

function known(value: string | undefined): string | null {
  return value === undefined || ['unknown', 'unspecified', 'reserved', 'N/A'].includes(value) ? null : value;
}

function parseFieldOrder(order: string | undefined, frames: readonly ProbeFrame[]): VideoTrack['fieldOrder'] {
  if (frames.some((frame) => frame.interlaced_frame === 1)) return 'interlaced';
  if (order === 'tt' || order === 'bb' || order === 'tb' || order === 'bt') return 'interlaced';
  // Frames that were looked at and carry no flag: what every decoder of an interlacing codec would have set.
  return order === 'progressive' || frames.length > 0 ? 'progressive' : 'unknown';
}

function nameContainer(path: string, formatName: string, brand: string | undefined): MediaInfo['container'] {
  const extension = extname(path).toLowerCase();
  const names = formatName.split(',');
  if (names.includes('mp4'))
    return brand?.trim() === 'qt' || (brand === undefined && extension === '.mov') ? 'mov' : 'mp4';
  if (names.includes('matroska')) return extension === '.webm' ? 'webm' : 'mkv';
  return names.includes('avi') ? 'avi' : 'other';
}

function parseNumber(text: string | undefined): number | null {
  const value = text === undefined || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function parseRatio(text: string | undefined, separator: string): TimeBase | null {
  const [num = 0, den = 0] = (text ?? '').split(separator).map(Number);
  return num > 0 && den > 0 ? { num, den } : null;
}
