import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProbe } from '../../../../main/adapters/ffmpeg/parse-probe.ts';
import { planOutput } from '../../../../main/adapters/ffmpeg/plan.ts';
import type { ProbeJson } from '../../../../main/adapters/ffmpeg/probe-json.ts';
import type { Capabilities } from '../../../../main/adapters/ffmpeg/tools.ts';
import type { MediaInfo, MediaTrack, VideoTrack } from '../../../../main/core/media.ts';
import type { OutputRequest } from '../../../../main/core/output-plan.ts';
import { plainRequest } from '../../../helpers/round-trip.ts';

const NEW: Capabilities = {
  version: '7.0',
  options: {
    timeBaseDemux: true,
    fpsMode: true,
    movieTimescale: true,
    displayRotation: true,
    autoscale: true,
    setts: true,
  },
  encoders: {
    libx264: ['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'gray'],
    libx265: ['yuv420p', 'yuv420p10le', 'yuv420p12le', 'yuv444p12le', 'gbrp'],
    'libvpx-vp9': ['yuv420p', 'yuv420p10le'],
    prores_ks: ['yuv422p10le', 'yuv444p10le', 'yuva444p10le'],
    ffv1: ['yuva420p', 'yuv444p', 'gray16le', 'gbrap', 'gbrp12le'],
  },
  filters: ['bwdif', 'transpose'],
  webp: true,
  vmaf: true,
  rotationIn: ['mp4', 'mov'],
  hdrIn: ['mp4', 'mov', 'mkv'],
  coverIn: ['mp4'],
};
const OLD: Capabilities = {
  ...NEW,
  options: { ...NEW.options, movieTimescale: false },
  encoders: { libx264: ['yuv420p', 'yuv444p'] },
};

function captured(name: string, path: string): MediaInfo {
  const file = join(import.meta.dirname, '../../../fixtures/ffprobe', `${name}.json`);
  const json = JSON.parse(readFileSync(file, 'utf8')) as ProbeJson;
  return parseProbe(path, json, json.frames ?? []);
}

const FILM = captured('odd-444-5.1', '/films/film.mp4');
const RICH = captured('tracks-5.1', '/films/rich.mkv');

const video = (change: Partial<VideoTrack>, media = FILM): MediaInfo => ({
  ...media,
  video: { ...media.video, ...change },
});
const plan = (media: MediaInfo, more: Partial<OutputRequest> = {}, capabilities = NEW) =>
  planOutput(media, plainRequest(media.path, { scale: 2, ...more }), capabilities);
const extra = (kind: MediaTrack['kind'], codec: string): MediaTrack => ({
  index: 9,
  kind,
  codec,
  language: 'deu',
  title: null,
  tags: {},
  dispositions: [],
});
const adding = (media: MediaInfo, kind: MediaTrack['kind'], codec: string): MediaInfo => ({
  ...media,
  tracks: [...media.tracks, extra(kind, codec)],
});

describe('the container', () => {
  const as = (container: MediaInfo['container'], media = FILM): MediaInfo => ({ ...media, container });

  it('is of the source family, else mp4', () => {
    const chosen = (['mp4', 'mov', 'mkv', 'webm', 'avi', 'other'] as const).map((from) => plan(as(from)).container);
    expect(chosen).toEqual(['mp4', 'mov', 'mkv', 'mp4', 'mp4', 'mp4']);
    expect(plan(as('avi')).outputPath).toBe('/films/film-x2.mp4');
  });

  it('is Matroska, and that is said, where a track fits nowhere else', () => {
    for (const [kind, codec] of [
      ['audio', 'vorbis'],
      ['audio', 'pcm_s16le'],
      ['subtitle', 'ass'],
      ['subtitle', 'hdmv_pgs_subtitle'],
      ['attachment', 'ttf'],
    ] as const) {
      const { container, notes, tracks } = plan(adding(as('webm'), kind, codec));
      expect(container, codec).toBe('mkv');
      expect(notes.join(), codec).toMatch(/Matroska file, since/);
      expect(tracks.every(({ action }) => action === 'copy')).toBe(true);
    }
    expect(plan(adding(as('mov'), 'audio', 'pcm_s16le')).container).toBe('mov');
  });

  it('is the one that the name asks for, or a refusal that says why not', () => {
    expect(plan(FILM, { outputPath: '/out/a.MOV' }).container).toBe('mov');
    expect(() => plan(FILM, { outputPath: 'a.webm', codec: 'x264' })).toThrow(/WebM cannot hold H.264/);
    expect(() => plan(FILM, { outputPath: 'a.avi' })).toThrow(/named .mp4, .mov, .mkv or .webm/);
    expect(() => plan(video({ pixelFormat: 'gray16le' }), { outputPath: 'a.mp4', codec: 'ffv1' })).toThrow(
      /ffv1 keeps|MP4 cannot hold FFV1/,
    );
    expect(() => plan(FILM, { outputPath: '/films/film.mp4' })).toThrow(/the input itself/);
    expect(() => plan(adding(FILM, 'subtitle', 'ass'), { outputPath: 'a.mp4' })).toThrow(
      /MP4 cannot hold ass subtitles/,
    );
  });

  it('turns text into its own kind and says so', () => {
    const { tracks, notes } = plan(RICH, { outputPath: '/out/a.mp4' });
    expect(tracks.flatMap(({ action, to }) => (action === 'convert' ? [to] : []))).toEqual(['mov_text', 'mov_text']);
    expect(notes.filter((note) => note.includes('is converted to mov_text'))).toHaveLength(2);
    expect(plan(RICH).tracks.every(({ action }) => action === 'copy')).toBe(true);
    for (const codec of ['mebx', 'klv'])
      expect(plan(adding(FILM, 'data', codec)).notes.join()).toContain(
        `Track 9 (data, ${codec}, deu) is left out: ffmpeg cannot write such data into MP4.`,
      );
    expect(plan(video({ sideData: ['Spherical Mapping'] })).notes.join()).toContain('spherical (360 degree) video');
    expect(plan(adding(FILM, 'subtitle', 'eia_608')).notes.join()).toContain('is converted to mov_text');
  });
});

describe('the picture', () => {
  it('is padded to what 4:2:0 takes, by scale', () => {
    const odd = video({ width: 161, height: 121, pixelFormat: 'yuv420p' });
    expect(plan(odd, { scale: 3 }).picture).toMatchObject({
      width: 483,
      height: 363,
      codedWidth: 484,
      codedHeight: 364,
    });
    expect(plan(odd, { scale: 3 }).notes.join()).toMatch(/padded from 483x363 to 484x364/);
    expect(plan(odd, { scale: 2 }).picture).toMatchObject({ codedWidth: 322, codedHeight: 242 });
    expect(plan(FILM, { scale: 3 }).picture).toMatchObject({ codedWidth: 1281, codedHeight: 723 }); // 4:4:4 takes any.
  });

  it('keeps range, colour and aspect, and adds nothing', () => {
    expect(plan(FILM).picture.color).toEqual(FILM.video.color);
    expect(plan(FILM).picture.sampleAspectRatio).toEqual({ num: 3856, den: 3843 });
    const full = plan(video({ pixelFormat: 'yuvj420p', color: { ...FILM.video.color, range: null } }));
    expect([full.picture.pixelFormat, full.picture.color.range, full.source.color.range]).toEqual([
      'yuv420p',
      'pc',
      'pc',
    ]);
  });

  it('of unknown colour that outgrows SD may be shown in other colours, and that is said', () => {
    const told = (height: number, matrix: string | null) =>
      plan(video({ height, color: { ...FILM.video.color, matrix } })).notes.some((note) =>
        note.includes('colour matrix'),
      );
    expect([told(480, null), told(480, 'bt709'), told(240, null), told(720, null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('is turned by a note where the container keeps it, else in its pixels', () => {
    const turned = video({
      rotation: 90,
      width: 64,
      height: 48,
      pixelFormat: 'yuv420p',
      sampleAspectRatio: { num: 4, den: 3 },
    });
    expect(plan(turned).picture.rotation).toEqual({ degrees: 90, mirrored: false, how: 'metadata' });
    const pixels = plan(turned, { outputPath: 'a.mkv' });
    expect(pixels.picture).toMatchObject({ width: 96, height: 128, sampleAspectRatio: { num: 3, den: 4 } });
    expect(pixels.source).toMatchObject({ width: 48, height: 64, filters: ['transpose=clock'] });
    expect(pixels.picture.color.chromaLocation).toBe('top');
    expect(pixels.notes.join()).toMatch(/itself is turned by 90 degrees/);
    const wide = plan(video({ rotation: 270, pixelFormat: 'yuv422p' }), { outputPath: 'a.mkv' });
    expect(wide.source.filters).toEqual([
      'scale=in_h_chr_pos=0:in_range=tv:out_range=tv',
      'format=yuv444p',
      'transpose=cclock',
    ]);
    expect([wide.source.pixelFormat, wide.picture.encodedPixelFormat]).toEqual(['yuv444p', 'yuv444p']);
    expect(wide.notes.join()).toContain('Turned, yuv422p becomes yuv444p, which keeps all of it.');
  });

  it('is deinterlaced, or refused where that cannot be done', () => {
    const fields = video({ fieldOrder: 'interlaced' });
    expect(plan(fields).source.filters).toEqual(['bwdif=mode=send_frame:parity=auto:deint=all']);
    expect(plan(fields).notes.join()).toMatch(/interlaced/);
    expect(() => plan(fields, {}, { ...NEW, filters: [] })).toThrow(/interlaced/);
  });

  it('is flipped in its pixels where the container cannot say so', () => {
    const flipped = (rotation: number, outputPath: string) =>
      plan(video({ rotation, mirrored: true, pixelFormat: 'yuv420p' }), { outputPath });
    expect(flipped(90, 'a.mp4').picture.rotation).toEqual({ degrees: 90, mirrored: true, how: 'metadata' });
    expect(flipped(0, 'a.mkv').source.filters).toEqual(['hflip']);
    expect(flipped(0, 'a.mkv').notes.join()).toMatch(/itself is flipped, since/);
    expect(flipped(270, 'a.mkv').notes.join()).toMatch(/flipped and turned by 270 degrees/);
  });

  it('of HDR keeps its metadata and the base layer of Dolby Vision', () => {
    const hdr = captured('hdr10-5.1', 'a.mp4');
    const { encoder, picture, container } = plan(hdr);
    expect([encoder.name, container]).toEqual(['libx265', 'mp4']);
    expect(picture.hdr).toEqual(hdr.video.hdrMetadata);
    expect(encoder.args.join(' ')).toContain(
      'master-display=G(12250,35150)B(6899,2600)R(33899,16099)WP(15634,16449)L(10000000,0):max-cll=1100,180',
    );
    const dolby = captured('dolby-vision-5.1', 'a.MOV');
    expect(plan(dolby).notes.join()).toMatch(/Dolby Vision profile 8: its base layer, HDR \(HLG\), is kept/);
    const alone = { ...dolby, video: { ...dolby.video, dolbyVision: { profile: 5, baseCompatibility: 0 } } };
    expect(() => plan(alone)).toThrow(/profile 5, which this ffmpeg cannot convert/);
    const plus = video({ sideData: ['HDR Dynamic Metadata SMPTE2094-40 (HDR10+)'] }, hdr);
    expect(plan(plus).notes.join()).toMatch(/HDR10\+ data of the source is left out/);
  });

  it('goes to the first encoder that keeps its format, and that is said', () => {
    const chosen = (pixelFormat: string, more: Partial<OutputRequest> = {}) => {
      const { encoder, picture, container, notes } = plan(video({ pixelFormat }), more);
      const formats = [picture.pixelFormat, picture.encodedPixelFormat];
      return [encoder.name, container, ...new Set(formats), notes.some((note) => note.includes('is encoded with'))];
    };
    expect(chosen('yuv420p10le')).toEqual(['libx264', 'mp4', 'yuv420p10le', false]);
    expect(chosen('yuv420p12le')).toEqual(['libx265', 'mp4', 'yuv420p12le', true]);
    expect(chosen('yuv422p12le')).toEqual(['libx265', 'mp4', 'yuv444p12le', true]);
    expect(chosen('gbrp')).toEqual(['libx265', 'mp4', 'gbrp', true]);
    expect(chosen('yuva420p')).toEqual(['ffv1', 'mkv', 'yuva420p', true]);
    expect(chosen('yuva444p12le')).toEqual(['prores_ks', 'mov', 'yuva444p12le', 'yuva444p10le', true]);
    expect(chosen('yuv420p', { codec: 'prores', crf: 16 })).toEqual([
      'prores_ks',
      'mov',
      'yuv422p',
      'yuv422p10le',
      false,
    ]);
    expect(chosen('yuv420p', { outputPath: 'a.webm' })).toEqual(['libvpx-vp9', 'webm', 'yuv420p', true]);
    expect(() => chosen('yuv444p', { codec: 'vp9' })).toThrow(/vp9 keeps .* yuv444p; leave --codec out/);
    expect(() => chosen('yuv420p', { codec: 'svt-av1' })).toThrow(/works with ffmpeg 7.0 here .*x264.* got svt-av1/);
    expect(() => chosen('yuv420p', { codec: 'prores' })).toThrow(/lossless encoder for --crf 0/);
  });

  it('drops transparency where the codec asked for has none, and says so', () => {
    const { source, notes } = plan(video({ pixelFormat: 'yuva420p' }), { codec: 'x264' });
    expect([source.pixelFormat, source.decodedPixelFormat]).toEqual(['yuv420p', 'yuva420p']);
    expect(notes.join()).toMatch(/transparency/);
  });

  it('that is wide is told of codecs that players show', () => {
    expect(plan(video({ width: 3026 })).notes.join()).toMatch(/6052 pixels wide: .*--codec x265/);
  });

  it('is refused in one sentence where this version cannot do it right', () => {
    expect(() => plan(video({ pixelFormat: 'xyz12le' }))).toThrow(/decodes to xyz12le/);
    expect(() => plan(video({ pixelFormat: 'yuv422p10le' }), {}, OLD)).toThrow(/encoder of ffmpeg 7.0 keeps/);
    expect(() => plan(video({ width: 10_000 }))).toThrow(/at most 16384/);
    expect(() => plan(FILM, {}, { ...NEW, encoders: {} })).toThrow(/encoder/);
  });
});

describe('pictures', () => {
  const png: MediaInfo = { ...video({ pixelFormat: 'rgba' }), path: '/p/a.png', formatName: 'png_pipe', tracks: [] };

  it('become pictures of their kind, losslessly on the way', () => {
    const { pictures, outputPath, encoder, picture, tracks } = plan(png, { crf: 16 });
    expect([pictures, outputPath]).toEqual([{ kind: 'png', pattern: null, first: 1 }, '/p/a-x2.png']);
    expect([encoder.name, picture.encodedPixelFormat, tracks]).toEqual(['ffv1', 'gbrap', []]);
  });

  it('in a row become a folder beside theirs', () => {
    const row = plan({ ...png, path: '/p/frames/%04d.png', formatName: 'image2' });
    expect([row.pictures?.pattern, row.outputPath]).toEqual(['%04d.png', '/p/frames-x2']);
  });

  it('are refused where the name cannot hold them, and told what they lose', () => {
    expect(() => plan(FILM, { outputPath: '/a/b.png' })).toThrow(/place for numbers, such as out\/%04d.png/);
    expect(() => plan(png, { outputPath: '/p/b.png', codec: 'x264' })).toThrow(/no --codec for pictures/);
    expect(() => plan(FILM, { outputPath: '/a/b.webp' }, { ...NEW, webp: false })).toThrow(/writes WebP/);
    const gif = plan(adding(FILM, 'audio', 'aac'), { outputPath: '/a/b.gif' });
    expect(gif.notes.join()).toMatch(/GIF has 256 colours.*is left out: GIF holds pictures only/);
    expect(plan(video({ pixelFormat: 'gbrp12le' }), { outputPath: '/a/b.webp' }).notes.join()).toMatch(/Of 12 bits/);
  });
});

describe('time', () => {
  it('keeps the ticks of the source, whole fractions of a second', () => {
    expect(plan(captured('avi-5.1', 'a.avi')).timeBase).toEqual({ num: 1, den: 24000 });
    expect(plan(captured('rotated-5.1', 'a.mp4')).timeBase).toEqual({ num: 1, den: 57600 });
    const { timeBase, notes } = plan(video({ timeBase: { num: 1, den: 2 ** 31 } }));
    expect([timeBase.den, notes.join()]).toEqual([1_000_000, expect.stringMatching(/microsecond/)]);
  });

  it('says when Matroska rounds', () => {
    expect(plan(FILM, { outputPath: 'a.mkv' }).notes.join()).toMatch(/millisecond/);
    expect(plan(RICH).notes).toEqual([]);
  });

  it('counts a span from the file start and moves the output to zero', () => {
    const late = { ...FILM, startSeconds: 0.5 };
    expect(plan(late, { fromSeconds: 1, toSeconds: 2 }).trim).toEqual({
      fromTicks: 19200,
      toTicks: 32000,
      shiftTicks: 19200,
    });
    expect(plan(late, { toSeconds: 2 }).trim).toEqual({ fromTicks: null, toTicks: 32000, shiftTicks: 0 });
    expect(plan(FILM, { fromSeconds: 2.9 }).source.seekSeconds).toBeNull();
    expect(plan({ ...FILM, durationSeconds: 100 }, { fromSeconds: 90 }).source.seekSeconds).toBe(85);
    expect(() => plan(FILM, { fromSeconds: 2, toSeconds: 1 })).toThrow(/--to after --from/);
    expect(() => plan(FILM, { fromSeconds: 30 })).toThrow(/within the 3.00 seconds/);
  });

  it('lifts stamps before zero, which no pipe can hold, and takes them back', () => {
    const early = plan(video({ startPts: -6400 }));
    expect([early.source.offsetSeconds, early.trim.shiftTicks]).toEqual([2, 25600]);
  });
});

describe('the request', () => {
  it('is checked', () => {
    expect(() => plan(FILM, { scale: 1.5 })).toThrow(/whole scale/);
    expect(() => plan(FILM, { crf: 60 })).toThrow(/crf/);
    expect(() => plan(FILM, { preset: 'best' as 'fast' })).toThrow(/preset/);
    expect(() => plan(FILM, { segmentFrames: 0 })).toThrow(/segments/);
  });

  it('makes the same encoder whatever the machine', () => {
    expect(plan(FILM).encoder).toEqual({
      ...{ name: 'libx264', codec: 'h264', crf: 0, fourcc: null, inputArgs: [], filters: [] },
      threads: 4,
      args: ['-preset', 'ultrafast', '-qp', '0', '-threads', '4', '-x264-params', 'fps=25/1:sync-lookahead=0'],
    });
  });
});
