package tandem.phone;

import android.net.LocalSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One socket of the desktop: a thread that reads and one that writes, so that neither waits for the other or the GPU. */
final class Connection {
    private static final int BUFFER_BYTES = 1 << 20;
    /** More frames in flight than any desktop sends; a flood must not fill the memory. */
    private static final int MOST_UNANSWERED = 16;

    /** What a connection needs of the program around it. */
    interface Owner {
        byte[] token();

        String report();

        Worker worker();

        void welcomed(Connection connection);

        void closed(Connection connection, String why);
    }

    private static final class Answer {
        final byte[] bytes;
        final int length;

        Answer(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }
    }

    private static final Answer LAST = new Answer(new byte[0], 0);

    private final LocalSocket socket;
    private final Owner owner;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<Answer>();
    private int unanswered;
    private boolean closed;

    Connection(LocalSocket socket, Owner owner) {
        this.socket = socket;
        this.owner = owner;
    }

    void start() {
        new Thread("read") {
            @Override
            public void run() {
                owner.closed(Connection.this, readAll());
            }
        }.start();
        Thread writer = new Thread("write") {
            @Override
            public void run() {
                writeAll();
            }
        };
        writer.start();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    void send(byte[] message) {
        send(message, message.length);
    }

    /** Answers one request. */
    void send(byte[] message, int length) {
        synchronized (this) {
            unanswered--;
        }
        answers.add(new Answer(message, length));
    }

    /** Says why and lets go of the desktop. */
    void refuse(int reason, String why) {
        answers.add(answer(Wire.REFUSED, 0, reason, why));
        answers.add(LAST);
    }

    /** Waits until what was refused has been written, for a moment only. */
    void flush() {
        for (int i = 0; i < 20 && !isClosed(); i++) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private static Answer answer(int type, int id, int a, String text) {
        byte[] bytes = Wire.message(type, id, a, 0, text.getBytes(Charset.forName("UTF-8")));
        return new Answer(bytes, bytes.length);
    }

    /** @return why it ended */
    private String readAll() {
        try {
            socket.setSendBufferSize(BUFFER_BYTES);
            InputStream in = socket.getInputStream();
            byte[] header = new byte[Wire.HEADER_BYTES];
            Wire.Message hello = Wire.read(in, header, Wire.TOKEN_BYTES);
            if (hello == null) return "it said nothing";
            if (!greet(hello)) return "it was refused";
            for (;;) {
                Wire.Message message = Wire.read(in, header, Wire.MAX_PAYLOAD_BYTES);
                if (message == null) return "the stream ended";
                if (!take(message)) return "it was refused";
            }
        } catch (IOException broken) {
            return "the stream broke: " + broken.getMessage();
        }
    }

    private boolean greet(Wire.Message hello) {
        if (hello.type != Wire.HELLO || hello.id != Wire.MAGIC) {
            refuse(Wire.BAD_MESSAGE, "expected a hello first");
            return false;
        }
        if (hello.a != Wire.VERSION) {
            refuse(Wire.BAD_VERSION, "expected version " + Wire.VERSION + " of the wire but got " + hello.a);
            return false;
        }
        if (!MessageDigest.isEqual(hello.payload, owner.token())) {
            refuse(Wire.BAD_TOKEN, "expected the token of this session but got another");
            return false;
        }
        answers.add(answer(Wire.WELCOME, 0, Wire.VERSION, owner.report()));
        owner.welcomed(this);
        return true;
    }

    private boolean take(Wire.Message message) {
        if (message.type == Wire.NUDGE) return true;
        synchronized (this) {
            if (++unanswered > MOST_UNANSWERED) {
                refuse(Wire.BAD_MESSAGE, "expected at most " + MOST_UNANSWERED + " frames in flight");
                return false;
            }
        }
        if (message.type == Wire.ECHO && message.a >= 0 && message.a <= Wire.MAX_PAYLOAD_BYTES) {
            send(Wire.message(Wire.ECHOED, message.id, 0, 0, new byte[message.a]));
            return true;
        }
        if (message.type == Wire.PROGRAM || message.type == Wire.FRAME) {
            owner.worker().submit(this, message);
            return true;
        }
        refuse(Wire.BAD_MESSAGE, "expected a program, a frame or an echo but got type " + message.type);
        return false;
    }

    private void writeAll() {
        try {
            OutputStream out = socket.getOutputStream();
            for (Answer next = answers.take(); next != LAST; next = answers.take()) {
                out.write(next.bytes, 0, next.length);
                out.flush();
            }
        } catch (IOException broken) {
            // The reader sees the same end and tells it.
        } catch (InterruptedException stop) {
            // Only the end of the program interrupts.
        } finally {
            close();
        }
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        answers.add(LAST);
        try {
            socket.close();
        } catch (IOException already) {
            // It is gone either way.
        }
    }
}
