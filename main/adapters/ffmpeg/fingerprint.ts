import { createHash } from 'node:crypto';
import type { OutputPlan } from '../../core/output-plan.ts';
import { isSuccess, wasKilled } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { commandError } from './failure.ts';
import type { CommandOptions, FfmpegTools } from './tools.ts';

/** Encoders in hardware need not write the same twice. */
const HARDWARE = /_(nvenc|qsv|vaapi|videotoolbox|amf|mf|v4l2m2m|mediacodec|vulkan|omx|rkmpp)$/;

const PICTURES = ['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=25', '-frames:v', '5'];

/**
 * Encodes a few known frames as the job will and hashes the packets: another build of the encoder writes others, also
 * where ffmpeg itself is the same (its libraries may be shared).
 */
export async function fingerprintEncoder(
  tools: FfmpegTools,
  { encoder, picture }: OutputPlan,
  options: CommandOptions = {},
): Promise<string | null> {
  if (HARDWARE.test(encoder.name)) return null;
  const encode = ['-pix_fmt', picture.pixelFormat, '-c:v', encoder.name, ...encoder.args, '-f', 'framemd5', '-'];
  const args = ['-v', 'error', '-nostdin', ...PICTURES, ...encode];
  const { record, stdout } = await runCommand(tools.ffmpeg.path, args, options);
  if (wasKilled(record)) throw commandError('could not try the encoder', record);
  const packets = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (!isSuccess(record) || packets.length === 0) return null;
  return createHash('sha256').update(packets.join('\n')).digest('hex');
}
