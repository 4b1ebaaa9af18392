package android.os;

/** Stub to compile against; the phone has the real one. */
public class Build {
    public static final String MANUFACTURER = name();
    public static final String MODEL = name();

    /** What release the phone runs. */
    public static class VERSION {
        public static final int SDK_INT = name().length();
    }

    // A value the compiler cannot see, so that it is read on the phone.
    private static String name() {
        return "";
    }
}
