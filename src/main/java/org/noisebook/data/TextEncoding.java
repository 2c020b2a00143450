package org.noisebook.data;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Bytes of a table as text: UTF-8, UTF-16 behind a byte-order mark as spreadsheets write it, else Windows-1252.
 *
 * @param text the text
 * @param note what was read otherwise than as UTF-8; empty if nothing was
 */
record TextEncoding(String text, String note) {
    /**
     * Decodes a file.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static TextEncoding of(byte[] bytes, Path file) {
        int mark = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        if (mark == 0xfffe || mark == 0xfeff) {
            return new TextEncoding(new String(bytes, StandardCharsets.UTF_16), "The file is read as UTF-16.");
        }
        try {
            return new TextEncoding(strict(bytes, StandardCharsets.UTF_8), "");
        } catch (CharacterCodingException e) {
            try {
                return new TextEncoding(
                        strict(bytes, Charset.forName("windows-1252")),
                        "The file is not UTF-8 and is read as Windows-1252: check the letters beyond ASCII.");
            } catch (CharacterCodingException none) {
                throw new IllegalArgumentException(
                        file + " is not UTF-8 text, nor Windows-1252: save it again as CSV in UTF-8", none);
            }
        }
    }

    private static String strict(byte[] bytes, Charset charset) throws CharacterCodingException {
        return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
}
