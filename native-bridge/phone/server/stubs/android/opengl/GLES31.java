package android.opengl;

/** Stub to compile against; the phone has the real one. */
public class GLES31 {
    public static final int GL_COMPUTE_SHADER = 0x91B9;
    public static final int GL_SHADER_STORAGE_BUFFER = 0x90D2;
    public static final int GL_SHADER_STORAGE_BARRIER_BIT = 0x2000;
    public static final int GL_BUFFER_UPDATE_BARRIER_BIT = 0x200;
    public static final int GL_MAX_COMPUTE_SHADER_STORAGE_BLOCKS = 0x90DB;
    public static final int GL_MAX_SHADER_STORAGE_BLOCK_SIZE = 0x90DE;
    public static final int GL_MAX_COMPUTE_SHARED_MEMORY_SIZE = 0x8262;
    public static final int GL_MAX_COMPUTE_WORK_GROUP_INVOCATIONS = 0x90EB;
    public static final int GL_MAX_COMPUTE_WORK_GROUP_COUNT = 0x91BE;
    public static final int GL_MAX_COMPUTE_WORK_GROUP_SIZE = 0x91BF;

    public static native void glDispatchCompute(int x, int y, int z);

    public static native void glMemoryBarrier(int barriers);
}
