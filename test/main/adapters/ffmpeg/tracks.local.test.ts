import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planOutput } from '../../../../main/adapters/ffmpeg/plan.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import { parseSrt } from '../../../../main/adapters/ffmpeg/srt.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { plainRequest, roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-tracks-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const judge = ffmpegs[0]!.tools.ffprobe.path;

const at = (name: string) => join(folder, name);
writeFileSync(at('text.srt'), '1\n00:00:00,200 --> 00:00:01,000\nFirst\n\n2\n00:00:01,200 --> 00:00:01,900\nSecond\n');
writeFileSync(at('font.ttf'), 'no real font');
const chapter = (from: number, to: number, title: string) =>
  `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${String(from)}\nEND=${String(to)}\ntitle=${title}\n`;
writeFileSync(
  at('chapters.txt'),
  `;FFMETADATA1\ntitle=A film\n${chapter(0, 1000, 'One')}${chapter(1000, 2000, 'Two')}`,
);

function make(name: string, command: string): string {
  execFileSync(maker, ['-v', 'error', '-y', ...command.split(' '), at(name)], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return at(name);
}

make('cover.jpg', '-f lavfi -i color=red:size=32x32:duration=0.04:rate=25 -frames:v 1 -pix_fmt yuvj420p -f mjpeg');
const SOURCES =
  '-f lavfi -i testsrc2=size=64x48:rate=25:duration=2 -f lavfi -i sine=duration=2 -f lavfi -i sine=500:duration=2 -i text.srt -i chapters.txt';
const COMMON = '-map 0 -map 1 -map 2 -map 3 -map_chapters 4 -map_metadata 4 -c:v libx264 -pix_fmt yuv420p';
const TAGS =
  '-metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:s:0 language=deu -disposition:a:0 0 ' +
  '-disposition:a:1 default -disposition:s:0 forced';
const RICH = make(
  'rich.mkv',
  `${SOURCES} -map 3 ${COMMON} -c:a:0 aac -c:a:1 libopus -c:s:0 srt -c:s:1 ass ${TAGS} -attach font.ttf -metadata:s:t:0 mimetype=font/ttf -attach cover.jpg -metadata:s:t:1 mimetype=image/jpeg`,
);
const FILM = make(
  'film.mp4',
  `${SOURCES} -f image2 -i cover.jpg ${COMMON} -map 5 -c:v:1 copy -disposition:v:1 attached_pic -c:a aac -c:s mov_text ${TAGS}`,
);
const RAW = make(
  'raw.mov',
  '-f lavfi -i testsrc2=size=64x48:rate=25:duration=0.4 -f lavfi -i sine=duration=0.4 -c:v libx264 -pix_fmt yuv420p -c:a pcm_s16le',
);

interface Seen {
  streams: {
    codec_type: string;
    codec_name?: string;
    disposition: Record<string, number>;
    tags?: Record<string, string>;
  }[];
  chapters: { start_time: string; end_time: string; tags?: Record<string, string> }[];
  format: { tags?: Record<string, string> };
}

function look(path: string): Seen {
  const args = ['-v', 'error', '-of', 'json', '-show_streams', '-show_chapters', '-show_format', path];
  return JSON.parse(execFileSync(judge, args, { encoding: 'utf8' })) as Seen;
}

/** Each track as `kind codec language dispositions`. */
function tracks(seen: Seen): string[] {
  return seen.streams.map(({ codec_type: kind, codec_name: codec, disposition, tags }) => {
    const set = Object.keys(disposition).filter((name) => disposition[name] === 1);
    const language = kind === 'video' || kind === 'attachment' ? '' : (tags?.language ?? '');
    return [kind, codec ?? '', language, set.join('+')].join(' ').trim();
  });
}

function texts(path: string, track: string): string {
  const text = execFileSync(maker, ['-v', 'error', '-i', path, '-map', `0:${track}`, '-f', 'srt', '-'], {
    encoding: 'utf8',
  });
  return text.replaceAll(/<[^>]+>/g, ''); // The oldest ffmpeg names a font for every line.
}

const chaptersOf = (seen: Seen) =>
  seen.chapters.map(({ start_time, tags }) => `${Number(start_time).toFixed(2)} ${tags?.title ?? ''}`);

describe.each(ffmpegs)('tracks with ffmpeg $name', ({ tools }: { name: string; tools: FfmpegTools }) => {
  const place = () => mkdtempSync(join(folder, 'out-'));

  it('all of a Matroska file come along', async () => {
    const { plan, outputPath } = await roundTrip(tools, RICH, place());
    expect(plan.container).toBe('mkv');
    const seen = look(outputPath);
    expect(tracks(seen).sort()).toEqual(tracks(look(RICH)).sort());
    expect(chaptersOf(seen)).toEqual(['0.00 One', '1.00 Two']);
    expect(seen.format.tags?.title).toBe('A film');
    expect(plan.notes).toEqual([]);
  });

  it('all of an MP4 file come along, its cover too', async () => {
    const { plan, outputPath } = await roundTrip(tools, FILM, place());
    const seen = look(outputPath);
    const told = (all: string[]) => all.filter((track) => !track.startsWith('data')).sort();
    expect(told(tracks(seen))).toEqual(told(tracks(look(FILM))));
    expect(chaptersOf(seen)).toEqual(['0.00 One', '1.00 Two']);
    expect(seen.format.tags?.title).toBe('A film');
    expect(plan.notes).toEqual([]);
  });

  it('raw sound stays in QuickTime', async () => {
    const { plan, outputPath } = await roundTrip(tools, RAW, place());
    expect([plan.container, tracks(look(outputPath))[1]?.split(' ')[1]]).toEqual(['mov', 'pcm_s16le']);
  });

  it('text is turned into what the named container takes, and that is said', async () => {
    const here = place();
    const { plan, outputPath } = await roundTrip(tools, FILM, here, { outputPath: join(here, 'named.mkv') });
    expect(plan.notes.join('\n')).toMatch(/Track 3 \(subtitle, mov_text, deu\) is converted to subrip/);
    expect(tracks(look(outputPath)).some((track) => track.startsWith('subtitle subrip deu'))).toBe(true);
    expect(texts(outputPath, 's:0')).toContain('Second');
    expect(tracks(look(outputPath)).some((track) => track.startsWith('video mjpeg'))).toBe(true);
    expect(readdirSync(here).filter((name) => name.includes('track'))).toEqual([]);
  });

  it('a span cuts text and chapters with the picture', async () => {
    const here = place();
    const span = { fromSeconds: 0.6, toSeconds: 1.6 };
    for (const [source, outputPath] of [
      [RICH, join(here, 'cut.mkv')],
      [FILM, join(here, 'cut.mp4')],
    ] as const) {
      const result = await roundTrip(tools, source, here, { ...span, outputPath });
      const [first, second] = parseSrt(texts(source, 's:0'));
      expect(parseSrt(texts(result.outputPath, 's:0')), outputPath).toEqual([
        { startMs: 0, endMs: first!.endMs - 600, text: 'First' },
        { startMs: second!.startMs - 600, endMs: 1000, text: 'Second' },
      ]);
      const kinds = (path: string) => tracks(look(path)).map((track) => track.split(' ').slice(0, 2).join(' '));
      expect(kinds(result.outputPath).sort(), outputPath).toEqual(kinds(source).sort());
      expect(chaptersOf(look(result.outputPath)), outputPath).toEqual(['0.00 One', '0.40 Two']);
    }
  });

  it('refuses a named container that cannot hold a track, and says which', async () => {
    const media = await probeMedia(tools, RICH);
    const request = plainRequest(RICH, { outputPath: at('named.mp4') });
    expect(() => planOutput(media, request, tools.capabilities)).toThrow(/MP4 cannot hold ass subtitles \(track 4\)/);
  });
});
