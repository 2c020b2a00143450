package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The handwritten digits as CSV without a header, plain or gzipped: pixels from 0 to 16, then the digit. */
final class DigitsCsv {
    private static final int LARGEST_PIXEL = 16;
    private static final int DIGITS = 3;

    private DigitsCsv() {}

    /**
     * Reads all rows.
     *
     * @throws IOException with file and line, if a row has invalid cells
     */
    static Images.Part read(FileBytes file, int dimension, int classes) throws IOException {
        List<String> lines;
        try (InputStream in = file.open()) {
            lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw file.trouble(e);
        }
        byte[] pixels = new byte[lines.size() * dimension];
        byte[] labels = new byte[lines.size()];
        for (int i = 0; i < labels.length; i++) {
            String place = file.name() + ": line " + (i + 1);
            String[] cells = lines.get(i).split(",", -1);
            if (cells.length != dimension + 1) {
                throw new IOException(place + ": expected " + (dimension + 1) + " cells, found " + cells.length);
            }
            for (int j = 0; j < dimension; j++) {
                pixels[i * dimension + j] = (byte) number(place, cells[j], LARGEST_PIXEL);
            }
            labels[i] = (byte) number(place, cells[dimension], classes - 1);
        }
        return new Images.Part(file.name(), pixels, labels);
    }

    private static int number(String place, String cell, int largest) throws IOException {
        // No regular expression: for all the digits it would take longer than the rest of a start of the kit.
        int value = cell.isEmpty() ? -1 : 0;
        for (int k = 0; k < cell.length(); k++) {
            int digit = cell.charAt(k) - '0';
            value = k < DIGITS && value >= 0 && digit >= 0 && digit <= 9 ? 10 * value + digit : -1;
        }
        if (value < 0 || value > largest) {
            throw new IOException(
                    place + ": expected a whole number in [0, " + largest + "], found '" + Quoted.of(cell) + "'");
        }
        return value;
    }
}
