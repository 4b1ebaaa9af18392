/**
 * `npm run picture`: makes docs/before-after.png from a frame of Big Buck Bunny in the shared data: halved, enlarged by
 * Lanczos and by `tandem upscale`, beside the original.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import sharp from 'sharp';
import { locateFfmpeg } from '../../main/adapters/ffmpeg/locate.ts';
import { sharedData } from './shared-data.ts';

const SECONDS = '3.2';
/** Of the full-size frame. */
const CROP = { left: 380, top: 60, width: 200, height: 200 };
const ZOOM = 2;
const LABEL_HEIGHT = 32;

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'main', 'shells', 'cli', 'main.ts');
const work = mkdtempSync(join(tmpdir(), 'tandem-picture-'));
const { path: ffmpeg } = (await locateFfmpeg()).ffmpeg;
const run = (args: string[]) => execa(ffmpeg, ['-v', 'error', '-y', ...args]);

async function makeFrames(clip: string): Promise<Record<string, string>> {
  const at = (name: string) => join(work, name);
  const lossless = ['-frames:v', '1', '-c:v', 'libx264', '-qp', '0', '-an'];
  const half = 'scale=iw/2:ih/2:flags=bicubic+accurate_rnd';
  await run(['-ss', SECONDS, '-i', clip, '-frames:v', '1', at('original.png')]);
  await run(['-ss', SECONDS, '-i', clip, '-vf', half, ...lossless, at('half.mp4')]);
  await run(['-i', at('half.mp4'), '-vf', 'scale=2*iw:2*ih:flags=lanczos+accurate_rnd', at('lanczos.png')]);
  await execa(process.execPath, [cli, 'upscale', at('half.mp4'), '-o', at('tandem.mp4'), '--crf', '1']);
  await run(['-i', at('tandem.mp4'), at('tandem.png')]);
  return { 'Lanczos x2': at('lanczos.png'), 'Tandem x2': at('tandem.png'), Original: at('original.png') };
}

async function makePanel(name: string, file: string): Promise<Buffer> {
  const width = CROP.width * ZOOM;
  const picture = sharp(file).extract(CROP);
  const zoomed = await picture
    .resize(width, CROP.height * ZOOM, { kernel: 'nearest' })
    .png()
    .toBuffer();
  const style = 'font-family="sans-serif" font-size="18" fill="#eee" text-anchor="middle"';
  const label = `<svg width="${width}" height="${LABEL_HEIGHT}"><text x="50%" y="22" ${style}>${name}</text></svg>`;
  const background = { r: 24, g: 24, b: 28 };
  return sharp(zoomed)
    .extend({ top: LABEL_HEIGHT, background })
    .composite([{ input: Buffer.from(label), top: 0, left: 0 }])
    .png()
    .toBuffer();
}

const data = sharedData();
if (data === null) process.exit(1);
try {
  const frames = await makeFrames(join(data, 'clips', 'bbb_720p25_h264_aac51.mp4'));
  const panels = await Promise.all(Object.entries(frames).map(([name, file]) => makePanel(name, file)));
  const gap = 6;
  const step = CROP.width * ZOOM + gap;
  const size = { width: panels.length * step - gap, height: CROP.height * ZOOM + LABEL_HEIGHT };
  const create = { ...size, channels: 3 as const, background: { r: 24, g: 24, b: 28 } };
  await sharp({ create })
    .composite(panels.map((input, i) => ({ input, left: i * step, top: 0 })))
    .png({ compressionLevel: 9, palette: true, quality: 95 })
    .toFile(join(root, 'docs', 'before-after.png'));
} finally {
  rmSync(work, { recursive: true, force: true });
}
