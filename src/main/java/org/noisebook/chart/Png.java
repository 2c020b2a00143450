package org.noisebook.chart;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Encodes compact PNG files without metadata: with a palette if at most 256 colours occur and it is smaller, else RGB.
 */
public final class Png {
    private Png() {}

    /** The bytes of a PNG file. */
    public static byte[] encode(BufferedImage image) throws IOException {
        byte[] plain = write(image);
        Map<Integer, Integer> index = palette(image);
        if (index.isEmpty()) {
            return plain;
        }
        byte[] indexed = write(indexed(image, index));
        return indexed.length < plain.length ? indexed : plain;
    }

    /** Palette index of each colour, in order of appearance; empty if there are more than 256 colours. */
    private static Map<Integer, Integer> palette(BufferedImage image) {
        Map<Integer, Integer> index = new LinkedHashMap<>();
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int rgb : row) {
                index.putIfAbsent(rgb, index.size());
                if (index.size() > 256) {
                    return Map.of();
                }
            }
        }
        return index;
    }

    private static BufferedImage indexed(BufferedImage image, Map<Integer, Integer> index) {
        int[] colours = index.keySet().stream().mapToInt(Integer::intValue).toArray();
        IndexColorModel model =
                new IndexColorModel(8, colours.length, colours, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
        BufferedImage copy =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                copy.getRaster().setSample(x, y, 0, index.get(image.getRGB(x, y)));
            }
        }
        return copy;
    }

    private static byte[] write(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(0);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
