/** An 8-bit picture of interleaved R, G, B. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Writes a PNG, quickly rather than small: it is looked at once.
 * @param degrees clockwise, as a player would turn it
 */
export async function writePng(path: string, { width, height, data }: RgbPicture, degrees = 0): Promise<void> {
  // Few runs of the engine need it.
  const { default: sharp } = await import('sharp');
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  const turned = degrees === 0 ? picture : picture.rotate(degrees);
  await turned.png({ compressionLevel: 1, adaptiveFiltering: false }).toFile(path);
}
