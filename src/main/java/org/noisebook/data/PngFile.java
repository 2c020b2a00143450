package org.noisebook.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.InflaterInputStream;

/**
 * The grey values of a PNG picture, 0 to 255: bits per sample 8, not interlaced; colour becomes its luminance 0.299 R +
 * 0.587 G + 0.114 B, and transparency is ignored.
 *
 * <p><b>Source</b>: PNG specification, W3C Recommendation 2003 (ISO/IEC 15948), sections 9 and 11.
 *
 * @param height rows of pixels
 * @param width columns of pixels
 * @param pixels row-major
 */
record PngFile(int height, int width, byte[] pixels) {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int LARGEST_SIDE = 4096;
    private static final int PALETTE = 3;
    /** Samples per pixel by colour type. */
    private static final int[] CHANNELS = {1, 0, 3, 1, 2, 0, 4};

    /** Reads a file; any other content gives a one-line message that names it. */
    static PngFile read(Path path) throws IOException {
        byte[] bytes = WholeFile.read(path);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 33 || in.getLong() != SIGNATURE) {
            throw new IOException(path + ": expected a PNG picture, found other bytes");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        byte[] palette = new byte[0];
        byte[] header = new byte[0];
        while (in.remaining() >= 12) {
            int length = in.getInt();
            byte[] name = new byte[4];
            in.get(name);
            if (length < 0 || length > in.remaining() - 4) {
                throw new IOException(path + ": the picture is cut off");
            }
            byte[] chunk = new byte[length];
            in.get(chunk);
            in.getInt();
            switch (new String(name, StandardCharsets.ISO_8859_1)) {
                case "IHDR" -> header = chunk;
                case "PLTE" -> palette = chunk;
                case "IDAT" -> data.write(chunk);
                default -> {}
            }
        }
        ByteBuffer head = ByteBuffer.wrap(header);
        int width = header.length == 13 ? head.getInt() : 0;
        int height = header.length == 13 ? head.getInt() : 0;
        if (width < 1 || height < 1 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
            throw new IOException(path + ": sides must be in [1, " + LARGEST_SIDE + "], got " + height + " × " + width);
        }
        int type = header[9] >= 0 && header[9] < CHANNELS.length ? header[9] : 1;
        int channels = CHANNELS[type];
        if (header[8] != 8 || channels == 0 || header[12] != 0) {
            throw new IOException(
                    path + ": expected 8 bits a sample without interlacing; save the picture again as such");
        }
        int line = width * channels;
        byte[] raw;
        try (InflaterInputStream inflated = new InflaterInputStream(new ByteArrayInputStream(data.toByteArray()))) {
            raw = inflated.readNBytes(height * (line + 1));
        } catch (IOException e) {
            throw new IOException(path + ": the picture is damaged: " + e.getMessage(), e);
        }
        if (raw.length != height * (line + 1)) {
            throw new IOException(path + ": the picture is cut off");
        }
        byte[] flat = unfiltered(raw, height, line, channels);
        byte[] grey = new byte[height * width];
        for (int k = 0; k < grey.length; k++) {
            grey[k] = type == PALETTE ? luminance(palette, 3 * (flat[k] & 0xFF)) : grey(flat, k * channels, channels);
        }
        return new PngFile(height, width, grey);
    }

    private static byte grey(byte[] flat, int at, int channels) {
        return channels < 3 ? flat[at] : luminance(flat, at);
    }

    private static byte luminance(byte[] rgb, int at) {
        if (at + 2 >= rgb.length) {
            return 0;
        }
        return (byte) Math.rint(0.299 * (rgb[at] & 0xFF) + 0.587 * (rgb[at + 1] & 0xFF) + 0.114 * (rgb[at + 2] & 0xFF));
    }

    /** Undoes the filters 0 to 4, by which a line holds differences to its neighbours on the left and above. */
    private static byte[] unfiltered(byte[] raw, int height, int line, int step) {
        byte[] flat = new byte[height * line];
        for (int row = 0; row < height; row++) {
            int filter = raw[row * (line + 1)];
            for (int k = 0; k < line; k++) {
                int at = row * line + k;
                int left = k < step ? 0 : flat[at - step] & 0xFF;
                int above = row == 0 ? 0 : flat[at - line] & 0xFF;
                int corner = k < step || row == 0 ? 0 : flat[at - line - step] & 0xFF;
                int add = switch (filter) {
                    case 1 -> left;
                    case 2 -> above;
                    case 3 -> (left + above) / 2;
                    case 4 -> paeth(left, above, corner);
                    default -> 0;
                };
                flat[at] = (byte) (raw[row * (line + 1) + 1 + k] + add);
            }
        }
        return flat;
    }

    private static int paeth(int left, int above, int corner) {
        int guess = left + above - corner;
        int a = Math.abs(guess - left);
        int b = Math.abs(guess - above);
        int c = Math.abs(guess - corner);
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
}
