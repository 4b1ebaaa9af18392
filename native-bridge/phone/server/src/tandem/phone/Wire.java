package tandem.phone;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The wire, seen from the phone. native-bridge/phone/wire.ts is the other side; wire-vectors.json holds the bytes of both.
 * A message is a header of six little-endian words (type, id, a, b, c, payload bytes) and its payload.
 */
final class Wire {
    static final int VERSION = 1;
    /** "TDMP", the id of a hello. */
    static final int MAGIC = 0x504d4454;
    static final int HEADER_BYTES = 24;
    static final int TOKEN_BYTES = 32;
    static final int MAX_PAYLOAD_BYTES = 128 << 20;

    // From the desktop.
    static final int HELLO = 1;
    static final int PROGRAM = 2;
    static final int FRAME = 3;
    static final int ECHO = 4;
    static final int NUDGE = 5;

    // From the phone.
    static final int WELCOME = 65;
    static final int LOADED = 66;
    static final int RESULT = 67;
    static final int ECHOED = 68;
    static final int REFUSED = 69;

    // Why something was refused.
    static final int BAD_VERSION = 1;
    static final int BAD_TOKEN = 2;
    static final int BAD_MESSAGE = 3;
    static final int GL_FAILED = 4;
    static final int ENDING = 5;

    // How a picture travels back.
    static final int PLAIN = 0;
    static final int RESIDUAL4 = 1;
    static final int RESIDUAL8 = 2;

    private Wire() {
    }

    static final class Message {
        int type;
        int id;
        int a;
        int b;
        int c;
        byte[] payload;
        int length;
        long arrivedNs;
    }

    static void putHeader(byte[] target, int type, int id, int a, int b, int c, int length) {
        ByteBuffer words = ByteBuffer.wrap(target, 0, HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        words.putInt(type).putInt(id).putInt(a).putInt(b).putInt(c).putInt(length);
    }

    /** A whole message in one array, so that it is one write. */
    static byte[] message(int type, int id, int a, int b, byte[] payload) {
        byte[] bytes = new byte[HEADER_BYTES + payload.length];
        putHeader(bytes, type, id, a, b, 0, payload.length);
        System.arraycopy(payload, 0, bytes, HEADER_BYTES, payload.length);
        return bytes;
    }

    /**
     * The next message, or null at the end of the stream between two messages.
     *
     * @param mostBytes of payload; little until the token was shown, so that nobody else makes the phone allocate much
     */
    static Message read(InputStream in, byte[] header, int mostBytes) throws IOException {
        int first = in.read(header, 0, HEADER_BYTES);
        if (first < 0) return null;
        readFully(in, header, first, HEADER_BYTES);
        ByteBuffer words = ByteBuffer.wrap(header, 0, HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Message message = new Message();
        message.type = words.getInt();
        message.id = words.getInt();
        message.a = words.getInt();
        message.b = words.getInt();
        message.c = words.getInt();
        message.length = words.getInt();
        if (message.length < 0 || message.length > mostBytes) {
            throw new IOException("a message of " + (message.length & 0xffffffffL) + " bytes");
        }
        message.payload = new byte[message.length];
        readFully(in, message.payload, 0, message.length);
        message.arrivedNs = System.nanoTime();
        return message;
    }

    private static void readFully(InputStream in, byte[] target, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            int count = in.read(target, at, to - at);
            if (count < 0) throw new EOFException("the stream ended inside a message");
            at += count;
        }
    }
}
