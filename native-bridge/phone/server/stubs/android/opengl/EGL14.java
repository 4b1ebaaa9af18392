package android.opengl;

/** Stub to compile against; the phone has the real one. */
public class EGL14 {
    public static final int EGL_DEFAULT_DISPLAY = 0;
    public static final int EGL_NONE = 0x3038;
    public static final int EGL_SURFACE_TYPE = 0x3033;
    public static final int EGL_PBUFFER_BIT = 0x1;
    public static final int EGL_RENDERABLE_TYPE = 0x3040;
    public static final int EGL_OPENGL_ES2_BIT = 0x4;
    public static final int EGL_HEIGHT = 0x3056;
    public static final int EGL_WIDTH = 0x3057;
    public static final int EGL_CONTEXT_CLIENT_VERSION = 0x3098;
    public static EGLContext EGL_NO_CONTEXT;

    public static native EGLDisplay eglGetDisplay(int display);

    public static native boolean eglInitialize(EGLDisplay d, int[] major, int majorAt, int[] minor, int minorAt);

    public static native boolean eglChooseConfig(
        EGLDisplay d, int[] wanted, int wantedAt, EGLConfig[] configs, int configsAt, int most, int[] count, int countAt);

    public static native EGLContext eglCreateContext(EGLDisplay d, EGLConfig c, EGLContext share, int[] wanted, int at);

    public static native EGLSurface eglCreatePbufferSurface(EGLDisplay d, EGLConfig c, int[] wanted, int at);

    public static native boolean eglMakeCurrent(EGLDisplay d, EGLSurface draw, EGLSurface read, EGLContext context);

    public static native int eglGetError();
}
