package android.opengl;

import java.nio.Buffer;

/** Stub to compile against; the phone has the real one. */
public class GLES30 {
    public static final int GL_MAP_READ_BIT = 0x1;
    public static final int GL_DYNAMIC_READ = 0x88E9;
    public static final int GL_UNIFORM_BUFFER = 0x8A11;
    public static final int GL_MAX_UNIFORM_BLOCK_SIZE = 0x8A30;

    public static native void glGetIntegeri_v(int name, int index, int[] values, int at);

    public static native void glBindBufferBase(int target, int index, int buffer);

    public static native Buffer glMapBufferRange(int target, int from, int bytes, int access);

    public static native boolean glUnmapBuffer(int target);
}
