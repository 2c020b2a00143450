package org.noisebook.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file of what a cell prints behind what a page can hold; it is bounded too, and goes when the kernel ends. */
final class PrintFile {
    static final long MOST_BYTES = 256_000_000;

    private final Optional<Path> file;
    private final OutputStream out;
    private long written;

    private PrintFile(Optional<Path> file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** A new file in the folder for temporary files; without one, what is written is dropped. */
    static PrintFile open() {
        try {
            Path file = Files.createTempFile("noisebook-cell-", ".txt");
            file.toFile().deleteOnExit();
            return new PrintFile(Optional.of(file), Files.newOutputStream(file));
        } catch (IOException e) {
            return new PrintFile(Optional.empty(), OutputStream.nullOutputStream());
        }
    }

    /** Appends bytes up to the bound; a full disk is a bound too. */
    void write(byte[] bytes, int start, int length) {
        try {
            int part = (int) Math.min(length, MOST_BYTES - written);
            out.write(bytes, start, part);
            written += part;
        } catch (IOException e) {
            written = MOST_BYTES;
        }
    }

    /** The file, if there is one. */
    Optional<Path> file() {
        return file;
    }

    /** What becomes of the text. */
    @Override
    public String toString() {
        return file.map(path -> "the next " + MOST_BYTES / 1_000_000 + " MB are in " + path + " until the kernel ends")
                .orElse("what follows is dropped, for there is no folder for a file");
    }
}
