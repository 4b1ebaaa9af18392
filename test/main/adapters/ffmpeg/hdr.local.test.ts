/** HDR by every encoder that can say so: transfer, primaries, mastering display and content light stay as they were. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { inspectMedia } from '../../../helpers/inspect-media.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-hdr-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
/** The system's tells content light of AV1, too; it judges where there is one. */
const judge = (ffmpegs.find(({ name }) => name === 'system') ?? ffmpegs[0]!).tools.ffprobe.path;
const SOURCE = join(folder, 'hdr.mp4');
const MASTER = 'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';
const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=25:duration=0.24', '-pix_fmt', 'yuv420p10le'];
const tags = ['-color_range', 'tv', '-colorspace', 'bt2020nc', '-color_primaries', 'bt2020', '-color_trc', 'smpte2084'];
const codec = ['-c:v', 'libx265', '-tag:v', 'hvc1', '-x265-params', `lossless=1:log-level=error:${MASTER}`];
execFileSync(ffmpegs[0]!.tools.ffmpeg.path, ['-v', 'error', ...picture, ...codec, ...tags, SOURCE]);

const CASES = ffmpegs.flatMap(({ name, tools }) =>
  (['x265', 'svt-av1', 'aom-av1', 'vp9'] as const).flatMap((choice) => {
    const encoder = { x265: 'libx265', 'svt-av1': 'libsvtav1', 'aom-av1': 'libaom-av1', vp9: 'libvpx-vp9' }[choice];
    const isThere = tools.capabilities.encoders[encoder]?.includes('yuv420p10le') === true;
    return isThere ? (['mp4', 'mkv'] as const).map((to) => ({ name, tools, choice, to })) : [];
  }),
);

describe('HDR10', () => {
  it('has encoders on every ffmpeg', () => {
    for (const { name } of ffmpegs) expect(CASES.some((each) => each.name === name)).toBe(true);
  });

  it.each(CASES)('by $choice into $to, ffmpeg $name', async ({ name, tools, choice, to }) => {
    const place = mkdtempSync(join(folder, 'out-'));
    const request = { outputPath: join(place, `named.${to}`), codec: choice, crf: 20 };
    const { outputPath, plan } = await roundTrip(tools, SOURCE, place, request);
    const [before, after] = [await inspectMedia(judge, SOURCE), await inspectMedia(judge, outputPath)];
    expect(Object.keys(before.hdr)).toHaveLength(12);
    expect(after.color).toEqual(before.color);
    expect(after.pixelFormat).toBe('yuv420p10le');
    const isSaid = plan.notes.join(' ').includes(`left out: this ffmpeg cannot note them in a ${to} file`);
    expect(isSaid).toBe(name === 'npm' && to === 'mp4' && choice !== 'x265');
    expect(after.hdr).toEqual(isSaid ? {} : before.hdr);
  });
});
