import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDecoder } from '../../../../main/adapters/ffmpeg/decoder.ts';
import { planOutput } from '../../../../main/adapters/ffmpeg/plan.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { plainRequest } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-damage-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const FRAMES = 120;

/** Without B-frames, so that damage stays where it is. */
function make(name: string, command = ''): string {
  const path = join(folder, name);
  const clip = `-f lavfi -i testsrc2=size=96x64:rate=25 -frames:v ${FRAMES} -c:v libx264 -bf 0 -g 10 -pix_fmt yuv420p`;
  const args = `${clip} ${command}`.trim().split(' ');
  execFileSync(ffmpegs[0]!.tools.ffmpeg.path, ['-v', 'error', '-y', ...args, path]);
  return path;
}

/** The first 60 hundredths of a file, not at a border of its parts. */
function cut(path: string): string {
  const short = path.replace(/(\.\w+)$/, '-cut$1');
  copyFileSync(path, short);
  truncateSync(short, Math.floor((statSync(path).size * 0.6) / 188) * 188 + 101);
  return short;
}

/** A file with some bytes of its middle overwritten. */
function corrupt(path: string): string {
  const bytes = readFileSync(path);
  bytes.fill(0x5a, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 4000);
  const broken = path.replace(/(\.\w+)$/, '-broken$1');
  writeFileSync(broken, bytes);
  return broken;
}

const WHOLE = {
  flv: make('clip.flv'),
  fragments: make('clip.mp4', '-movflags +frag_keyframe+empty_moov'),
  ts: make('clip.ts'),
  mkv: make('clip.mkv'),
};

async function decode(tools: FfmpegTools, path: string, tolerateDamage: boolean) {
  const media = await probeMedia(tools, path);
  const plan = planOutput(media, plainRequest(path, { tolerateDamage }), tools.capabilities);
  const source = await openDecoder(tools, media, plan);
  let frames = 0;
  for await (const frame of source.frames()) {
    frame.close();
    frames += 1;
  }
  return { frames, losses: source.losses?.() ?? [], notes: plan.notes };
}

describe.each(ffmpegs)('damage with ffmpeg $name', ({ tools }) => {
  it.each(Object.entries(WHOLE))(
    'a %s file that is cut off is refused, or taken as far as it goes',
    async (_, path) => {
      await expect(decode(tools, path, false)).resolves.toMatchObject({ frames: FRAMES, losses: [] });
      const short = cut(path);
      await expect(decode(tools, short, false)).rejects.toMatchObject({
        isAppError: true,
        code: 'input-unreadable',
        message: expect.stringMatching(/--tolerate-damage/) as string,
      });
      const { frames, losses, notes } = await decode(tools, short, true);
      expect(frames).toBeGreaterThan(FRAMES * 0.4);
      expect(frames).toBeLessThan(FRAMES * 0.8);
      expect([...losses, ...notes].join()).toMatch(/cut off/);
    },
  );

  it('a damaged recording is refused, or goes on over it, and what was lost is told', async () => {
    const broken = corrupt(WHOLE.mkv);
    await expect(decode(tools, broken, false)).rejects.toMatchObject({
      code: 'input-unreadable',
      message: expect.stringMatching(/--tolerate-damage/) as string,
    });
    const { frames, losses } = await decode(tools, broken, true);
    expect(frames).toBeGreaterThan(FRAMES * 0.8);
    expect(losses.join(' ')).toMatch(/is damaged: ffmpeg complained .* frames could be decoded/);
  });
});
