import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { AppError } from '../../core/errors.ts';
import { isSuccess, wasKilled } from '../process/child.ts';
import { runCommand } from '../process/run.ts';
import { findExecutable } from '../system/find-executable.ts';
import { readCachedCapabilities, writeCachedCapabilities } from './capability-cache.ts';
import { commandError } from './failure.ts';
import { tryCapabilities } from './capabilities.ts';
import type { FfmpegTools, FoundTool } from './tools.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Program = 'ffmpeg' | 'ffprobe';

const require = createRequire(import.meta.url);

const INSTALLERS: Readonly<Record<Program, () => unknown>> = {
  ffmpeg: () => (require('@ffmpeg-installer/ffmpeg') as { path?: unknown }).path,
  ffprobe: () => (require('@ffprobe-installer/ffprobe') as { path?: unknown }).path,
};

/**
 * Finds ffmpeg and ffprobe and what they can do: `FFMPEG_BIN` / `FFPROBE_BIN`, then ffmpeg-static, then the system's,
 * then the programs inside the npm packages `@ffmpeg-installer/ffmpeg` and `@ffprobe-installer/ffprobe`.
 * @throws AppError `ffmpeg-missing` where there is none, or where the one that the environment names does not run
 */
export async function locateFfmpeg(env: Environment = process.env): Promise<FfmpegTools> {
  const [{ tool: ffmpeg, version }, { tool: ffprobe, version: probeVersion }] = await Promise.all([
    findProgram('ffmpeg', env),
    findProgram('ffprobe', env),
  ]);
  const key = [await identify(ffmpeg.path), await identify(ffprobe.path), version, probeVersion].join('\n');
  const cached = await readCachedCapabilities(key, env);
  if (cached !== null) return { ffmpeg, ffprobe, capabilities: cached };
  const capabilities = await tryCapabilities(ffmpeg, ffprobe, version);
  await writeCachedCapabilities(key, capabilities, env);
  return { ffmpeg, ffprobe, capabilities };
}

async function findProgram(program: Program, env: Environment): Promise<{ tool: FoundTool; version: string }> {
  const variable = program === 'ffmpeg' ? 'FFMPEG_BIN' : 'FFPROBE_BIN';
  for await (const tool of candidates(program, env[variable])) {
    const version = await askVersion(tool.path, program);
    if (version !== null) return { tool, version };
    if (tool.source === 'environment') {
      throw new AppError('ffmpeg-missing', `expected ${variable} to name a working ${program} but got ${tool.path}`);
    }
  }
  const message = `expected ${program} in ${variable}, on the PATH or in the installed packages but found none that runs`;
  throw new AppError('ffmpeg-missing', message);
}

async function* candidates(program: Program, fromEnvironment: string | undefined): AsyncGenerator<FoundTool> {
  if (fromEnvironment !== undefined && fromEnvironment !== '') yield { path: fromEnvironment, source: 'environment' };
  const bundled = program === 'ffmpeg' ? packagePath(() => require('ffmpeg-static') as unknown) : null;
  if (bundled !== null) yield { path: bundled, source: 'ffmpeg-static' };
  const system = await findExecutable(program);
  if (system !== null) yield { path: system, source: 'system' };
  const installer = packagePath(INSTALLERS[program]);
  if (installer !== null) yield { path: installer, source: 'installer-package' };
}

/** A package may be absent, or have no program for this platform: then it throws or gives no path. */
function packagePath(load: () => unknown): string | null {
  try {
    const path = load();
    // Inside a packaged app the archive's own copy cannot be started; the unpacked one beside it can.
    return typeof path === 'string' ? path.replace('app.asar/', 'app.asar.unpacked/') : null;
  } catch {
    return null;
  }
}

const ASK_TIMEOUT_MS = 20_000;

async function askVersion(path: string, program: Program): Promise<string | null> {
  const { record, stdout } = await runCommand(path, ['-hide_banner', '-version'], { timeoutMs: ASK_TIMEOUT_MS });
  // Another ffmpeg would write other pictures: one that was stopped is no reason to take the next.
  if (wasKilled(record, ASK_TIMEOUT_MS)) throw commandError(`could not ask ${path} for its version`, record);
  const version = new RegExp(`^${program} version (\\S+)`).exec(stdout)?.[1];
  return isSuccess(record) && version !== undefined ? version : null;
}

async function identify(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${path} ${String(size)} ${String(mtimeMs)}`;
}
