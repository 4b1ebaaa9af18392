import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDex } from '../../helpers/phone/dex-file.ts';
import { phoneJar } from '../../helpers/phone/jvm-phone.ts';

/** All that the phone's program may ask of Android. Everything else has to be argued for here. */
const ALLOWED = `
android/net/LocalServerSocket <init> accept
android/net/LocalSocket close getInputStream getOutputStream setSendBufferSize
android/opengl/EGL14 EGL_NO_CONTEXT eglChooseConfig eglCreateContext eglCreatePbufferSurface eglGetDisplay eglGetError
  eglInitialize eglMakeCurrent
android/opengl/GLES20 glAttachShader glBindBuffer glBufferData glBufferSubData glCompileShader glCreateProgram
  glCreateShader glDeleteBuffers glDeleteProgram glDeleteShader glFlush glGenBuffers glGetError glGetIntegerv
  glGetProgramInfoLog glGetProgramiv glGetShaderInfoLog glGetShaderiv glGetString glLinkProgram glShaderSource glUseProgram
android/opengl/GLES30 glBindBufferBase glGetIntegeri_v glMapBufferRange glUnmapBuffer
android/opengl/GLES31 glDispatchCompute glMemoryBarrier
android/os/Build MANUFACTURER MODEL
android/os/Build$VERSION SDK_INT`;

function allowedMembers(): string[] {
  const lines = ALLOWED.replaceAll('\n  ', ' ').trim().split('\n');
  return lines.flatMap((line) => {
    const [owner, ...members] = line.split(' ');
    return members.map((member) => `${owner!}.${member}`);
  });
}

/** The one file of the jar is stored, not packed: its bytes are there as they are. */
function readJar(): { jar: Buffer; dex: Buffer } {
  const jar = readFileSync(phoneJar);
  const at = jar.indexOf('dex\n');
  return { jar, dex: jar.subarray(at, at + jar.readUInt32LE(18)) };
}

describe("the phone's dex", () => {
  const { jar, dex } = readJar();
  const { version, methods, fields } = readDex(dex);

  it('is the one that its hash names', () => {
    const noted = readFileSync(`${phoneJar}.sha256`, 'utf8');
    expect(noted).toBe(`${createHash('sha256').update(jar).digest('hex')}  tandem-phone.jar\n`);
  });

  it('is of the version that every Android takes', () => expect(version).toBe('035'));

  it('asks of Android what the list allows, and nothing on the list is idle', () => {
    const used = [...methods, ...fields]
      .filter((name) => name.startsWith('Landroid/'))
      .map((name) => name.replace(/^L([^;]+);\.([^(:]+).*$/, '$1.$2'));
    expect([...new Set(used)].sort()).toEqual(allowedMembers().sort());
  });

  it("binds ByteBuffer's methods as old Androids have them", () => {
    const buffers = methods.filter((name) =>
      /^Ljava\/nio\/\w*Buffer;\.(flip|clear|position|limit|rewind)\(/.test(name),
    );
    expect(buffers.length).toBeGreaterThan(0);
    expect(buffers.filter((name) => !name.endsWith('Ljava/nio/Buffer;'))).toEqual([]);
  });
});
