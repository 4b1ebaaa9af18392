package android.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Stub to compile against; the phone has the real one. */
public class LocalSocket {
    public InputStream getInputStream() throws IOException {
        throw new UnsupportedOperationException();
    }

    public OutputStream getOutputStream() throws IOException {
        throw new UnsupportedOperationException();
    }

    public void setSendBufferSize(int bytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
