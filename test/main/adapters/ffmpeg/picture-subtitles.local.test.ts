/** Subtitles that are pictures: nothing here can write them anew, so that they are copied or the file is refused. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { writePgs } from '../../../helpers/pgs-subtitle.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-pgs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const SOURCE = join(folder, 'disc.mkv');
writePgs(join(folder, 'bars.sup'), [
  [0.5, 1],
  [1.2, 1.8],
]);
const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25:duration=2', '-i', join(folder, 'bars.sup')];
const language = ['-metadata:s:s:0', 'language=eng', '-disposition:s:0', 'forced'];
execFileSync(maker, ['-v', 'error', '-copyts', ...picture, '-c:v', 'libx264', '-c:s', 'copy', ...language, SOURCE]);

/** All segments with their times, as a disc has them (newer ffmpegs keep those of one picture in one packet), and the track's facts. */
function subtitles(path: string) {
  const copy = ['-v', 'error', '-copyts', '-i', path, '-map', '0:s', '-c', 'copy', '-f', 'sup', '-'];
  const segments = execFileSync(maker, copy).toString('hex');
  const entries = ['-show_entries', 'stream=codec_name:stream_tags=language:stream_disposition=forced'];
  const ask = ['-v', 'error', '-select_streams', 's', ...entries, '-of', 'csv=p=0', path];
  const facts = execFileSync(ffmpegs[0]!.tools.ffprobe.path, ask, { encoding: 'utf8' }).trim();
  return { segments, facts };
}

describe.each(ffmpegs)('Blu-ray subtitles with ffmpeg $name', ({ tools }) => {
  it('come along in Matroska, segment by segment, by their name too', async () => {
    const { outputPath, plan } = await roundTrip(tools, SOURCE, mkdtempSync(join(folder, 'out-')));
    expect(plan.container).toBe('mkv');
    const before = subtitles(SOURCE);
    expect(subtitles(outputPath)).toEqual(before);
    expect(before.segments).toBe(readFileSync(join(folder, 'bars.sup')).toString('hex'));
    expect(before.facts).toBe('hdmv_pgs_subtitle,1,eng');
  });

  it('are no reason to lose them in MP4: that is refused', async () => {
    const place = mkdtempSync(join(folder, 'out-'));
    await expect(roundTrip(tools, SOURCE, place, { outputPath: join(place, 'a.mp4') })).rejects.toMatchObject({
      message: expect.stringMatching(/MP4 cannot hold hdmv_pgs_subtitle subtitles \(track 1\); use \.mkv/) as string,
    });
  });
});
