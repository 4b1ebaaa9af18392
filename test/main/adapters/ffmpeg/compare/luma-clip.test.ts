import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { degradeArgs } from '../../../../../main/adapters/ffmpeg/compare/degrade-clip.ts';
import { cutFrames, lumaFramesArgs } from '../../../../../main/adapters/ffmpeg/compare/luma-frames.ts';
import { parseVmafLine, vmafArgs } from '../../../../../main/adapters/ffmpeg/compare/vmaf-meter.ts';

const source = { ffmpegPath: 'ffmpeg', path: 'a b.mp4', width: 64, height: 32, passthrough: ['-vsync', 'passthrough'] };

function chunksOf(...sizes: number[]): AsyncIterable<Uint8Array> {
  let next = 0;
  return Readable.from(sizes.map((size) => new Uint8Array(size).map(() => next++)));
}

async function collect(chunks: AsyncIterable<Uint8Array>, frameBytes: number): Promise<number[][]> {
  const frames: number[][] = [];
  for await (const frame of cutFrames(chunks, frameBytes)) frames.push([...frame]);
  return frames;
}

describe('cutFrames', () => {
  it('cuts frames wherever the chunks end', async () => {
    const frames = [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ];
    expect(await collect(chunksOf(9), 3)).toEqual(frames);
    expect(await collect(chunksOf(1, 1, 4, 3), 3)).toEqual(frames);
    expect(await collect(chunksOf(), 3)).toEqual([]);
  });

  it('refuses half a frame at the end', async () => {
    await expect(collect(chunksOf(4), 3)).rejects.toThrow('expected whole frames of 3 bytes, but got 1 bytes');
  });
});

describe('arguments', () => {
  it('never ask for a pixel format when reading, which would squeeze the range', () => {
    expect(lumaFramesArgs(source)).not.toContain('-pix_fmt');
    expect(lumaFramesArgs(source).join(' ')).toContain('-vf crop=64:32:0:0 -vsync passthrough -f rawvideo');
  });

  it('make the clip smaller with accurate rounding and encode on one thread', () => {
    const args = degradeArgs({ source, scale: 2, crf: 30, target: 'small.mp4' });
    expect(args).toContain('crop=64:32:0:0,scale=32:16:flags=bicubic+accurate_rnd+full_chroma_int+bitexact');
    expect(args.slice(args.indexOf('-crf'), args.indexOf('-crf') + 4)).toEqual(['-crf', '30', '-threads', '1']);
    expect(args.at(-1)).toBe('file:small.mp4');
  });

  it('give VMAF the candidate first, paired by frame number', () => {
    expect(vmafArgs(source)).toContain(
      '[0:v:0]settb=1/25,setpts=N[d];[1:v:0]crop=64:32:0:0,settb=1/25,setpts=N[r];[d][r]libvmaf',
    );
  });
});

it('reads the VMAF score from the line that has it', () => {
  expect(parseVmafLine('[Parsed_libvmaf_4 @ 0x5581] VMAF score: 93.137524')).toBe(93.137524);
  expect(parseVmafLine('[Parsed_libvmaf_4 @ 0x5581] problem loading model')).toBeNull();
});
