import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openDecoder } from '../../../../main/adapters/ffmpeg/decoder.ts';
import { openEncoder } from '../../../../main/adapters/ffmpeg/encoder.ts';
import { joinSegments } from '../../../../main/adapters/ffmpeg/join.ts';
import { nutFrameHead, nutHeader } from '../../../../main/adapters/nut/muxer.ts';
import { planOutput } from '../../../../main/adapters/ffmpeg/plan.ts';
import { probeMedia } from '../../../../main/adapters/ffmpeg/probe.ts';
import type { FfmpegTools } from '../../../../main/adapters/ffmpeg/tools.ts';
import { verifyOutput } from '../../../../main/adapters/ffmpeg/verify.ts';
import { AppError } from '../../../../main/core/errors.ts';
import { Frame, liveFrameCount } from '../../../../main/core/frame.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';
import { plainRequest, roundTrip } from '../../../helpers/round-trip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-failures-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  expect(liveFrameCount()).toBe(0);
});

const ffmpegs = await findFfmpegs();
const maker = ffmpegs[0]!.tools.ffmpeg.path;
const CLIP = join(folder, 'clip.mp4');
const clipArgs =
  '-f lavfi -i testsrc2=size=64x48:rate=25 -frames:v 60 -c:v libx264 -pix_fmt yuv420p -movflags +faststart';
execFileSync(maker, ['-v', 'error', '-y', ...clipArgs.split(' '), CLIP], { stdio: ['ignore', 'inherit', 'inherit'] });

async function plan(tools: FfmpegTools, path = CLIP) {
  const media = await probeMedia(tools, path);
  return { media, plan: planOutput(media, plainRequest(path), tools.capabilities) };
}

/** An ffmpeg that is a shell script: `$FFMPEG` inside it is the real one. */
function wrap(tools: FfmpegTools, name: string, script: string): FfmpegTools {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nFFMPEG='${tools.ffmpeg.path}'\n${script}\n`);
  chmodSync(path, 0o755);
  return { ...tools, ffmpeg: { ...tools.ffmpeg, path } };
}

async function drain(source: { frames(): AsyncIterable<Frame> }): Promise<number> {
  let count = 0;
  for await (const frame of source.frames()) {
    frame.close();
    count += 1;
  }
  return count;
}

/** Processes that this one started and that still run, shells of vitest's own left out. */
function children(pid = process.pid): string[] {
  const text = execFileSync('ps', ['-eo', 'ppid=,args='], { encoding: 'utf8' });
  return text
    .split('\n')
    .filter((line) => new RegExp(`^\\s*${String(pid)}\\s.*ffmpeg`).test(line) && !line.includes('ps -eo'));
}

const sentence = (code: string, text: RegExp) => ({
  isAppError: true,
  code,
  message: expect.stringMatching(text) as string,
});

describe.each(ffmpegs)('ffmpeg $name', ({ name, tools }: { name: string; tools: FfmpegTools }) => {
  it('a decoder whose pipe is cut has not ended, whatever its exit code', async () => {
    const { media, plan: output } = await plan(tools);
    const cut = wrap(tools, `cut-${name}`, '"$FFMPEG" "$@" | head -c 150000');
    await expect(openDecoder(cut, media, output).then(drain)).rejects.toMatchObject({ isAppError: true });
    await expect(openDecoder(tools, media, output).then(drain)).resolves.toBe(60);
  });

  it('a decoder that ends between two frames, silently and well, has not ended', async () => {
    const { media, plan: output } = await plan(tools);
    const frameBytes = 64 * 48 * 1.5;
    const short = wrap(
      tools,
      `short-${name}`,
      `"$FFMPEG" "$@" 2>/dev/null | head -c ${String(frameBytes * 20)}; exit 0`,
    );
    await expect(openDecoder(short, media, output).then(drain)).rejects.toMatchObject({ isAppError: true });
  });

  it('an encoder whose feeder was cut has not finished, though ffmpeg exits with 0 and leaves a playable file', async () => {
    const { media, plan: output } = await plan(tools);
    const { codedWidth: width, codedHeight: height, sampleAspectRatio } = output.picture;
    const head = nutHeader({
      fourcc: Buffer.from('I420'),
      width,
      height,
      sampleAspectRatio,
      timeBase: output.timeBase,
    });
    const frameBytes = (i: number) => nutFrameHead(i * 512, 4608).length + 4608;
    const bytes = Array.from({ length: 34 }, (_, i) => frameBytes(i)).reduce((sum, size) => sum + size, head.length);
    const script = `head -c ${String(bytes)} | "$FFMPEG" "$@"; status=$?; cat > /dev/null; exit $status`;
    const starved = wrap(tools, `starved-${name}`, script);
    const path = join(folder, 'starved.nut');
    const sink = await openEncoder(starved, output, { segmentIndex: 3, path });
    const source = await openDecoder(tools, media, output);
    for await (const frame of source.frames()) await sink.push(frame);
    await expect(sink.finish()).rejects.toMatchObject(
      sentence('ffmpeg-failed', /segment 3: expected 60 frames encoded but got 34 frames/),
    );
    await sink.abort();
    expect(existsSync(path)).toBe(false);
  });

  it('an encoder that dies midway is told in one sentence with its evidence', async () => {
    const { media, plan: output } = await plan(tools);
    const dying = wrap(
      tools,
      `dying-${name}`,
      'echo "[error] Broken by the test" >&2; head -c 30000 >/dev/null; exit 7',
    );
    const sink = await openEncoder(dying, output, { segmentIndex: 0, path: join(folder, 'dying.nut') });
    const source = await openDecoder(tools, media, output);
    const run = async () => {
      for await (const frame of source.frames()) await sink.push(frame);
      await sink.finish();
    };
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(error).toMatchObject(sentence('ffmpeg-failed', /segment 0.*exit code 7 \(Broken by the test\)/));
    expect((error as AppError).details).toMatchObject({ exitCode: 7, signal: null });
    await sink.abort();
  });

  it.each(['mp4', 'mkv', 'avi', 'webm'])('a %s file that is cut off is refused, not shortened', async (extension) => {
    const whole = join(folder, `whole.${extension}`);
    const codec = { webm: 'libvpx-vp9 -deadline realtime', avi: 'mpeg4' }[extension] ?? 'libx264';
    const args = `-f lavfi -i testsrc2=size=64x48:rate=25 -frames:v 120 -c:v ${codec} -pix_fmt yuv420p -movflags +faststart`;
    execFileSync(maker, ['-v', 'error', '-y', ...args.split(' '), whole], { stdio: 'ignore' });
    const cut = join(folder, `cut.${extension}`);
    copyFileSync(whole, cut);
    truncateSync(cut, Math.round(statSync(whole).size * 0.6));
    const error: unknown = await roundTrip(tools, cut, mkdtempSync(join(folder, 'cut-'))).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject(sentence('input-unreadable', /cut off|to its end|cannot be read/));
  });

  it('stops at once when told to, and leaves no process behind', async () => {
    const { media, plan: output } = await plan(tools);
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const sink = await openEncoder(tools, output, { ...options, segmentIndex: 0, path: join(folder, 'stopped.nut') });
    const source = await openDecoder(tools, media, output, options);
    const run = async () => {
      for await (const frame of source.frames()) {
        await sink.push(frame);
        if (frame.index === 5) stop.abort();
      }
      await sink.finish();
    };
    await expect(run()).rejects.toMatchObject(sentence('interrupted', /stopped/));
    await sink.abort();
    expect(children()).toEqual([]);
  });

  it('a muxer that dies midway is told in one sentence with its evidence', async () => {
    const place = mkdtempSync(join(folder, 'dying-muxer-'));
    const { segments } = await roundTrip(tools, CLIP, place);
    const { media, plan: output } = await plan(tools);
    const script = 'exec <&-; sleep 0.5; echo "[error] Broken by the test" >&2; exit 7';
    const dying = wrap(tools, `dying-muxer-${name}`, script);
    const error: unknown = await joinSegments(dying, media, output, segments, join(place, 'joined.mp4')).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject(sentence('ffmpeg-failed', /joined\.mp4.*exit code 7 \(Broken by the test\)/));
  });

  it('names a full pipe of segments that do not belong together', async () => {
    const place = mkdtempSync(join(folder, 'mixed-'));
    const { segments } = await roundTrip(tools, CLIP, place);
    const { media, plan: output } = await plan(tools);
    writeFileSync(segments[1]!, 'nothing of a segment');
    const joined = join(place, 'joined.mp4');
    await expect(joinSegments(tools, media, output, segments, joined)).rejects.toMatchObject({ code: 'ffmpeg-failed' });
  });

  it('checks frames, size and blackness of what it wrote', async () => {
    const place = mkdtempSync(join(folder, 'verify-'));
    const { plan: output, outputPath } = await roundTrip(tools, CLIP, place);
    const check = (frames: number, more = output, path = outputPath) =>
      verifyOutput(tools, more, path, { frames, sourceIsBlack: false });
    await expect(check(60)).resolves.toBeUndefined();
    await expect(check(61)).rejects.toMatchObject(sentence('output-check-failed', /expected 61 frames .* got 60/));
    const picture = { ...output.picture, codedWidth: 128 };
    await expect(check(60, { ...output, picture })).rejects.toMatchObject({ code: 'output-check-failed' });
    const black = join(place, 'black.mp4');
    const blackArgs = '-f lavfi -i color=black:size=64x48:rate=25 -frames:v 60 -c:v libx264 -pix_fmt yuv420p';
    execFileSync(maker, ['-v', 'error', ...blackArgs.split(' '), black], { stdio: 'ignore' });
    await expect(check(60, output, black)).rejects.toMatchObject(sentence('output-check-failed', /black/));
    await expect(verifyOutput(tools, output, black, { frames: 60, sourceIsBlack: true })).resolves.toBeUndefined();
  });
});

it('no ffmpeg outlives a parent that was killed without a chance to say so', async () => {
  const { tools } = ffmpegs[0]!;
  const script = join(folder, 'parent.ts');
  const main = join(import.meta.dirname, '../../../../main/adapters/process/child.ts');
  const forever = `['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x240', '-f', 'rawvideo', 'pipe:1']`;
  const reading = `['-v', 'error', '-f', 'rawvideo', '-video_size', '64x48', '-i', 'pipe:0', '-f', 'null', '-']`;
  writeFileSync(
    script,
    `import { startChild } from ${JSON.stringify(main)};
     startChild(${JSON.stringify(tools.ffmpeg.path)}, ${forever}, { stdout: 'pipe' }).stdout.resume();
     startChild(${JSON.stringify(tools.ffmpeg.path)}, ${reading}, { stdin: 'pipe' });`,
  );
  const parent = spawn(process.execPath, [script], { stdio: 'ignore' });
  const pid = parent.pid ?? 0;
  await expect.poll(() => children(pid).length, { timeout: 20_000 }).toBe(2);
  const pids = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([child, owner]) => (owner === String(pid) ? [Number(child)] : []));
  parent.kill('SIGKILL');
  const alive = () => pids.filter((child) => existsSync(`/proc/${String(child)}`));
  await expect.poll(alive, { timeout: 20_000 }).toEqual([]);
});
