package org.noisebook.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that appear whole or not at all. */
public final class WholeFile {
    private WholeFile() {}

    /** Fills a file. */
    @FunctionalInterface
    public interface Writer {
        /** Fills it. */
        void write(Path file) throws IOException;
    }

    /**
     * Writes beside the final place and moves there.
     *
     * @throws IOException in one line that names the file
     */
    public static void write(Path file, Writer writer) throws IOException {
        Path target = file.toAbsolutePath();
        Path partial = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            if (Files.isDirectory(target)) {
                throw new IOException("it is a folder");
            }
            writer.write(partial);
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        } finally {
            Files.deleteIfExists(partial);
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
        return e.getMessage();
    }
}
