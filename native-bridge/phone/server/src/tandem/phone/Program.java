package tandem.phone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** A compiled program as it came over the wire: buffers, passes, and what the picture is. */
final class Program {
    private static final int MOST_PARTS = 4096;

    static final class Pass {
        int shader;
        /** Triples: 0 storage or 1 uniform, binding point, buffer. */
        int[] bindings;
        int[] groups;
    }

    /** Of the input, in samples: rows with their filling, planes one below the other. */
    int width;
    int height;
    int scale;
    int bytesPerSample;
    int input;
    int output;
    int[] bufferBytes;
    /** First content of a buffer; empty for none. */
    byte[][] bufferData;
    /** GLSL ES. */
    String[] shaders;
    Pass[] passes;

    int inputBytes() {
        return width * height * bytesPerSample;
    }

    int outputBytes() {
        return inputBytes() * scale * scale;
    }

    /** @throws IllegalArgumentException or BufferUnderflowException for bytes that are no program */
    static Program decode(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        Program program = new Program();
        program.width = within("width", in.getInt(), 1, 1 << 15);
        program.height = within("height", in.getInt(), 1, 1 << 15);
        program.scale = within("scale", in.getInt(), 1, 8);
        program.bytesPerSample = within("bytes per sample", in.getInt(), 1, 2);
        int buffers = within("buffers", in.getInt(), 1, MOST_PARTS);
        program.input = within("input buffer", in.getInt(), 0, buffers - 1);
        program.output = within("output buffer", in.getInt(), 0, buffers - 1);
        program.bufferBytes = new int[buffers];
        program.bufferData = new byte[buffers][];
        for (int i = 0; i < buffers; i++) {
            program.bufferBytes[i] = within("bytes of a buffer", in.getInt(), 4, 1 << 30);
            program.bufferData[i] = bytes(in, program.bufferBytes[i]);
        }
        program.shaders = new String[within("shaders", in.getInt(), 1, MOST_PARTS)];
        for (int i = 0; i < program.shaders.length; i++) {
            program.shaders[i] = new String(bytes(in, 1 << 24), Charset.forName("UTF-8"));
        }
        program.passes = new Pass[within("passes", in.getInt(), 1, MOST_PARTS)];
        for (int i = 0; i < program.passes.length; i++) {
            program.passes[i] = decodePass(in, program.shaders.length, buffers);
        }
        if (in.hasRemaining()) throw new IllegalArgumentException("a program followed by " + in.remaining() + " bytes");
        checkPicture("input", program.bufferBytes[program.input], program.inputBytes());
        checkPicture("output", program.bufferBytes[program.output], program.outputBytes());
        return program;
    }

    private static Pass decodePass(ByteBuffer in, int shaders, int buffers) {
        Pass pass = new Pass();
        pass.shader = within("shader of a pass", in.getInt(), 0, shaders - 1);
        pass.bindings = new int[3 * within("bindings", in.getInt(), 0, 64)];
        for (int i = 0; i < pass.bindings.length; i += 3) {
            pass.bindings[i] = within("kind of a binding", in.getInt(), 0, 1);
            pass.bindings[i + 1] = within("binding point", in.getInt(), 0, 255);
            pass.bindings[i + 2] = within("buffer of a binding", in.getInt(), 0, buffers - 1);
        }
        pass.groups = new int[3];
        for (int i = 0; i < 3; i++) pass.groups[i] = within("groups", in.getInt(), 1, 65535);
        return pass;
    }

    private static byte[] bytes(ByteBuffer in, int most) {
        byte[] data = new byte[within("bytes of data", in.getInt(), 0, Math.min(most, in.remaining()))];
        in.get(data);
        return data;
    }

    private static void checkPicture(String what, int bytes, int wanted) {
        if (bytes < wanted) {
            throw new IllegalArgumentException("an " + what + " buffer of " + bytes + " bytes for " + wanted);
        }
    }

    private static int within(String what, int value, int low, int high) {
        if (value >= low && value <= high) return value;
        throw new IllegalArgumentException(what + ": expected " + low + " to " + high + " but got " + value);
    }
}
