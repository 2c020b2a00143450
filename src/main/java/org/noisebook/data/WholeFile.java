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
 * Writes files that appear whole or not at all, and reads them.
 *
 * <p><b>Special cases</b>: a symbolic link keeps standing and its target is written; a device or pipe is refused.
 */
public final class WholeFile {
    private WholeFile() {}

    /** Fills a file. */
    @FunctionalInterface
    public interface Writer {
        /** Fills it. */
        void write(Path file) throws IOException;
    }

    /**
     * Writes next to the final location and moves the file there.
     *
     * @throws IOException in one line that names the file
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
     * @throws IOException in one line that names it
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
     * Refuses existing paths that are not files, before reading or writing: a pipe would block, and a device has no end.
     *
     * @throws IOException saying what it is, without its name
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
            // What went wrong before is what the caller has to hear; a place that cannot exist needs no removal.
        }
    }

    /** Why a file operation failed, in words. */
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
