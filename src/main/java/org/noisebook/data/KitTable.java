package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Tab-separated tables of key and value included in the kit; lines that begin with # are comments. */
public final class KitTable {
    private KitTable() {}

    /** Reads {@code /org/noisebook/name}. */
    public static Map<String, String> read(String name) {
        try (InputStream in = KitTable.class.getResourceAsStream("/org/noisebook/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
