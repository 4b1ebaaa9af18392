import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { AppError } from '../../../../main/core/errors.ts';
import type { Raster8 } from '../../../../main/core/quality/raster.ts';

/**
 * Decodes an image file to its own 8-bit values: no colour management, no rotation, no alpha. A grey file stays grey.
 * @param path PNG, JPEG, WebP or what else sharp reads
 */
export async function decodeImage(path: string): Promise<Raster8> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new AppError('input-missing', `expected an image at ${path}, but there is no such file`);
  if (!found.isFile()) throw new AppError('input-unreadable', `expected an image at ${path}, but it is not a file`);
  try {
    // Values as the file holds them: a profile would change them, and an orientation tag would turn them.
    const image = sharp(path, { ignoreIcc: true, autoOrient: false, failOn: 'error' });
    const { space } = await image.metadata();
    const grey = space === 'b-w' || space === 'grey16';
    const plain = image.removeAlpha();
    const { data, info } = await (grey ? plain.extractChannel(0) : plain.toColourspace('srgb'))
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const channels = grey ? 1 : 3;
    if (info.channels !== channels) throw new Error(`${info.channels} channels`);
    return { width: info.width, height: info.height, channels, data: new Uint8Array(data) };
  } catch (cause) {
    throw new AppError('input-unreadable', `expected an image at ${path}, but it cannot be decoded`, { cause });
  }
}
