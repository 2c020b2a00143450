package org.noisebook.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.NumberArray;
import org.noisebook.field.DenoisedPictures;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** Some noisy pictures above the same denoised. */
public final class DenoisedPlate {
    private static final int MOST = 8;

    private DenoisedPlate() {}

    /** The figure of a report on pictures. */
    public static Story.Drawing of(NumberArray noisy, DenoisedPictures report) {
        Board board = new Board("denoised", Preset.QUICK, null);
        double[][] clean = report.pictures();
        int shown = Math.min(MOST, clean.length);
        int size = clean[0].length;
        double[][] pixels = Stream.concat(
                        IntStream.range(0, shown)
                                .mapToObj(k -> Arrays.copyOfRange(noisy.values(), k * size, (k + 1) * size)),
                        Arrays.stream(clean).limit(shown))
                .toArray(double[][]::new);
        double[] sorted =
                Arrays.stream(clean).flatMapToDouble(Arrays::stream).sorted().toArray();
        int[] shape = noisy.shape();
        board.pictures(
                "pictures",
                "Smallest white, largest black",
                List.of("noisy", "denoised"),
                shown,
                shape[shape.length - 1],
                pixels,
                sorted[0],
                sorted[sorted.length - 1]);
        board.stamp(clean.length + "");
        return board.drawing(report.title());
    }
}
