import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseIdet } from '../../../../main/adapters/ffmpeg/probe-fields.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-fields-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();

function make(name: string, command: string): string {
  const path = join(folder, name);
  execFileSync(ffmpegs[0]!.tools.ffmpeg.path, ['-v', 'error', '-y', ...command.split(' '), path]);
  return path;
}

/** Waves that run sideways and are smooth from line to line: combs can only come from fields. */
const WAVES = "geq=lum='128+100*sin((X+N*5)/9)*cos(Y/40)':cb=128:cr=128";
const MOVING = (rate: string) => `-f lavfi -i color=gray:size=48x480:rate=${rate},format=yuv420p,${WAVES}`;
const H264 = '-c:v libx264 -pix_fmt yuv420p -qp 4 -preset ultrafast';
/** Fields of 50 moments a second, marked as such, and the same without a mark. */
const MARKED = make('marked.mp4', `${MOVING('50')} -vf interlace=scan=tff -frames:v 40 ${H264} -x264opts tff=1`);
const UNMARKED = make('unmarked.mp4', `${MOVING('50')} -vf interlace=scan=bff,setfield=prog -frames:v 40 ${H264}`);
/** Whole frames in a file that says otherwise. */
const WRONG = make('wrong.mp4', `${MOVING('25')} -frames:v 40 ${H264} -x264opts tff=1`);
const FILM = make('film.mp4', `${MOVING('24000/1001')} -vf telecine -frames:v 60 ${H264} -x264opts tff=1`);
const PLAIN = make('plain.mp4', `${MOVING('25')} -frames:v 40 ${H264}`);

describe('what idet says', () => {
  it('is read from the larger of its summaries', () => {
    const lines = (counts: string) => [
      `[Parsed_idet_0 @ 0x1] Repeated Fields: Neither:    30 Top:     5 Bottom:     5`,
      `[Parsed_idet_0 @ 0x1] Single frame detection: TFF:     9 BFF:     0 Progressive:     1 Undetermined:    30`,
      `[Parsed_idet_0 @ 0x1] Multi frame detection: ${counts}`,
    ];
    const summary = [
      ...lines('TFF:     0 BFF:     0 Progressive:     0 Undetermined:     0'),
      ...lines('TFF:    30 BFF:     1 Progressive:     4 Undetermined:     5'),
    ];
    expect(parseIdet(summary)).toEqual({ topFirst: 30, bottomFirst: 1, progressive: 4, undetermined: 5, repeated: 10 });
    expect(parseIdet(['nothing'])).toBeNull();
  });
});

describe.each(ffmpegs)('fields with ffmpeg $name', ({ tools }: { name: string; tools: FfmpegTools }) => {
  const place = () => mkdtempSync(join(folder, 'out-'));
  const combs = async (path: string) => {
    const { fieldSample } = (await probeMedia(tools, path)).video;
    return (fieldSample?.topFirst ?? 0) + (fieldSample?.bottomFirst ?? 0);
  };

  it('become a frame for two, or one for each, at its own time', async () => {
    const two = await roundTrip(tools, MARKED, place());
    expect(two.plan.notes.join()).toMatch(/is interlaced: it is deinterlaced \(bwdif, one frame for two/);
    expect(two.stamps).toHaveLength(40);
    const each = await roundTrip(tools, MARKED, place(), { deinterlace: 'field' });
    expect(each.stamps).toHaveLength(80);
    const seconds = each.stamps.map((pts) => pts / each.plan.timeBase.den);
    expect(seconds.every((time, i) => Math.abs(time - i / 50) < 1e-9)).toBe(true);
    expect(await combs(each.outputPath)).toBeLessThan(8);
  });

  it('are found where nothing marks them, in their own order', async () => {
    const { plan, outputPath } = await roundTrip(tools, UNMARKED, place());
    expect(plan.source.filters).toEqual(['bwdif=mode=send_frame:parity=bff:deint=all']);
    expect(plan.notes.join()).toMatch(/interlaced, though it is not marked so/);
    expect(await combs(UNMARKED)).toBeGreaterThan(20);
    expect(await combs(outputPath)).toBeLessThan(4);
  });

  it('that are none are left alone, and that is said', async () => {
    const { plan } = await roundTrip(tools, WRONG, place());
    expect(plan.source.filters).toEqual([]);
    expect(plan.notes.join()).toMatch(/marked as interlaced but no frame that was looked at is/);
    const plain = await roundTrip(tools, PLAIN, place());
    expect([plain.plan.source.filters, plain.plan.notes]).toEqual([[], []]);
    const off = await roundTrip(tools, MARKED, place(), { deinterlace: 'off' });
    expect([off.plan.source.filters, off.plan.notes.join()]).toEqual([[], expect.stringMatching(/stays so, as asked/)]);
  });

  it('of film are offered to be matched again, and matched give its 24 frames a second', async () => {
    const { plan } = await roundTrip(tools, FILM, place());
    expect(plan.notes.join()).toMatch(/3:2 pulldown: --inverse-telecine/);
    const film = await roundTrip(tools, FILM, place(), { inverseTelecine: true });
    expect(film.stamps.length).toBeGreaterThanOrEqual(47);
    expect(film.stamps.length).toBeLessThanOrEqual(49);
    const steps = film.stamps.slice(1).map((pts, i) => (pts - film.stamps[i]!) / film.plan.timeBase.den);
    expect(Math.max(...steps.map((step) => Math.abs(step - 1001 / 24000)))).toBeLessThan(0.0101);
    expect(await combs(film.outputPath)).toBeLessThan(4);
  });
});
