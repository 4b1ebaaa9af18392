/**
 * The machine's own encoders. They are offered only where they wrote a few frames here, since a listing proves nothing.
 * They take two-plane layouts; the filters only move samples.
 */
import { PRESETS } from '../../../core/codecs.ts';
import type { CodecChoice, Preset, VideoCodec } from '../../../core/codecs.ts';
import { pixelFormatInfo } from '../../../core/pixel-format.ts';
import type { PixelFormat } from '../../../core/pixel-format.ts';
import { convertFilters } from '../convert-filters.ts';
import { atPreset } from './spec.ts';
import type { EncoderRequest, EncoderSpec } from './spec.ts';

const EIGHT: readonly PixelFormat[] = ['yuv420p'];
const EIGHT_AND_TEN: readonly PixelFormat[] = ['yuv420p', 'yuv420p10le'];

type Device = 'nvenc' | 'qsv' | 'vaapi' | 'videotoolbox' | 'amf';
type Built = 'h264' | 'hevc' | 'av1';

/** Quality and speed in each device's own words. */
const ARGS: Readonly<Record<Device, (request: EncoderRequest) => string[]>> = {
  nvenc: ({ preset, crf }) => [
    ...['-preset', atPreset(preset, ['p1', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p7', 'p7'])],
    ...['-rc', 'vbr', '-cq', String(Math.max(1, crf)), '-b:v', '0'],
  ],
  qsv: ({ preset, crf }) => ['-preset', nearQsv(preset), '-global_quality', String(Math.max(1, crf))],
  vaapi: ({ crf }) => ['-rc_mode', 'CQP', '-qp', String(Math.max(1, crf))],
  // Its scale runs upwards from 1 to 100.
  videotoolbox: ({ crf }) => ['-q:v', String(Math.round(100 - (crf / 51) * 99))],
  amf: ({ preset, crf }) => [
    ...['-quality', PRESETS.indexOf(preset) < 5 ? 'speed' : PRESETS.indexOf(preset) < 7 ? 'balanced' : 'quality'],
    ...['-rc', 'cqp', '-qp_i', String(crf), '-qp_p', String(crf)],
  ],
};

function nearQsv(preset: Preset): string {
  const names = [
    'veryfast',
    'veryfast',
    'veryfast',
    'faster',
    'fast',
    'medium',
    'slow',
    'slower',
    'veryslow',
    'veryslow',
  ];
  return atPreset(preset, names);
}

function hardware(device: Device, codec: Built): EncoderSpec {
  return {
    choice: `${device}-${codec}` as Exclude<CodecChoice, 'auto'>,
    name: `${codec}_${device}`,
    codec: codec satisfies VideoCodec,
    formats: codec === 'h264' ? EIGHT : EIGHT_AND_TEN,
    canBeLossless: false,
    largestSide: codec === 'h264' ? 4096 : 8192,
    takesOddSizes: false,
    args: ARGS[device],
    filters: (format, range) => {
      const layout = pixelFormatInfo(format).bitDepth > 8 ? 'p010le' : 'nv12';
      return [...convertFilters(layout, range), ...(device === 'vaapi' ? ['hwupload'] : [])];
    },
    ...(device === 'vaapi' ? { inputArgs: ['-vaapi_device', '/dev/dri/renderD128'] } : {}),
  };
}

export const HARDWARE_ENCODERS: readonly EncoderSpec[] = [
  ...(['h264', 'hevc', 'av1'] as const).map((codec) => hardware('nvenc', codec)),
  ...(['h264', 'hevc', 'av1'] as const).map((codec) => hardware('qsv', codec)),
  ...(['h264', 'hevc'] as const).map((codec) => hardware('vaapi', codec)),
  ...(['h264', 'hevc'] as const).map((codec) => hardware('videotoolbox', codec)),
  ...(['h264', 'hevc'] as const).map((codec) => hardware('amf', codec)),
];
