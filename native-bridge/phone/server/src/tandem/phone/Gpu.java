package tandem.phone;

import android.opengl.EGL14;
import android.opengl.EGLConfig;
import android.opengl.EGLContext;
import android.opengl.EGLDisplay;
import android.opengl.EGLSurface;
import android.opengl.GLES20;
import android.opengl.GLES30;
import android.opengl.GLES31;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Compute on OpenGL ES 3.1 without a window: a context on a pbuffer of one pixel (surfaceless contexts crash on some
 * drivers). Everything here belongs to the thread that made it. Any GL error is a {@link GlException}: the context is
 * then not to be trusted, and the program ends.
 */
final class Gpu {
    static final class GlException extends Exception {
        GlException(String message) {
            super(message);
        }
    }

    private Program program;
    private int[] buffers = new int[0];
    private int[] shaders = new int[0];
    private ByteBuffer upload;

    Gpu() throws GlException {
        EGLDisplay display = EGL14.eglGetDisplay(EGL14.EGL_DEFAULT_DISPLAY);
        int[] version = new int[2];
        if (!EGL14.eglInitialize(display, version, 0, version, 1)) throw eglFailed("eglInitialize");
        int[] wanted = {
            EGL14.EGL_RENDERABLE_TYPE, EGL14.EGL_OPENGL_ES2_BIT, EGL14.EGL_SURFACE_TYPE, EGL14.EGL_PBUFFER_BIT, EGL14.EGL_NONE,
        };
        EGLConfig[] configs = new EGLConfig[1];
        int[] found = new int[1];
        if (!EGL14.eglChooseConfig(display, wanted, 0, configs, 0, 1, found, 0) || found[0] == 0) {
            throw eglFailed("eglChooseConfig");
        }
        int[] es31 = {EGL14.EGL_CONTEXT_CLIENT_VERSION, 3, 0x30FB /* minor version */, 1, EGL14.EGL_NONE};
        EGLContext context = EGL14.eglCreateContext(display, configs[0], EGL14.EGL_NO_CONTEXT, es31, 0);
        if (context == null || context.equals(EGL14.EGL_NO_CONTEXT)) throw eglFailed("eglCreateContext for OpenGL ES 3.1");
        int[] pixel = {EGL14.EGL_WIDTH, 1, EGL14.EGL_HEIGHT, 1, EGL14.EGL_NONE};
        EGLSurface surface = EGL14.eglCreatePbufferSurface(display, configs[0], pixel, 0);
        if (!EGL14.eglMakeCurrent(display, surface, surface, context)) throw eglFailed("eglMakeCurrent");
    }

    String string(int name) {
        String value = GLES20.glGetString(name);
        return value == null ? "" : value;
    }

    int limit(int name) {
        int[] value = new int[1];
        GLES20.glGetIntegerv(name, value, 0);
        return value[0];
    }

    int limit(int name, int index) {
        int[] value = new int[1];
        GLES30.glGetIntegeri_v(name, index, value, 0);
        return value[0];
    }

    boolean hasProgram() {
        return program != null;
    }

    Program program() {
        return program;
    }

    /** Replaces the program; weights go up once, here. */
    void load(Program next) throws GlException {
        release();
        shaders = new int[next.shaders.length];
        for (int i = 0; i < shaders.length; i++) shaders[i] = compile(next.shaders[i]);
        buffers = new int[next.bufferBytes.length];
        GLES20.glGenBuffers(buffers.length, buffers, 0);
        for (int i = 0; i < buffers.length; i++) {
            GLES20.glBindBuffer(GLES31.GL_SHADER_STORAGE_BUFFER, buffers[i]);
            int usage = i == next.output ? GLES30.GL_DYNAMIC_READ : GLES20.GL_DYNAMIC_DRAW;
            GLES20.glBufferData(GLES31.GL_SHADER_STORAGE_BUFFER, next.bufferBytes[i], null, usage);
            if (next.bufferData[i].length > 0) put(next.bufferData[i], next.bufferData[i].length);
        }
        check("loading the program");
        upload = direct(next.inputBytes());
        program = next;
    }

    /** Runs the program on one picture; `target` gets the output from `from` on. */
    void run(byte[] picture, byte[] target, int from) throws GlException {
        upload.clear();
        upload.put(picture, 0, program.inputBytes());
        upload.flip();
        GLES20.glBindBuffer(GLES31.GL_SHADER_STORAGE_BUFFER, buffers[program.input]);
        GLES20.glBufferSubData(GLES31.GL_SHADER_STORAGE_BUFFER, 0, program.inputBytes(), upload);
        for (Program.Pass pass : program.passes) dispatch(pass);
        check("computing a frame");
        readBack(target, from);
    }

    private void dispatch(Program.Pass pass) {
        GLES20.glUseProgram(shaders[pass.shader]);
        int[] bindings = pass.bindings;
        for (int i = 0; i < bindings.length; i += 3) {
            int target = bindings[i] == 1 ? GLES30.GL_UNIFORM_BUFFER : GLES31.GL_SHADER_STORAGE_BUFFER;
            GLES30.glBindBufferBase(target, bindings[i + 1], buffers[bindings[i + 2]]);
        }
        GLES31.glDispatchCompute(pass.groups[0], pass.groups[1], pass.groups[2]);
        GLES31.glMemoryBarrier(GLES31.GL_SHADER_STORAGE_BARRIER_BIT | GLES31.GL_BUFFER_UPDATE_BARRIER_BIT);
        // Old Adreno drivers lose dispatches that wait too long for a flush.
        GLES20.glFlush();
    }

    private void readBack(byte[] target, int from) throws GlException {
        int bytes = program.outputBytes();
        GLES20.glBindBuffer(GLES31.GL_SHADER_STORAGE_BUFFER, buffers[program.output]);
        Buffer mapped = GLES30.glMapBufferRange(GLES31.GL_SHADER_STORAGE_BUFFER, 0, bytes, GLES30.GL_MAP_READ_BIT);
        if (mapped == null) {
            check("reading a frame back");
            throw new GlException("the frame could not be read back");
        }
        ((ByteBuffer) mapped).get(target, from, bytes);
        GLES30.glUnmapBuffer(GLES31.GL_SHADER_STORAGE_BUFFER);
        check("reading a frame back");
    }

    private int compile(String source) throws GlException {
        int shader = GLES20.glCreateShader(GLES31.GL_COMPUTE_SHADER);
        GLES20.glShaderSource(shader, source);
        GLES20.glCompileShader(shader);
        int[] good = new int[1];
        GLES20.glGetShaderiv(shader, GLES20.GL_COMPILE_STATUS, good, 0);
        if (good[0] == 0) throw new GlException("the driver refused a shader: " + GLES20.glGetShaderInfoLog(shader));
        int linked = GLES20.glCreateProgram();
        GLES20.glAttachShader(linked, shader);
        GLES20.glLinkProgram(linked);
        GLES20.glGetProgramiv(linked, GLES20.GL_LINK_STATUS, good, 0);
        if (good[0] == 0) throw new GlException("the driver refused a program: " + GLES20.glGetProgramInfoLog(linked));
        GLES20.glDeleteShader(shader);
        return linked;
    }

    private void put(byte[] data, int length) {
        ByteBuffer bytes = direct(length);
        bytes.put(data, 0, length);
        bytes.flip();
        GLES20.glBufferSubData(GLES31.GL_SHADER_STORAGE_BUFFER, 0, length, bytes);
    }

    private void release() {
        program = null;
        for (int shader : shaders) GLES20.glDeleteProgram(shader);
        if (buffers.length > 0) GLES20.glDeleteBuffers(buffers.length, buffers, 0);
        shaders = new int[0];
        buffers = new int[0];
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static void check(String when) throws GlException {
        int error = GLES20.glGetError();
        if (error != 0) throw new GlException("GL error 0x" + Integer.toHexString(error) + " while " + when);
    }

    private static GlException eglFailed(String call) {
        return new GlException(call + " failed with 0x" + Integer.toHexString(EGL14.eglGetError()));
    }
}
