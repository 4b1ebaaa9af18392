package android.opengl;

import java.nio.Buffer;

/** Stub to compile against; the phone has the real one. */
public class GLES20 {
    public static final int GL_VENDOR = 0x1F00;
    public static final int GL_RENDERER = 0x1F01;
    public static final int GL_VERSION = 0x1F02;
    public static final int GL_DYNAMIC_DRAW = 0x88E8;
    public static final int GL_COMPILE_STATUS = 0x8B81;
    public static final int GL_LINK_STATUS = 0x8B82;

    public static native String glGetString(int name);

    public static native void glGetIntegerv(int name, int[] values, int at);

    public static native int glGetError();

    public static native void glGenBuffers(int count, int[] buffers, int at);

    public static native void glDeleteBuffers(int count, int[] buffers, int at);

    public static native void glBindBuffer(int target, int buffer);

    public static native void glBufferData(int target, int bytes, Buffer data, int usage);

    public static native void glBufferSubData(int target, int from, int bytes, Buffer data);

    public static native int glCreateShader(int type);

    public static native void glDeleteShader(int shader);

    public static native void glShaderSource(int shader, String source);

    public static native void glCompileShader(int shader);

    public static native void glGetShaderiv(int shader, int name, int[] values, int at);

    public static native String glGetShaderInfoLog(int shader);

    public static native int glCreateProgram();

    public static native void glDeleteProgram(int program);

    public static native void glAttachShader(int program, int shader);

    public static native void glLinkProgram(int program);

    public static native void glGetProgramiv(int program, int name, int[] values, int at);

    public static native String glGetProgramInfoLog(int program);

    public static native void glUseProgram(int program);

    public static native void glFlush();
}
