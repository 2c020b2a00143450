package org.noisebook.experiment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The format of cache files: frames of marker, length, CRC-32C, key, result and run record.
 *
 * <p>The file of a study and version is {@code network-v1.runs}; writers that share its folder without locks use {@code
 * network-v1@HOST-PROCESS.runs}.
 */
final class Frames {
    static final int HEADER_BYTES = 3 * Integer.BYTES;
    static final int KEY_BYTES = 32;
    private static final int MARKER = 0x4E42_5231;
    private static final int LARGEST_PAYLOAD = 1 << 28;
    private static final Pattern NAME = Pattern.compile("(([a-z][a-z0-9-]*)-v(\\d+))(@[^/]+)?\\.runs");

    private Frames() {}

    /** A file identified by its name: its book, such as {@code network-v1}, study and version. */
    record Name(Path path, String book, String study, int version) {}

    /** Receives the contents of a file. */
    interface Visitor {
        /** Called for a valid frame. */
        void frame(String key, byte[] result, byte[] runRecord);

        /** Called for corrupt bytes in the middle, between these positions. */
        default void gap(int from, int to) {}
    }

    /** The files of a folder, sorted by name; only those of one book, unless its name is empty. */
    static List<Name> files(Path folder, String book) throws IOException {
        List<Name> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    Matcher name = NAME.matcher(file.getFileName().toString());
                    if (name.matches() && (book.isEmpty() || name.group(1).equals(book))) {
                        names.add(new Name(file, name.group(1), name.group(2), Integer.parseInt(name.group(3))));
                    }
                }
            }
        }
        return names;
    }

    /** Reads a file that others may be writing; an incomplete tail is ignored. */
    static void read(Path file, Visitor visitor) throws IOException {
        if (Files.size(file) > Integer.MAX_VALUE - HEADER_BYTES) {
            throw tooLarge(file.getFileName().toString());
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        check(file, bytes, scan(bytes, visitor));
    }

    /** Rejects a file without any frame, unless it begins like a frame or with zeros, as a crash may leave it. */
    static void check(Path file, ByteBuffer bytes, int scanned) throws IOException {
        int marker = 0;
        int known = Math.min(bytes.limit(), Integer.BYTES);
        for (int k = 0; k < known; k++) {
            marker |= (bytes.get(k) & 0xFF) << Byte.SIZE * (Integer.BYTES - 1 - k);
        }
        if (scanned == 0 && marker != 0 && marker != (MARKER & -1L << Byte.SIZE * (Integer.BYTES - known))) {
            throw new IOException(file + " is not a noisebook cache file: move it away");
        }
    }

    static IOException tooLarge(String name) {
        return new IOException("cache file " + name + " is over 2 GiB: delete it or choose another NOISEBOOK_CACHE");
    }

    /** Visits the frames and returns the start of the incomplete tail. */
    static int scan(ByteBuffer bytes, Visitor visitor) {
        int position = 0;
        while (position < bytes.limit()) {
            int length = frameAt(bytes, position);
            if (length > 0) {
                visit(bytes, position, length, visitor);
                position += length;
                continue;
            }
            int next = position + 1;
            while (next < bytes.limit() && frameAt(bytes, next) == 0) {
                next++;
            }
            if (next == bytes.limit()) {
                break;
            }
            visitor.gap(position, next);
            position = next;
        }
        return position;
    }

    /** The length of the valid frame at a position, or 0. */
    private static int frameAt(ByteBuffer bytes, int position) {
        if (bytes.limit() - position < HEADER_BYTES || bytes.getInt(position) != MARKER) {
            return 0;
        }
        int payload = bytes.getInt(position + Integer.BYTES);
        if (payload < KEY_BYTES + Integer.BYTES
                || payload > LARGEST_PAYLOAD
                || payload > bytes.limit() - position - HEADER_BYTES) {
            return 0;
        }
        boolean sound = crc(bytes, position, payload) == bytes.getInt(position + 2 * Integer.BYTES);
        return sound ? HEADER_BYTES + payload : 0;
    }

    private static int crc(ByteBuffer bytes, int position, int payload) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), position + HEADER_BYTES, payload);
        return (int) crc.getValue();
    }

    private static void visit(ByteBuffer bytes, int position, int length, Visitor visitor) {
        int start = position + HEADER_BYTES;
        int resultLength = bytes.getInt(start + KEY_BYTES);
        int rest = length - HEADER_BYTES - KEY_BYTES - Integer.BYTES - resultLength;
        if (resultLength < 0 || rest < 0) {
            return;
        }
        byte[] key = new byte[KEY_BYTES];
        byte[] result = new byte[resultLength];
        byte[] runRecord = new byte[rest];
        bytes.get(start, key);
        bytes.get(start + KEY_BYTES + Integer.BYTES, result);
        bytes.get(start + KEY_BYTES + Integer.BYTES + resultLength, runRecord);
        visitor.frame(HexFormat.of().formatHex(key), result, runRecord);
    }

    static byte[] encode(String key, byte[] result, byte[] runRecord) {
        int payload = KEY_BYTES + Integer.BYTES + result.length + runRecord.length;
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload);
        frame.putInt(MARKER).putInt(payload).putInt(0);
        frame.put(HexFormat.of().parseHex(key))
                .putInt(result.length)
                .put(result)
                .put(runRecord);
        frame.putInt(2 * Integer.BYTES, crc(frame, 0, payload));
        return frame.array();
    }
}
