/** Use case: a copy of a clip that every browser plays. */
import { rename, rm } from 'node:fs/promises';
import { encodeProxy } from '../adapters/ffmpeg/proxy.ts';
import type { ProxyRequest } from '../adapters/ffmpeg/proxy.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** The copy appears under its name when it is whole. @throws AppError `ffmpeg-failed` */
export async function makeProxy(request: ProxyRequest, adapters: UpscaleAdapters): Promise<null> {
  const tools = await adapters.locateFfmpeg();
  const temporary = `${request.outputPath}.part`;
  try {
    await encodeProxy(tools, { ...request, outputPath: temporary });
    await rename(temporary, request.outputPath);
  } finally {
    await rm(temporary, { force: true });
  }
  return null;
}
