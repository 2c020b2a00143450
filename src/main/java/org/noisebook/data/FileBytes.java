package org.noisebook.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.noisebook.rng.Streams;

/** The bytes of a data file, with the name used for it in messages. */
final class FileBytes {
    private static final long LARGEST_FILE = 1L << 30;
    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int BUFFER = 1 << 16;

    private static final String DATASETS = "/org/noisebook/datasets/";
    /** What a project does that lacks a file of the kit. */
    static final String REMEDY =
            "add org.noisebook:noisebook, classifier data, of the kit's version to the dependencies of your project";

    private final String name;
    private final byte[] bytes;

    private FileBytes(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    static FileBytes of(String name, byte[] bytes) {
        return new FileBytes(name, bytes);
    }

    /** Reads a file in a way that completes even if the thread is interrupted. */
    static FileBytes read(Path path) throws IOException {
        try (InputStream in = stream(path)) {
            long length = path.toFile().length();
            if (length > LARGEST_FILE) {
                throw new IOException(path + ": expected at most " + LARGEST_FILE + " bytes, found " + length);
            }
            try {
                return new FileBytes(path.toString(), in.readAllBytes());
            } catch (IOException e) {
                throw new IOException(path + ": " + WholeFile.reason(e), e);
            }
        }
    }

    /** Opens a regular file; a pipe, device, folder or other failure gives a one-line message that names it. */
    static InputStream stream(Path path) throws IOException {
        try {
            WholeFile.checkIsFile(path);
            return new BufferedInputStream(new FileInputStream(path.toFile()), BUFFER);
        } catch (FileNotFoundException e) {
            throw new IOException(path + (path.toFile().exists() ? ": permission denied" : ": no such file"), e);
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /** Whether a file is included in the kit; a project that has the kit as a library may lack the larger ones. */
    static boolean isResource(String path) {
        return FileBytes.class.getResource(DATASETS + path) != null;
    }

    /** Reads a file included in the kit. */
    static FileBytes resource(String path) throws IOException {
        try (InputStream in = FileBytes.class.getResourceAsStream(DATASETS + path)) {
            if (in == null) {
                throw new IOException("dataset " + path + " is not in the kit's jar: " + REMEDY);
            }
            return new FileBytes(path, in.readAllBytes());
        }
    }

    String name() {
        return name;
    }

    int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** SHA-256 in hexadecimal. */
    String sha256() {
        return Streams.sha256(bytes);
    }

    /**
     * Verifies the bytes against the known length and hash of the file.
     *
     * @throws IOException if they differ
     */
    void verify(DataFile known) throws IOException {
        if (known.isKnown()) {
            String found = sha256();
            if (!found.equals(known.sha256())) {
                throw new IOException(name + ": expected SHA-256 " + known.sha256() + " (" + known.bytes()
                        + " bytes), found " + found + " (" + bytes.length + " bytes)");
            }
        }
    }

    /** The content, decompressed if it is gzipped. */
    InputStream open() throws IOException {
        boolean packed = bytes.length > 1 && ((bytes[0] & 0xFF) << Byte.SIZE | bytes[1] & 0xFF) == GZIP_MAGIC;
        InputStream in = new ByteArrayInputStream(bytes);
        try {
            return packed ? new GZIPInputStream(in, BUFFER) : in;
        } catch (IOException e) {
            throw trouble(e);
        }
    }

    /** The content as bytes, decompressed if it is gzipped; at most {@code most} bytes. */
    byte[] unpacked(long most) throws IOException {
        try (InputStream in = open()) {
            return in.readNBytes((int) Math.min(most, LARGEST_FILE));
        } catch (IOException e) {
            throw trouble(e);
        }
    }

    /** The exception to throw when decompression fails. */
    IOException trouble(IOException e) {
        if (e instanceof EOFException) {
            return new IOException(name + ": expected a whole gzip file, found it cut off", e);
        }
        if (e instanceof ZipException) {
            return new IOException(name + ": expected a sound gzip file, found: " + e.getMessage(), e);
        }
        return new IOException(name + ": " + e.getMessage(), e);
    }

    /**
     * The next {@code count} bytes.
     *
     * @throws IOException if there are fewer
     */
    byte[] next(InputStream in, int count, String what) throws IOException {
        byte[] next;
        try {
            next = in.readNBytes(count);
        } catch (IOException e) {
            throw trouble(e);
        }
        if (next.length < count) {
            throw new IOException(
                    name + ": cut off: expected " + count + " bytes of " + what + ", found " + next.length);
        }
        return next;
    }

    /**
     * Reads to the end of the file, which also verifies the checksum of a gzip file.
     *
     * @throws IOException if there are more bytes
     */
    void end(InputStream in, String what) throws IOException {
        try {
            if (in.read() >= 0) {
                throw new IOException("expected the end after " + what + ", found more bytes");
            }
        } catch (IOException e) {
            throw trouble(e);
        }
    }
}
