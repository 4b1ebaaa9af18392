import { execa } from 'execa';

/** A media file through ffprobe's eyes alone: nothing of Tandem's own reading is used to judge what Tandem wrote. */
export interface InspectedMedia {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
  /** `num:den`, `1:1` where the file says nothing. */
  readonly sampleAspectRatio: string;
  /** Degrees clockwise, 0 to 270. */
  readonly rotation: number;
  readonly color: Readonly<Record<'range' | 'matrix' | 'primaries' | 'transfer', string | null>>;
  /** Mastering display and content light level, by the stream or its first frame, rounded as codecs round. */
  readonly hdr: Readonly<Record<string, string>>;
  /** Presentation times in seconds, in order. */
  readonly times: readonly number[];
  /** Seconds per tick of the video stream. */
  readonly tickSeconds: number;
  /** `kind:language` of every audio and subtitle track, in order. */
  readonly tracks: readonly string[];
  readonly chapters: readonly string[];
  /** Earliest and latest packet time of each audio track. */
  readonly audioSpans: readonly (readonly [number, number])[];
}

interface ProbeStream {
  index: number;
  codec_type: string;
  codec_name?: string;
  width?: number;
  height?: number;
  pix_fmt?: string;
  sample_aspect_ratio?: string;
  color_range?: string;
  color_space?: string;
  color_primaries?: string;
  color_transfer?: string;
  time_base: string;
  tags?: Record<string, string>;
  side_data_list?: SideData[];
}

type SideData = Readonly<Record<string, unknown>> & { readonly rotation?: number };

interface ProbeAnswer {
  streams: ProbeStream[];
  chapters: { tags?: Record<string, string> }[];
}

async function ffprobeJson<T>(ffprobe: string, args: readonly string[], path: string): Promise<T> {
  const { stdout } = await execa(ffprobe, ['-v', 'error', '-of', 'json', ...args, path], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as T;
}

/** Reads everything of a file that a test compares. `decode` reads the times off decoded frames instead of packets. */
export async function inspectMedia(ffprobe: string, path: string, decode = false): Promise<InspectedMedia> {
  const { streams, chapters } = await ffprobeJson<ProbeAnswer>(ffprobe, ['-show_streams', '-show_chapters'], path);
  const video = streams.find((stream) => stream.codec_type === 'video');
  if (video === undefined) throw new Error(`${path} has no video track`);
  const audio = streams.filter((stream) => stream.codec_type === 'audio');
  const [num, den] = video.time_base.split('/').map(Number);
  return {
    width: video.width ?? 0,
    height: video.height ?? 0,
    pixelFormat: video.pix_fmt ?? 'none',
    sampleAspectRatio: known(video.sample_aspect_ratio) ?? '1:1',
    rotation: rotationOf(video),
    color: {
      range: known(video.color_range),
      matrix: known(video.color_space),
      primaries: known(video.color_primaries),
      transfer: known(video.color_transfer),
    },
    hdr: await inspectHdr(ffprobe, path, video),
    times: await (decode ? frameTimes : packetTimes)(ffprobe, path, video.index),
    tickSeconds: num! / den!,
    tracks: streams.filter(isSoundOrText).map((s) => `${s.codec_type}:${s.tags?.language ?? 'und'}`),
    chapters: chapters.map((chapter) => chapter.tags?.title ?? ''),
    audioSpans: await Promise.all(audio.map(async ({ index }) => spanOf(await packetTimes(ffprobe, path, index)))),
  };
}

const HDR_VALUE = /^(red|green|blue|white_point)_[xy]$|^(min|max)_luminance$|^max_(content|average)$/;

async function inspectHdr(ffprobe: string, path: string, video: ProbeStream): Promise<Record<string, string>> {
  const look = ['-select_streams', String(video.index), '-read_intervals', '%+#1', '-show_frames'];
  const { frames = [] } = await ffprobeJson<{ frames?: { side_data_list?: SideData[] }[] }>(ffprobe, look, path);
  const sideData = [...(frames[0]?.side_data_list ?? []), ...(video.side_data_list ?? [])];
  const values = sideData.flatMap((data) => Object.entries(data).filter(([name]) => HDR_VALUE.test(name)));
  return Object.fromEntries(values.map(([name, value]) => [name, fraction(String(value))]));
}

/** A fraction as a number of four digits: containers count in other units than codecs. */
function fraction(text: string): string {
  const [num = NaN, den = 1] = text.split('/').map(Number);
  return (num / den).toFixed(4);
}

function isSoundOrText(stream: ProbeStream): boolean {
  return stream.codec_type === 'audio' || stream.codec_type === 'subtitle';
}

function known(value: string | undefined): string | null {
  return value === undefined || value === 'unknown' || value === 'N/A' || value === '0:1' ? null : value;
}

function rotationOf(video: ProbeStream): number {
  const counterclockwise = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  const clockwise = counterclockwise === undefined ? Number(video.tags?.rotate ?? 0) : -counterclockwise;
  return (Math.round(clockwise) + 360) % 360;
}

async function packetTimes(ffprobe: string, path: string, index: number): Promise<number[]> {
  const args = ['-select_streams', String(index), '-show_entries', 'packet=pts_time'];
  const { packets } = await ffprobeJson<{ packets: { pts_time?: string }[] }>(ffprobe, args, path);
  return packets.map((packet) => Number(packet.pts_time)).sort((a, b) => a - b);
}

async function frameTimes(ffprobe: string, path: string, index: number): Promise<number[]> {
  const entry = 'best_effort_timestamp_time';
  const args = ['-select_streams', String(index), '-show_entries', `frame=${entry}`];
  const { frames } = await ffprobeJson<{ frames: { [entry]?: string }[] }>(ffprobe, args, path);
  return frames.map((frame) => Number(frame[entry]));
}

function spanOf(times: readonly number[]): readonly [number, number] {
  return [times[0] ?? 0, times.at(-1) ?? 0];
}
