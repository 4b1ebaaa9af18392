package tandem.phone;

import android.opengl.GLES20;
import android.opengl.GLES30;
import android.opengl.GLES31;
import android.os.Build;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileReader;
import java.io.IOException;

/** What the desktop should know of this phone: lines of `key=value`. */
final class Report {
    private Report() {
    }

    static String describe(Gpu gpu) {
        StringBuilder text = new StringBuilder();
        line(text, "manufacturer", Build.MANUFACTURER);
        line(text, "model", Build.MODEL);
        line(text, "sdk", String.valueOf(Build.VERSION.SDK_INT));
        line(text, "gpu", gpu.string(GLES20.GL_RENDERER));
        line(text, "gpuVendor", gpu.string(GLES20.GL_VENDOR));
        line(text, "driver", gpu.string(GLES20.GL_VERSION));
        line(text, "storageBlocks", String.valueOf(gpu.limit(GLES31.GL_MAX_COMPUTE_SHADER_STORAGE_BLOCKS)));
        line(text, "storageBlockBytes", String.valueOf(gpu.limit(GLES31.GL_MAX_SHADER_STORAGE_BLOCK_SIZE)));
        line(text, "uniformBlockBytes", String.valueOf(gpu.limit(GLES30.GL_MAX_UNIFORM_BLOCK_SIZE)));
        line(text, "sharedBytes", String.valueOf(gpu.limit(GLES31.GL_MAX_COMPUTE_SHARED_MEMORY_SIZE)));
        line(text, "invocations", String.valueOf(gpu.limit(GLES31.GL_MAX_COMPUTE_WORK_GROUP_INVOCATIONS)));
        line(text, "groupSizeX", String.valueOf(gpu.limit(GLES31.GL_MAX_COMPUTE_WORK_GROUP_SIZE, 0)));
        line(text, "groupCountX", String.valueOf(gpu.limit(GLES31.GL_MAX_COMPUTE_WORK_GROUP_COUNT, 0)));
        line(text, "temperature", String.valueOf(temperature()));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value == null ? "" : value.replace('\n', ' ')).append('\n');
    }

    /** The hottest sensor that this user may read, in tenths of a degree Celsius; 0 where there is none. */
    static int temperature() {
        File[] zones = new File("/sys/class/thermal").listFiles();
        int hottest = 0;
        if (zones == null) return hottest;
        for (File zone : zones) {
            int milli = zone.getName().startsWith("thermal_zone") ? read(new File(zone, "temp")) : 0;
            // Some zones hold other units or rubbish; no phone works beyond these.
            if (milli > 1000 && milli < 125000) hottest = Math.max(hottest, milli / 100);
        }
        return hottest;
    }

    private static int read(File file) {
        try {
            BufferedReader reader = new BufferedReader(new FileReader(file));
            try {
                String text = reader.readLine();
                return text == null ? 0 : Integer.parseInt(text.trim());
            } finally {
                reader.close();
            }
        } catch (IOException unreadable) {
            return 0;
        } catch (NumberFormatException rubbish) {
            return 0;
        }
    }
}
