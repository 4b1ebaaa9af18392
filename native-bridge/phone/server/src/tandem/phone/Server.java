package tandem.phone;

import android.net.LocalServerSocket;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes frames for a desktop on this phone's GPU. Started by `app_process / tandem.phone.Server NAME VERSION` with the
 * session's token as a line on stdin (a command line can be read by others); says READY, then serves an abstract socket.
 * It ends by itself: when the first connection or stdin ends, after ten seconds without a connection, on any GL error. Its
 * last line says why.
 */
public final class Server implements Connection.Owner {
    private static final long LONELY_MS = 10000;
    private static final int EXIT_DONE = 0;
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_BUSY = 3;

    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true);

    private final List<Connection> connections = new ArrayList<Connection>();
    private final byte[] token;
    private final String report;
    private final Worker worker;
    private Connection first;
    private long lonelySince = System.nanoTime();
    private boolean ending;

    private Server(byte[] token, Gpu gpu) {
        this.token = token;
        this.report = Report.describe(gpu);
        this.worker = new Worker(gpu);
    }

    public static void main(String[] args) {
        try {
            if (args.length != 2) exit(EXIT_USAGE, "expected the socket's name and the wire's version");
            if (!args[1].equals(String.valueOf(Wire.VERSION))) {
                exit(EXIT_USAGE, "expected version " + Wire.VERSION + " of the wire but got " + args[1]);
            }
            serve(args[0]);
        } catch (Throwable failure) {
            exit(EXIT_FAILED, failure.toString());
        }
    }

    private static void serve(String name) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "US-ASCII"), 256);
        byte[] token = readToken(in);
        LocalServerSocket listening;
        try {
            listening = new LocalServerSocket(name);
        } catch (IOException taken) {
            exit(EXIT_BUSY, "another Tandem is using this phone");
            return;
        }
        Server server = null;
        try {
            Gpu gpu = new Gpu();
            server = new Server(token, gpu);
            server.acceptAll(listening);
            server.watchLoneliness();
            server.watchShell(in);
            // From here on everything is loaded, so nothing of us needs to stay on the phone.
            String jar = System.getenv("CLASSPATH");
            if (jar != null) new File(jar).delete();
            OUT.println("READY " + name);
            server.worker.work();
        } catch (Gpu.GlException failure) {
            if (server == null) exit(EXIT_FAILED, failure.getMessage());
            else server.end(EXIT_FAILED, Wire.GL_FAILED, failure.getMessage());
        }
    }

    private static byte[] readToken(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null || !line.trim().matches("[0-9a-f]{" + 2 * Wire.TOKEN_BYTES + "}")) {
            exit(EXIT_USAGE, "expected the session's token on stdin");
            return null;
        }
        byte[] token = new byte[Wire.TOKEN_BYTES];
        for (int i = 0; i < token.length; i++) token[i] = (byte) Integer.parseInt(line.substring(2 * i, 2 * i + 2), 16);
        return token;
    }

    private void acceptAll(final LocalServerSocket listening) {
        new Thread("accept") {
            @Override
            public void run() {
                try {
                    for (;;) new Connection(listening.accept(), Server.this).start();
                } catch (IOException broken) {
                    end(EXIT_FAILED, Wire.ENDING, "the socket broke: " + broken.getMessage());
                }
            }
        }.start();
    }

    /** The shell that started this ends with the desktop. */
    private void watchShell(final BufferedReader in) {
        Thread watcher = new Thread("shell") {
            @Override
            public void run() {
                try {
                    while (in.readLine() != null) continue;
                } catch (IOException broken) {
                    // As good as its end.
                }
                end(EXIT_DONE, Wire.ENDING, "the desktop is gone: its shell ended");
            }
        };
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watchLoneliness() {
        Thread watcher = new Thread("loneliness") {
            @Override
            public void run() {
                try {
                    while (lonelyMs() < LONELY_MS) Thread.sleep(250);
                    end(EXIT_DONE, Wire.ENDING, "nobody was connected for ten seconds");
                } catch (InterruptedException stop) {
                    // Only the end of the program interrupts.
                }
            }
        };
        watcher.setDaemon(true);
        watcher.start();
    }

    private synchronized long lonelyMs() {
        return connections.isEmpty() ? (System.nanoTime() - lonelySince) / 1000000 : 0;
    }

    @Override
    public byte[] token() {
        return token;
    }

    @Override
    public String report() {
        return report;
    }

    @Override
    public Worker worker() {
        return worker;
    }

    @Override
    public synchronized void welcomed(Connection connection) {
        connections.add(connection);
        if (first == null) first = connection;
    }

    @Override
    public void closed(Connection connection, String why) {
        boolean last;
        synchronized (this) {
            if (connections.remove(connection)) lonelySince = System.nanoTime();
            last = connection == first;
        }
        if (last) end(EXIT_DONE, Wire.ENDING, "the desktop is gone: " + why);
        else if (!"it was refused".equals(why)) connection.close();
    }

    /** Tells every connection and the shell why, and ends. */
    private void end(int code, int reason, String why) {
        List<Connection> told;
        synchronized (this) {
            if (ending) return;
            ending = true;
            told = new ArrayList<Connection>(connections);
        }
        for (Connection connection : told) connection.refuse(reason, why);
        for (Connection connection : told) connection.flush();
        exit(code, why);
    }

    private static void exit(int code, String why) {
        OUT.println("ENDED " + why.replace('\n', ' '));
        System.exit(code);
    }
}
