import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Writes a small folder of training images: overlapping waves and edges, enough for a net to learn something. */
export async function writeTrainingImages(folder: string, count: number): Promise<void> {
  const [width, height] = [112, 96];
  const rows: unknown[] = [];
  await mkdir(join(folder, 'own'), { recursive: true });
  for (let n = 0; n < count; n++) {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const wave = Math.sin((x * (1 + n)) / 9 + y / (3 + n)) + Math.sin(y / 4 - (x * n) / 17);
      const edge = (x + 2 * y + 31 * n) % 40 < 20 ? 40 : -40;
      data.fill(Math.max(0, Math.min(255, 128 + 40 * wave + edge)), 3 * i, 3 * i + 3);
    }
    const file = `own/${n}.png`;
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, file));
    rows.push([file, file]);
  }
  await writeFile(join(folder, 'train_map.json'), JSON.stringify(rows));
}
