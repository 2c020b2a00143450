package org.noisebook.chart;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/** Coloured pixels inserted into a sheet as one bitmap, in place of many single cells. */
final class Raster {
    /** The colour between pictures. */
    static final int FRAME = 0xC8C8C8;

    private static final int MOST_COLOURS = 256;
    /** The largest number of bytes in a stored zlib block. */
    private static final int BLOCK = 0xFFFF;

    private final int width;
    private final int height;
    private final int[] rgb;

    Raster(int width, int height) {
        this.width = width;
        this.height = height;
        this.rgb = new int[width * height];
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    void fill(int colour) {
        Arrays.fill(rgb, colour);
    }

    void set(int x, int y, int colour) {
        rgb[y * width + x] = colour & 0xFFFFFF;
    }

    BufferedImage image() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, rgb, 0, width);
        return image;
    }

    /**
     * A PNG file of uncompressed blocks, whose bytes depend only on the pixels; with a palette if 256 colours suffice.
     */
    byte[] png() {
        Map<Integer, Integer> index = new LinkedHashMap<>();
        for (int colour : rgb) {
            index.putIfAbsent(colour, index.size());
        }
        boolean palette = index.size() <= MOST_COLOURS;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        byte type = (byte) (palette ? 3 : 2);
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) 8)
                        .put(type)
                        .array());
        if (palette) {
            ByteBuffer colours = ByteBuffer.allocate(3 * index.size());
            index.keySet().forEach(colour -> put(colours, colour));
            chunk(out, "PLTE", colours.array());
        }
        ByteBuffer rows = ByteBuffer.allocate(height * (1 + width * (palette ? 1 : 3)));
        for (int y = 0; y < height; y++) {
            rows.put((byte) 0);
            for (int x = 0; x < width; x++) {
                int colour = rgb[y * width + x];
                if (palette) {
                    rows.put(index.get(colour).byteValue());
                } else {
                    put(rows, colour);
                }
            }
        }
        chunk(out, "IDAT", stored(rows.array()));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void put(ByteBuffer to, int colour) {
        to.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
    }

    /** Packs data in the zlib format (RFC 1950) with stored blocks (RFC 1951, section 3.2.4). */
    private static byte[] stored(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x78, 0x01});
        for (int start = 0; start < data.length; start += BLOCK) {
            int length = Math.min(BLOCK, data.length - start);
            out.write(start + length == data.length ? 1 : 0);
            out.writeBytes(new byte[] {(byte) length, (byte) (length >> 8), (byte) ~length, (byte) (~length >> 8)});
            out.write(data, start, length);
        }
        Adler32 check = new Adler32();
        check.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 check = new CRC32();
        check.update(name);
        check.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
    }
}
