/**
 * What ffmpeg lists: fluent-ffmpeg's reading of `-encoders`, right for 4.1, 5.1 and 7.0. Its answers are kept in one cache
 * for the whole process whatever the program, so that only the first program asked gets one; and a listed encoder need not
 * work (libvmaf, hardware encoders). So a listing only saves trials; it never stands for one.
 */
import ffmpeg from 'fluent-ffmpeg';

let askedPath: string | null = null;

/** Names of the encoders that this ffmpeg lists, `null` where the listing cannot be had. */
export async function listEncoders(path: string): Promise<ReadonlySet<string> | null> {
  askedPath ??= path;
  if (askedPath !== path) return null;
  return await new Promise((resolve) => {
    ffmpeg()
      .setFfmpegPath(path)
      .getAvailableEncoders((error: unknown, encoders: Readonly<Record<string, unknown>>) => {
        resolve(error == null ? new Set(Object.keys(encoders)) : null);
      });
  });
}
