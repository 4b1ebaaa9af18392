package android.opengl;

/** Stub to compile against; the phone has the real one. */
public class EGLSurface {
}
