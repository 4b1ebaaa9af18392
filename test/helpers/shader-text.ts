/** What generated shaders say of themselves, read off their text. */
import { STORAGE_SLOTS, UNIFORM_BYTES } from '../../models/format/program.ts';
import type { Program } from '../../models/format/program.ts';

/** Multiply-adds of one invocation: `f1(`, `f4(` and their like, times the rounds of the loops around them. */
export function countMacs(shader: string): number {
  let macs = 0;
  const rounds = [1];
  const body = shader.slice(shader.indexOf('main('));
  for (const line of body.split('\n').slice(1)) {
    const loop = /^\s*for \(.* = (\d+); .* < (\d+);/.exec(line);
    if (loop) rounds.push(rounds.at(-1)! * (Number(loop[2]) - Number(loop[1])));
    else if (/^\s*\}/.test(line)) rounds.pop();
    const sum = /= [fid]([14])\(/.exec(line);
    if (sum) macs += rounds.at(-1)! * (sum[1] === '4' ? 16 : 4);
  }
  return macs;
}

/** Input samples of one invocation. */
export function pixelsOf(shader: string): number {
  return Number(/i32\(id\.x\) \* (\d+);/.exec(shader)?.[1]);
}

/** What OpenGL ES 3.1 and WebGPU guarantee, whichever is less. */
export function lintProgram({ buffers, shaders, dispatches }: Program): string[] {
  const complaints: string[] = [];
  const demand = (holds: boolean, what: string): void => {
    if (!holds) complaints.push(what);
  };
  for (const { kind, bytes, data } of buffers) {
    demand(kind === 'storage' ? bytes <= 2 ** 27 : bytes <= UNIFORM_BYTES, `a ${kind} buffer of ${bytes} bytes`);
    demand(bytes > 0 && bytes % 4 === 0 && (data === undefined || data.length === bytes), `bytes ${bytes}`);
  }
  for (const shader of shaders) {
    const size = /local_size_x = (\d+), local_size_y = (\d+)|workgroup_size\((\d+), (\d+)\)/.exec(shader) ?? [];
    const [x = 0, y = 0] = size.slice(1).filter(Boolean).map(Number);
    demand(x > 0 && x <= 128 && y > 0 && y <= 128 && x * y <= 128, `a work group of ${x} x ${y}`);
    demand(!/shared|workgroup>|mediump|lowp|#extension|^enable /m.test(shader), 'what not every device has');
  }
  for (const { bindings, groups } of dispatches) {
    const storage = bindings.filter(({ kind }) => kind !== 'uniform').map(({ slot }) => slot);
    const uniform = bindings.filter(({ kind }) => kind === 'uniform').map(({ slot }) => slot);
    demand(storage.length <= STORAGE_SLOTS && storage.every((slot) => slot < 4), `storage in slots ${storage.join()}`);
    demand(uniform.length <= 12 && uniform.every((slot) => slot >= 4 && slot < 12), `uniforms in ${uniform.join()}`);
    demand(new Set([...storage, ...uniform]).size === bindings.length, 'a slot twice');
    demand(
      groups.every((count) => count >= 1 && count <= 65535),
      `work groups ${groups.join()}`,
    );
    const written = bindings.filter(({ kind }) => kind === 'write' || kind === 'read-write').map((b) => b.buffer);
    const others = bindings.filter(({ kind }) => kind === 'read').map((b) => b.buffer);
    demand(written.length > 0 && !written.some((b) => others.includes(b)), 'a buffer that is read and written apart');
  }
  return complaints;
}
