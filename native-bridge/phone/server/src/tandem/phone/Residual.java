package tandem.phone;

/**
 * A picture as its difference from the enlarged input, without loss: a small difference is one code, any other sample is
 * code 0 and follows behind the codes as it is. native-bridge/phone/residual.ts undoes it; wire-vectors.json binds both.
 * The enlarged input is bilinear in integers: with n = 2 * scale the weights of a sample are whole n-ths.
 */
final class Residual {
    private Residual() {
    }

    /**
     * 8-bit samples: codes of 4 bits (the even sample low), then whole samples.
     *
     * @param samples the picture, from `from` on; replaced by what it was packed to, if that is shorter
     * @return bytes of the packed picture, or -1 when it would not be shorter
     */
    static int pack4(byte[] input, Program program, byte[] samples, int from, byte[] scratch) {
        int count = program.outputBytes();
        int escapes = (count + 1) / 2;
        int outWidth = program.width * program.scale;
        Base base = new Base(program);
        for (int y = 0, at = 0; y < program.height * program.scale; y++) {
            int[] row = base.row(input, y);
            for (int x = 0; x < outWidth; x++, at++) {
                int sample = samples[from + at] & 0xff;
                int difference = sample - row[x];
                int code = difference >= -7 && difference <= 7 ? difference + 8 : 0;
                if ((at & 1) == 0) scratch[at >> 1] = (byte) code;
                else scratch[at >> 1] |= (byte) (code << 4);
                if (code != 0) continue;
                if (escapes + 1 >= count) return -1;
                scratch[escapes++] = (byte) sample;
            }
        }
        System.arraycopy(scratch, 0, samples, from, escapes);
        return escapes;
    }

    /** 16-bit little-endian samples: codes of 8 bits, then whole samples; else as {@link #pack4}. */
    static int pack8(byte[] input, Program program, byte[] samples, int from, byte[] scratch) {
        int count = program.outputBytes() / 2;
        int escapes = count;
        int outWidth = program.width * program.scale;
        Base base = new Base(program);
        for (int y = 0, at = 0; y < program.height * program.scale; y++) {
            int[] row = base.row(input, y);
            for (int x = 0; x < outWidth; x++, at++) {
                byte low = samples[from + 2 * at];
                byte high = samples[from + 2 * at + 1];
                int difference = ((low & 0xff) | (high & 0xff) << 8) - row[x];
                int code = difference >= -127 && difference <= 127 ? difference + 128 : 0;
                scratch[at] = (byte) code;
                if (code != 0) continue;
                if (escapes + 2 >= 2 * count) return -1;
                scratch[escapes++] = low;
                scratch[escapes++] = high;
            }
        }
        System.arraycopy(scratch, 0, samples, from, escapes);
        return escapes;
    }

    /** Rows of the enlarged input. */
    private static final class Base {
        private final int width;
        private final int height;
        private final int scale;
        private final boolean wide;
        private final int[] mixed;
        private final int[] row;

        Base(Program program) {
            width = program.width;
            height = program.height;
            scale = program.scale;
            wide = program.bytesPerSample == 2;
            mixed = new int[width];
            row = new int[width * scale];
        }

        int[] row(byte[] input, int y) {
            int n = 2 * scale;
            int offset = 2 * (y % scale) + 1 - scale;
            int near = y / scale;
            int far = clamp(near + (offset < 0 ? -1 : 1), height);
            int weight = Math.abs(offset);
            for (int x = 0; x < width; x++) {
                mixed[x] = (n - weight) * sample(input, near * width + x) + weight * sample(input, far * width + x);
            }
            for (int phase = 0; phase < scale; phase++) {
                int shift = 2 * phase + 1 - scale;
                int step = shift < 0 ? -1 : 1;
                int share = Math.abs(shift);
                for (int x = 0; x < width; x++) {
                    int sum = (n - share) * mixed[x] + share * mixed[clamp(x + step, width)];
                    row[x * scale + phase] = (sum + n * n / 2) / (n * n);
                }
            }
            return row;
        }

        private int sample(byte[] input, int at) {
            return wide ? (input[2 * at] & 0xff) | (input[2 * at + 1] & 0xff) << 8 : input[at] & 0xff;
        }

        private static int clamp(int value, int size) {
            return value < 0 ? 0 : value >= size ? size - 1 : value;
        }
    }
}
