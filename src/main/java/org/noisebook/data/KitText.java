package org.noisebook.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A text included in the kit, in the folder {@code datasets}.
 *
 * @param name file name
 * @param text the decoded UTF-8 text
 * @param sha256 of its bytes, in hexadecimal
 */
public record KitText(String name, String text, String sha256) {
    /** The first five chapters of Melville's Moby-Dick, 66 kB. */
    public static KitText mobyDick() {
        return read("moby-dick.txt");
    }

    private static KitText read(String name) {
        try {
            FileBytes file = FileBytes.resource(name);
            return new KitText(name, new String(file.bytes(), StandardCharsets.UTF_8), file.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
