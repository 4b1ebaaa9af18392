import type { CodecChoice } from '../../../core/codecs.ts';
import { aomAv1, svtAv1 } from './av1.ts';
import { HARDWARE_ENCODERS } from './hardware.ts';
import { ffv1, prores } from './intermediate.ts';
import type { EncoderSpec } from './spec.ts';
import { vp9 } from './vp9.ts';
import { x264 } from './x264.ts';
import { x265 } from './x265.ts';

/** Every encoder that Tandem knows how to use. */
export const ENCODERS: readonly EncoderSpec[] = [x264, x265, svtAv1, aomAv1, vp9, prores, ffv1, ...HARDWARE_ENCODERS];

/** The order in which `auto` looks for one that keeps the source whole: first what plays everywhere. */
export const AUTO_ORDER: readonly Exclude<CodecChoice, 'auto'>[] = ['x264', 'x265', 'svt-av1', 'vp9', 'prores', 'ffv1'];
