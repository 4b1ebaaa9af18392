import { psnr } from '../../../../main/core/quality/psnr.ts';
import type { OnnxModel } from '../../../format/onnx.ts';
import type { ValidationImage } from '../data/training-set.ts';
import { buildInference } from '../net/inference-graph.ts';
import type { NetConfig } from '../net/config.ts';
import { mergeNet } from './merge.ts';
import { GraphSession } from './session.ts';

/**
 * Mean PSNR-Y in dB at protocol `model` (8-bit LR in, 8-bit SR out, unrounded HR, `scale` pixels cropped).
 * @param p parameters, or their moving average
 */
export async function validate(
  net: NetConfig,
  p: Float32Array,
  mask: Float32Array,
  images: readonly ValidationImage[],
): Promise<number> {
  return validateModel(buildInference(net, await mergeNet(net, p, mask)), net.scale, images);
}

/** The same of a model as it would be exported. */
export async function validateModel(
  model: OnnxModel,
  scale: number,
  images: readonly ValidationImage[],
): Promise<number> {
  const session = await GraphSession.open(model);
  try {
    let sum = 0;
    for (const image of images) sum += await psnrOf(session, image, scale);
    return sum / images.length;
  } finally {
    await session.close();
  }
}

async function psnrOf(session: GraphSession, image: ValidationImage, scale: number): Promise<number> {
  const { lrWidth, lrHeight, lr, hr } = image;
  const x = { dims: [1, 1, lrHeight, lrWidth], data: Float32Array.from(lr, (v) => v / 255) };
  const { y } = await session.run({ x });
  const size = { width: lrWidth * scale, height: lrHeight * scale };
  const rounded = Uint8Array.from(y!.data, (v) => Math.min(255, Math.max(0, Math.round(v * 255))));
  return psnr({ ...size, data: hr }, { ...size, data: rounded }, scale);
}

/** @returns the middle of an image, at most `side` LR pixels on each side: quick validation while training */
export function cutMiddle(image: ValidationImage, side: number, scale: number): ValidationImage {
  const width = Math.min(side, image.lrWidth);
  const height = Math.min(side, image.lrHeight);
  const left = (image.lrWidth - width) >> 1;
  const top = (image.lrHeight - height) >> 1;
  const lr = new Uint8Array(width * height);
  const hr = new Float32Array(width * height * scale * scale);
  for (let row = 0; row < height; row++) {
    const from = (top + row) * image.lrWidth + left;
    lr.set(image.lr.subarray(from, from + width), row * width);
  }
  const [hrStride, hrWidth] = [image.lrWidth * scale, width * scale];
  for (let row = 0; row < height * scale; row++) {
    const from = (top * scale + row) * hrStride + left * scale;
    hr.set(image.hr.subarray(from, from + hrWidth), row * hrWidth);
  }
  return { ...image, lrWidth: width, lrHeight: height, lr, hr };
}
