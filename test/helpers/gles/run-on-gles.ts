/** GPU programs on OpenGL ES 3.1 without a phone: Mesa in software, by a small C++ program built once. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plane } from '../../../main/core/frame.ts';
import { readPicture, writePicture } from '../../../models/format/program-picture.ts';
import { pictureBytes } from '../../../models/format/program.ts';
import type { Program } from '../../../models/format/program.ts';

const source = join(import.meta.dirname, 'run_program.cc');
const folder = join(import.meta.dirname, '../../../.cache/gles');
const binary = join(folder, 'run_program');

/** @returns why programs cannot run here on OpenGL ES, null when they can */
export function whyNoGles(): string | null {
  if (existsSync(binary) && statSync(binary).mtimeMs > statSync(source).mtimeMs) return null;
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `draft-${process.pid}`);
  const flags = ['-std=c++17', '-O1', '-Wall', '-Wextra', source, '-o', draft, '-lEGL', '-lGLESv2'];
  try {
    execFileSync('c++', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(draft, binary);
    return null;
  } catch (error) {
    return `the OpenGL ES runner cannot be built (install g++, libegl-dev, libgles-dev): ${String(error).split('\n')[0]}`;
  }
}

/** Fills `output` from `input`. */
export function runOnGles(program: Program, input: readonly Plane[], output: readonly Plane[]): void {
  const place = mkdtempSync(join(tmpdir(), 'gles-'));
  try {
    const [programFile, sourceFile, targetFile] = ['program', 'source', 'target'].map((name) => join(place, name));
    const bytes = new Uint8Array(pictureBytes(program.source));
    writePicture(input, program.source, bytes);
    writeFileSync(programFile!, encodeProgram(program));
    writeFileSync(sourceFile!, bytes);
    const env = { ...process.env, EGL_PLATFORM: 'surfaceless' };
    execFileSync(binary, [programFile!, sourceFile!, targetFile!], { env, stdio: ['ignore', 'inherit', 'pipe'] });
    readPicture(readFileSync(targetFile!), program.target, output);
  } finally {
    rmSync(place, { recursive: true });
  }
}

const ROLES = ['source', 'target', 'hidden', 'constant'];

function encodeProgram({ buffers, shaders, dispatches }: Program): Uint8Array {
  const parts: Uint8Array[] = [];
  const words = (...values: number[]): void => void parts.push(new Uint8Array(Uint32Array.from(values).buffer));
  const block = (bytes: Uint8Array): void => {
    words(bytes.length);
    parts.push(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
  };
  words(buffers.length);
  for (const { role, kind, bytes, data } of buffers) {
    words(ROLES.indexOf(role), Number(kind === 'uniform'), bytes);
    block(data ?? new Uint8Array());
  }
  words(shaders.length);
  for (const shader of shaders) block(new TextEncoder().encode(shader));
  words(dispatches.length);
  for (const { shader, bindings, groups } of dispatches) {
    words(shader, bindings.length, ...bindings.flatMap(({ slot, buffer }) => [slot, buffer]), ...groups);
  }
  return Buffer.concat(parts);
}
