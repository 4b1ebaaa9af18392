import { locateFfmpeg } from '../adapters/ffmpeg/locate.ts';
import { createOnnxRuntime } from '../adapters/runtimes/onnx/runtime.ts';
import { createSparseRuntime } from '../adapters/runtimes/sparse/runtime.ts';
import { findExecutable } from '../adapters/system/find-executable.ts';
import { describeHardware } from '../adapters/system/hardware.ts';
import { isAppError } from '../core/errors.ts';
import { listZoo } from './models.ts';

export interface DoctorCheck {
  readonly name: string;
  /** `missing` stops Tandem from upscaling; `absent` only narrows what it can do or what its tests can see. */
  readonly state: 'ok' | 'missing' | 'absent';
  readonly found: string;
  /** What does not work without it, and what to do. Empty when all is well. */
  readonly advice: string;
}

/** Looks at everything that Tandem and its tests use on this computer. */
export async function examine(): Promise<DoctorCheck[]> {
  const hardware = describeHardware();
  return [
    ok('computer', `${hardware.cpu}, ${hardware.cores} cores, ${hardware.memoryGiB} GiB, ${hardware.platform}`),
    ok('Node', process.version),
    await examineFfmpeg(),
    await examineOnnxRuntime(),
    await examineSparseEngine(),
    await examineZoo(),
    await examineTool(
      'C++ compiler',
      ['c++', 'g++', 'clang++'],
      'native code cannot be built here; prebuilt code is used',
    ),
    await examineTool('Java', ['javac'], "the phone program's tests are skipped; install a JDK"),
    await examineTool('adb', ['adb'], 'phones cannot be paired; install the Android platform tools'),
    await examineTool('browser', ['chromium', 'google-chrome', 'chrome'], 'the browser tests are skipped'),
  ];
}

function ok(name: string, found: string): DoctorCheck {
  return { name, state: 'ok', found, advice: '' };
}

async function examineFfmpeg(): Promise<DoctorCheck> {
  try {
    const { ffmpeg, ffprobe, capabilities } = await locateFfmpeg();
    return ok('ffmpeg', `${capabilities.version} (${ffmpeg.source}), ffprobe (${ffprobe.source})`);
  } catch (error) {
    return { name: 'ffmpeg', state: 'missing', found: 'none', advice: sentenceOf(error) };
  }
}

async function examineOnnxRuntime(): Promise<DoctorCheck> {
  const probe = await createOnnxRuntime().probe();
  if (probe.ok) return ok('onnxruntime', probe.description);
  return { name: 'onnxruntime', state: 'missing', found: 'none', advice: probe.message };
}

async function examineSparseEngine(): Promise<DoctorCheck> {
  const probe = await createSparseRuntime().probe();
  if (probe.ok) return ok('sparse engine', probe.description);
  const advice = `models run slower, on onnxruntime; build it with 'node native-bridge/cpu/build.mjs' (${probe.message})`;
  return { name: 'sparse engine', state: 'absent', found: 'none', advice };
}

async function examineZoo(): Promise<DoctorCheck> {
  const names = (await listZoo()).map((model) => model.manifest.name);
  if (names.length > 0) return ok('models', names.join(', '));
  return { name: 'models', state: 'missing', found: 'none', advice: 'models/zoo is empty; clone the project again' };
}

async function examineTool(name: string, programs: readonly string[], advice: string): Promise<DoctorCheck> {
  const path = await findExecutable(...programs);
  return path === null ? { name, state: 'absent', found: 'none', advice } : ok(name, path);
}

function sentenceOf(error: unknown): string {
  return isAppError(error) || error instanceof Error ? error.message : String(error);
}
