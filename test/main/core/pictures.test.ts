import { describe, expect, it } from 'vitest';
import { isNumbered, numberOf, numberedName, pictureKind } from '../../../main/core/pictures.ts';

describe('names of pictures', () => {
  it('tell their kind by the end', () => {
    const kinds = ['a.png', 'b/c.JPEG', 'x.gif', 'x.apng', 'x.webp', 'a.mp4', 'png', 'a.png/b'].map(pictureKind);
    expect(kinds).toEqual(['png', 'jpg', 'gif', 'apng', 'webp', null, null, null]);
  });

  it('are a row where there is a place for a number', () => {
    expect(['a/%04d.png', '%d.jpg', 'a%3d.png', 'a.png', '100%.png', 'a%d/b.png', 'a%03d.mp4'].map(isNumbered)).toEqual(
      [...[true, true, true, false, false, false, false]],
    );
  });

  it('fit their pattern and no other', () => {
    const fits = numberedName('shot (1) %04d.png');
    expect(
      ['shot (1) 0001.png', 'shot (1) 12345.png', 'shot (1) a.png', 'shot 1 0001.png'].map((n) => fits.test(n)),
    ).toEqual([true, true, false, false]);
  });

  it('have the number that ffmpeg would write', () => {
    const names = ['007.png', '1000.png', '7.png', '0007.png', 'x007.png'];
    expect(names.map((name) => numberOf('%03d.png', name))).toEqual([7, 1000, null, null, null]);
    expect(['0.png', '12.png', '012.png'].map((name) => numberOf('%d.png', name))).toEqual([0, 12, null]);
  });
});
