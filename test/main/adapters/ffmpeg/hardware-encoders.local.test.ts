import { describe, expect, it } from 'vitest';
import { HARDWARE_ENCODERS } from '../../../../main/adapters/ffmpeg/encoders/hardware.ts';
import { chooseEncoder } from '../../../../main/adapters/ffmpeg/plan-encoder.ts';
import { triesEncoders } from '../../../../main/adapters/ffmpeg/trials.ts';
import { findFfmpegs } from '../../../helpers/ffmpegs.ts';

const ffmpegs = await findFfmpegs();
const question = { path: 'a.mp4', format: 'yuv420p', isHdr: false, crf: 20, container: null } as const;

describe('encoders of the hardware', () => {
  it.each(ffmpegs)(
    'are offered where they wrote frames and refused with a choice elsewhere: ffmpeg $name',
    ({ tools }) => {
      const { capabilities } = tools;
      for (const { choice, name } of HARDWARE_ENCODERS) {
        const choose = () => chooseEncoder({ ...question, codec: choice }, capabilities);
        if (capabilities.encoders[name] !== undefined) expect(choose().spec.name).toBe(name);
        else expect(choose).toThrow(new RegExp(`encoder that works with .* here \\(.*x264.*\\) but got ${choice}`));
      }
    },
  );

  it('that are listed and write nothing are none', async () => {
    const listed = new Set(['libx264', 'h264_vaapi', 'hevc_nvenc']);
    const works = (args: readonly string[]) => Promise.resolve(!args.some((arg) => /_(vaapi|nvenc)$/.test(arg)));
    expect(Object.keys(await triesEncoders(works, listed))).toEqual(['libx264']);
  });
});
