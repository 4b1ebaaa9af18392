package android.net;

import java.io.IOException;

/** Stub to compile against; the phone has the real one. */
public class LocalServerSocket {
    public LocalServerSocket(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    public LocalSocket accept() throws IOException {
        throw new UnsupportedOperationException();
    }
}
