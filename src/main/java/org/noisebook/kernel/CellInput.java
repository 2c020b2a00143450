package org.noisebook.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code System.in} of cells: a read asks the front end for a line. */
final class CellInput extends InputStream {
    /** Gives a line with its end; empty if the front end takes no input. */
    @FunctionalInterface
    interface Source {
        Optional<String> line() throws InterruptedException;
    }

    private final Source source;
    private byte[] line = new byte[0];
    private int at;

    CellInput(Source source) {
        this.source = source;
    }

    @Override
    public synchronized int available() {
        return line.length - at;
    }

    @Override
    public synchronized int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] into, int start, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == line.length) {
            Optional<String> text;
            try {
                text = source.line();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for input");
            }
            if (text.isEmpty()) {
                return -1;
            }
            line = text.get().getBytes(StandardCharsets.UTF_8);
            at = 0;
        }
        int count = Math.min(length, line.length - at);
        System.arraycopy(line, at, into, start, count);
        at += count;
        return count;
    }
}
