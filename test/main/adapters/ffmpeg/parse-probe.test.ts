import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProbe } from '../../../../main/adapters/ffmpeg/parse-probe.ts';
import type { ProbeJson, ProbeStream } from '../../../../main/adapters/ffmpeg/probe-json.ts';

/** What ffprobe of that version printed for a real file, shortened by fields that nothing here reads. */
function captured(name: string): ProbeJson {
  const path = join(import.meta.dirname, '../../../fixtures/ffprobe', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as ProbeJson;
}

function parse(name: string, path = 'clip.mp4') {
  const json = captured(name);
  return parseProbe(path, json, json.frames ?? []);
}

function withVideo(name: string, change: Partial<ProbeStream>): ProbeJson {
  const json = captured(name);
  return { ...json, streams: (json.streams ?? []).map((stream, i) => (i === 0 ? { ...stream, ...change } : stream)) };
}

describe('what ffprobe says', () => {
  it('of a turned clip with a late start', () => {
    for (const version of ['rotated-5.1', 'rotated-5.2']) {
      const { video, container, tracks } = parse(version);
      expect(video).toMatchObject({
        rotation: 90,
        width: 1920,
        height: 1080,
        startPts: 4800,
        timeBase: { num: 1, den: 57600 },
      });
      expect(video.color).toEqual({
        range: 'tv',
        matrix: 'bt709',
        primaries: 'bt709',
        transfer: 'bt709',
        chromaLocation: 'left',
      });
      expect([container, video.sampleAspectRatio, tracks.length]).toEqual(['mp4', null, 2]);
    }
  });

  it('of a turn in the older tag', () => {
    const json = withVideo('odd-444-5.1', { tags: { rotate: '270' } });
    expect(parseProbe('a.mp4', json, []).video.rotation).toBe(270);
  });

  it('of Dolby Vision, HDR10 and tracks that have no codec name', () => {
    const dolby = parse('dolby-vision-5.1');
    expect([dolby.video.hdr, dolby.container, dolby.video.bitDepth]).toEqual(['hlg', 'mov', 10]);
    expect(dolby.video.dolbyVision).toEqual({ profile: 8, baseCompatibility: 4 });
    expect(dolby.tracks.map(({ kind, codec }) => `${kind} ${codec}`)).toContain('data mebx');
    expect(parse('hdr10-5.1').video).toMatchObject({ hdr: 'pq', pixelFormat: 'yuv420p10le' });
    expect(parse('hdr10-5.1').video.sideData.length).toBeGreaterThan(0);
    expect(parse('hdr10-5.1').video.hdrMetadata).toEqual({
      masteringDisplay: {
        ...{ red: [33899, 16099], green: [12250, 35150], blue: [6899, 2600], white: [15634, 16449] },
        ...{ minLuminance: 0, maxLuminance: 10_000_000 },
      },
      contentLight: { max: 1100, average: 180 },
    });
    expect(dolby.video.hdrMetadata).toEqual({ masteringDisplay: null, contentLight: null });
  });

  it('of interlaced video, by the stream or by any of its frames', () => {
    expect(parse('interlaced-5.2').video.fieldOrder).toBe('interlaced');
    const plain = captured('odd-444-5.1');
    expect(parseProbe('a.mp4', plain, plain.frames ?? []).video.fieldOrder).toBe('progressive');
    expect(parseProbe('a.mp4', plain, [{ interlaced_frame: 0 }, { interlaced_frame: 1 }]).video.fieldOrder).toBe(
      'interlaced',
    );
    expect(parseProbe('a.mp4', withVideo('odd-444-5.1', { field_order: 'unknown' }), []).video.fieldOrder).toBe(
      'unknown',
    );
  });

  it('of tracks, languages, dispositions and chapters', () => {
    const { tracks, chapters, container } = parse('tracks-5.1', 'clip.mkv');
    expect(tracks.map(({ kind, codec, language }) => `${kind} ${codec} ${String(language)}`)).toEqual([
      'video h264 null',
      'audio aac eng',
      'audio opus fra',
      'subtitle subrip eng',
      'subtitle subrip fra',
    ]);
    expect([chapters, container, tracks[1]?.dispositions]).toEqual([2, 'mkv', ['default']]);
  });

  it('of cover art, which is no video', () => {
    const { video, tracks } = parse('cover-5.1');
    expect(video.codec).toBe('h264');
    expect(tracks.map(({ kind }) => kind)).toEqual(['video', 'audio', 'cover']);
  });

  it('of a time base whose ticks are whole frames', () => {
    expect(parse('avi-5.1').video).toMatchObject({ timeBase: { num: 1001, den: 24000 }, frameCount: 98 });
  });
});

describe('refusals', () => {
  const refuse = (json: ProbeJson) => () => parseProbe('clip.mp4', json, []);

  it('a file without video, in one sentence', () => {
    expect(refuse(captured('sound-5.1'))).toThrow('expected a video track in clip.mp4 but it has sound only');
    expect(refuse({ streams: [] })).toThrow(/no track/);
  });

  it('a codec without a name, and a picture without a size', () => {
    const [video] = captured('odd-444-5.1').streams!;
    const nameless = { ...video!, codec_name: undefined } as unknown as ProbeStream;
    expect(refuse({ streams: [nameless] })).toThrow(/codec that ffmpeg decodes .* "avc1"/);
    expect(refuse(withVideo('odd-444-5.1', { width: 0 }))).toThrow(/codec/);
  });

  it('a slanted picture', () => {
    expect(refuse(turned(65536, 65536, -65536, 65536))).toThrow(/45 degrees/);
    const bare = { side_data_type: 'Display Matrix', rotation: -33 };
    expect(refuse(withVideo('odd-444-5.1', { side_data_list: [bare] }))).toThrow(/33 degrees/);
  });
});

/** A clip with this display matrix: `x' = a x + c y`, `y' = b x + d y`. */
function turned(a: number, b: number, c: number, d: number): ProbeJson {
  const displaymatrix = `\n00000000: ${a} ${b} 0\n00000001: ${c} ${d} 0\n00000002: 0 0 1073741824\n`;
  return withVideo('odd-444-5.1', {
    side_data_list: [{ side_data_type: 'Display Matrix', rotation: 0, displaymatrix }],
  });
}

it('reads all eight ways in which a picture can lie', () => {
  const one = 65536;
  // Worked out on paper: the unit vectors after a flip left to right and a turn clockwise.
  const ways = [
    { matrix: [one, 0, 0, one], rotation: 0, mirrored: false },
    { matrix: [0, one, -one, 0], rotation: 90, mirrored: false },
    { matrix: [-one, 0, 0, -one], rotation: 180, mirrored: false },
    { matrix: [0, -one, one, 0], rotation: 270, mirrored: false },
    { matrix: [-one, 0, 0, one], rotation: 0, mirrored: true },
    { matrix: [0, -one, -one, 0], rotation: 90, mirrored: true },
    { matrix: [one, 0, 0, -one], rotation: 180, mirrored: true },
    { matrix: [0, one, one, 0], rotation: 270, mirrored: true },
  ] as const;
  for (const { matrix, ...turn } of ways) {
    const [a, b, c, d] = matrix;
    expect(parseProbe('clip.mp4', turned(a, b, c, d), []).video).toMatchObject(turn);
  }
});
