/** A helper is asked about one clip again and again: what was found of files that did not change since is kept. */
import { stat } from 'node:fs/promises';
import { isNumbered } from '../core/pictures.ts';
import type { MediaInfo } from '../core/media.ts';
import type { FfmpegTools } from '../adapters/ffmpeg/tools.ts';
import type { UpscaleAdapters } from './upscale-adapters.ts';

/** Clips that are remembered; the one that was asked for the longest time ago goes first. */
const MOST_CLIPS = 64;

/**
 * @returns the same adapters, which locate ffmpeg and probe a clip once for as long as the files stay what they are. For
 * questions and previews, never for jobs.
 */
export function rememberLooks(adapters: UpscaleAdapters): UpscaleAdapters {
  let located: { readonly key: string; readonly tools: FfmpegTools } | null = null;
  const probes = new Map<string, Promise<MediaInfo>>();
  return {
    ...adapters,
    locateFfmpeg: async () => {
      if (located !== null && located.key === (await keyOfTools(located.tools))) return located.tools;
      const tools = await adapters.locateFfmpeg();
      located = { key: await keyOfTools(tools), tools };
      return tools;
    },
    probeMedia: async (tools, path, options) => {
      const file = isNumbered(path) ? null : await identify(path);
      if (file === null || options?.pictureRate !== undefined) return adapters.probeMedia(tools, path, options);
      const key = `${tools.ffprobe.path}\n${file}`;
      const probe = probes.get(key) ?? adapters.probeMedia(tools, path);
      // Set again: a map keeps the order of insertion.
      probes.delete(key);
      probes.set(key, probe);
      for (const oldest of [...probes.keys()].slice(0, -MOST_CLIPS)) probes.delete(oldest);
      try {
        return await probe;
      } catch (error) {
        probes.delete(key);
        throw error;
      }
    },
  };
}

async function keyOfTools({ ffmpeg, ffprobe }: FfmpegTools): Promise<string> {
  return [await identify(ffmpeg.path), await identify(ffprobe.path)].join('\n');
}

/** `null` where there is no such file. */
async function identify(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found && [path, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}
