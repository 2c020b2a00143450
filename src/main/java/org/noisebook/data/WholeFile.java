package org.noisebook.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes files atomically, and reads files.
 *
 * <p><b>Special cases</b>: a symbolic link is kept and its target is written; a device or pipe is rejected.
 */
public final class WholeFile {
    private WholeFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Writer {
        /** Writes the content to {@code file}. */
        void write(Path file) throws IOException;
    }

    /**
     * Writes to a temporary file in the same folder and moves it to its final name.
     *
     * @throws IOException with a one-line message that names the file
     */
    public static void write(Path file, Writer writer) throws IOException {
        try {
            checkIsFile(file);
            replace(Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(), writer);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException with a one-line message that names it
     */
    public static byte[] read(Path file) throws IOException {
        try {
            checkIsFile(file);
            return Files.readAllBytes(file);
        } catch (IOException e) {
            String reason = Files.exists(file) ? reason(e) : "no such file";
            throw new IOException("cannot read " + file + ": " + reason, e);
        }
    }

    /**
     * Rejects existing paths that are not files, before use: a pipe would block, and a device has no end.
     *
     * @throws IOException with a message that says what it is, without its name
     */
    public static void checkIsFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is a pipe or a device, not a file");
        }
    }

    private static void replace(Path target, Writer writer) throws IOException {
        Path partial = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            writer.write(partial);
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            remove(partial);
        }
    }

    private static void remove(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException ignored) {
            // The caller should see the earlier error; a path that cannot exist needs no removal.
        }
    }

    /** The reason why a file operation failed, in words. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "a file stands where a folder is needed";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage();
    }
}
