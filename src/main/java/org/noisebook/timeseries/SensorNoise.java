package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.TukeyLambda;

/**
 * The noise of an image sensor from dark frames and pairs of flat frames: gain, row noise, read noise and its shape.
 *
 * <p>A frame is K·Poisson(I) + read + row, rounded to multiples of q, above a fixed pattern (after Wei and others 2021, arXiv 2108.02158).
 * Differences of frames 2k and 2k + 1 remove the pattern. Within rows, half their variance is v = K·(mean − dark mean) + v_dark, which gives K
 * by least squares with weights 1/v²; read² = v_dark − q²/12, row² is half the variance of row means of dark differences less v_dark/W.
 * The shape is that of dark values less their row's mean, so that a pattern counts as read noise there.
 *
 * <p><b>Shapes</b>: {@code [frame][row][column]}. <b>Error</b>: intervals by jackknife over blocks of rows. <b>Cost</b>: see {@link TukeyLambda}.
 *
 * @param gain K, value per photon
 * @param row standard deviation of row noise, 0 if its variance comes out negative
 * @param read standard deviation of read noise without rounding, likewise
 * @param dark mean of dark frames
 * @param pattern standard deviation of the fixed pattern, likewise
 * @param plot probability plot of the dark values
 */
public record SensorNoise(double gain, double row, double read, double dark, double pattern, TukeyLambda.Plot plot) {
    private static final long MOST = 1 << 19;

    /** The noise of frames of one size; an even number of each. */
    public static SensorNoise of(double[][][] dark, double[][][] flat, double step) {
        check("dark", dark, dark);
        check("flat", flat, dark);
        Pair[] darks = pairs(dark);
        double base = Arrays.stream(darks).mapToDouble(Pair::within).average().orElseThrow();
        double rows = Arrays.stream(darks).mapToDouble(Pair::rows).average().orElseThrow();
        double zero = Arrays.stream(darks).mapToDouble(Pair::mean).average().orElseThrow();
        double shared = Arrays.stream(darks).mapToDouble(Pair::shared).average().orElseThrow();
        double up = 0;
        double down = 0;
        for (Pair pair : pairs(flat)) {
            double light = pair.mean() - zero;
            double weight = 1 / (pair.within() * pair.within());
            up += weight * light * (pair.within() - base);
            down += weight * light * light;
        }
        return new SensorNoise(
                up / down,
                root(rows - base / dark[0][0].length),
                root(base - step * step / 12),
                zero,
                root(shared),
                TukeyLambda.plot(centred(dark)));
    }

    private static double root(double variance) {
        return Math.sqrt(Math.max(0, variance));
    }

    private static void check(String name, double[][][] frames, double[][]... like) {
        if (frames.length < 2
                || frames.length % 2 != 0
                || frames[0].length != like[0].length
                || frames[0][0].length != like[0][0].length
                || frames[0][0].length < 2
                || frames[0].length < 2) {
            throw new IllegalArgumentException(name
                    + " frames must be an even number of at least 2 x 2 pixels, all of one size, got " + frames.length
                    + " of "
                    + (frames.length == 0 ? 0 : frames[0].length) + " x "
                    + (frames.length == 0 ? 0 : frames[0][0].length));
        }
    }

    /** Of two frames: mean, and of half their difference squared, within rows and between; covariance within rows. */
    private record Pair(double mean, double within, double rows, double shared) {}

    private static Pair[] pairs(double[][]... frames) {
        return IntStream.range(0, frames.length / 2)
                .mapToObj(k -> pair(frames[2 * k], frames[2 * k + 1]))
                .toArray(Pair[]::new);
    }

    private static Pair pair(double[][] a, double[]... b) {
        int height = a.length;
        int width = a[0].length;
        double mean = 0;
        double within = 0;
        double both = 0;
        double[] shift = new double[height];
        for (int r = 0; r < height; r++) {
            double sumA = Arrays.stream(a[r]).sum() / width;
            double sumB = Arrays.stream(b[r]).sum() / width;
            shift[r] = sumA - sumB;
            mean += (sumA + sumB) / 2 / height;
            for (int j = 0; j < width; j++) {
                double x = a[r][j] - sumA;
                double y = b[r][j] - sumB;
                within += (x - y) * (x - y) / 2;
                both += x * y;
            }
        }
        double freedom = (double) height * (width - 1);
        double middle = Arrays.stream(shift).sum() / height;
        double rows = Arrays.stream(shift).map(s -> (s - middle) * (s - middle)).sum() / 2 / (height - 1);
        return new Pair(mean, within / freedom, rows, both / freedom);
    }

    /** All values less their row's mean, or those of evenly spaced rows if they are more than half a million. */
    private static double[] centred(double[][]... frames) {
        long all = (long) frames.length * frames[0].length * frames[0][0].length;
        int stride = (int) Math.max(1, all / MOST);
        return Arrays.stream(frames)
                .flatMap(frame -> IntStream.range(0, frame.length)
                        .filter(r -> r % stride == 0)
                        .mapToObj(r -> frame[r]))
                .flatMapToDouble(row -> {
                    double mean = Arrays.stream(row).sum() / row.length;
                    return Arrays.stream(row).map(v -> v - mean);
                })
                .toArray();
    }

    /** Estimates of gain, row, read and shape with 95 % intervals, by leaving out each of some blocks of rows. */
    public static List<Estimate> estimates(double[][][] dark, double[][][] flat, double step, int blocks) {
        int height = dark[0].length;
        int count = Math.min(blocks, height / 2);
        double[] whole = of(dark, flat, step).numbers();
        double[][] left = IntStream.range(0, count)
                .mapToObj(block -> of(without(dark, block, count), without(flat, block, count), step)
                        .numbers())
                .toArray(double[][]::new);
        return IntStream.range(0, whole.length)
                .mapToObj(k -> {
                    double mean =
                            Arrays.stream(left).mapToDouble(v -> v[k]).average().orElseThrow();
                    double square = Arrays.stream(left)
                            .mapToDouble(v -> (v[k] - mean) * (v[k] - mean))
                            .sum();
                    return Estimate.ofStdError(whole[k], Math.sqrt((count - 1.0) / count * square), count);
                })
                .toList();
    }

    private double[] numbers() {
        return new double[] {gain, row, read, plot.shape()};
    }

    private static double[][][] without(double[][][] frames, int block, int count) {
        int height = frames[0].length;
        return Arrays.stream(frames)
                .map(frame -> IntStream.range(0, height)
                        .filter(r -> (long) r * count / height != block)
                        .mapToObj(r -> frame[r])
                        .toArray(double[][]::new))
                .toArray(double[][][]::new);
    }
}
