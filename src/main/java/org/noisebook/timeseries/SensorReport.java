package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Numbers;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;

/**
 * Gain, row noise, read noise and its shape from dark frames and pairs of flat frames, by {@link SensorNoise}.
 *
 * <p><b>Shapes</b>: arrays (frame, row, column), an even number of frames, 2k and 2k + 1 of equal exposure.
 */
public final class SensorReport implements Report {
    private static final int BLOCKS = 10;
    /** λ of normal noise. */
    private static final double NORMAL = 0.14;

    private static final double FEW = 2;

    private final SensorNoise noise;
    private final List<Estimate> estimates;
    private final double step;
    private final int[] shape;

    /**
     * The report.
     *
     * @param step of rounding; if not given, the smallest difference between dark values, or 0 if nearly all differ
     * @throws IllegalArgumentException in one line that says what is wrong
     */
    public SensorReport(NumberArray dark, NumberArray flat, Optional<Double> step) {
        double[][][] darks = frames("dark", dark);
        double[][][] flats = frames("flat", flat);
        int[] other = flat.shape();
        shape = dark.shape();
        Check.that(
                other[1] == shape[1] && other[2] == shape[2],
                "flat frames must have " + shape[1] + " x " + shape[2] + " pixels as dark ones, got " + other[1] + " x "
                        + other[2]);
        this.step = step.orElseGet(() -> smallest(dark.values()));
        Check.that(
                this.step >= 0 && Double.isFinite(this.step),
                "--step must be at least 0, got " + Numbers.format(this.step));
        Check.that(
                mean(flat.values()) > mean(dark.values()),
                "flat frames must be brighter than dark ones, got means " + Numbers.format((float) mean(flat.values()))
                        + " and " + Numbers.format((float) mean(dark.values())) + ": the files may be swapped");
        noise = SensorNoise.of(darks, flats, this.step);
        estimates = SensorNoise.estimates(darks, flats, this.step, BLOCKS);
    }

    private static double[][][] frames(String name, NumberArray array) {
        int[] shape = array.shape();
        Check.that(
                shape.length == 3 && shape[0] >= 2 && shape[0] % 2 == 0 && shape[1] >= 2 * BLOCKS && shape[2] >= 2,
                name + " frames must be an array (frame, row, column) with an even number of frames and " + 2 * BLOCKS
                        + " rows or more, got " + Arrays.toString(shape));
        double[][][] frames = new double[shape[0]][shape[1]][shape[2]];
        for (int k = 0; k < array.length(); k++) {
            double value = array.at(k);
            int at = k / shape[2];
            Check.that(
                    Double.isFinite(value),
                    name + " frames must hold finite numbers, got " + value + " in frame " + at / shape[1] + ", row "
                            + at % shape[1] + ", column " + k % shape[2] + " (from 0)");
            frames[at / shape[1]][at % shape[1]][k % shape[2]] = value;
        }
        for (double[][] frame : frames) {
            double first = frame[0][0];
            Check.that(
                    Arrays.stream(frame).anyMatch(row -> Arrays.stream(row).anyMatch(v -> v != first)),
                    name + " frames must not be constant, got " + Numbers.format(first) + " throughout one");
        }
        for (int k = 1; k < frames.length; k += 2) {
            Check.that(
                    !Arrays.deepEquals(frames[k], frames[k - 1]),
                    name + " frames " + (k - 1) + " and " + k + " must be two exposures, but are the same numbers");
        }
        return frames;
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double smallest(double... values) {
        double[] levels = Arrays.stream(values).sorted().distinct().toArray();
        double least = Double.POSITIVE_INFINITY;
        for (int k = 1; k < levels.length; k++) {
            least = Math.min(least, levels[k] - levels[k - 1]);
        }
        return 2 * levels.length > values.length ? 0 : least;
    }

    private boolean isCoarse() {
        return noise.read() < FEW * step;
    }

    @Override
    public String title() {
        return "Noise of a sensor from " + Wording.count(shape[0], "dark frame") + " of " + shape[1] + " x " + shape[2]
                + " pixels";
    }

    @Override
    public List<String> answer() {
        Estimate gain = estimates.get(0);
        Estimate lambda = estimates.get(3);
        String tails = isCoarse()
                ? "rounding is too coarse to tell the tails of the read noise"
                : lambda.high() < NORMAL - 0.02
                        ? "read noise has heavier tails than a normal law"
                        : lambda.low() > NORMAL + 0.02
                                ? "read noise has lighter tails than a normal law"
                                : "read noise looks normal";
        return List.of(String.format(
                Locale.ROOT,
                "Gain %s per photon, read noise %.3g photons, row noise %.3g photons; %s.",
                gain.brief(),
                noise.read() / noise.gain(),
                noise.row() / noise.gain(),
                tails));
    }

    @Override
    public List<String> preface() {
        return List.of(
                "A value is taken as gain times a Poisson count, plus read and row noise, rounded to multiples of "
                        + Numbers.format(step) + ", above a fixed pattern.");
    }

    @Override
    public List<Section> sections() {
        String coarse = isCoarse()
                ? " Read noise is below " + (int) FEW
                        + " steps of rounding: the shape is biased towards normal and beyond."
                : "";
        String pattern = noise.pattern() > 0.3 * noise.read()
                ? " The pattern is large beside the read noise, and the shape is that of both."
                : "";
        return List.of(
                new Section(
                        "How large are the parts?",
                        "In units of the file; 95 % intervals by leaving out each of " + BLOCKS + " blocks of rows.",
                        List.of(
                                "Rows: frames differ by a number common to a row; its interval includes 0 if rows are not shown."
                                        + String.format(
                                                Locale.ROOT,
                                                " Fixed pattern: %.3g. Dark mean: %.5g.",
                                                noise.pattern(),
                                                noise.dark())),
                        parts()),
                new Section(
                        "Are there heavy tails?",
                        String.format(
                                Locale.ROOT,
                                "Shape %.3f (normal: 0.14, below: heavier tails); the probability plot has correlation %.5f, with normal"
                                        + " quantiles %.5f.%s%s",
                                noise.plot().shape(),
                                noise.plot().correlation(),
                                noise.plot().normal(),
                                coarse,
                                pattern),
                        List.of(
                                "Noise made of these parts can train or test a denoiser; if rows and tails are small, white noise will do.")));
    }

    private Frame parts() {
        Frame frame = new Frame("part", "estimate", "low", "high");
        List<String> names = List.of("gain", "row noise", "read noise", "shape");
        for (int k = 0; k < names.size(); k++) {
            Estimate e = k < 3 ? estimates.get(k).cut(0, Double.POSITIVE_INFINITY) : estimates.get(k);
            frame.add(names.get(k), rounded(e.mean()), rounded(e.low()), rounded(e.high()));
        }
        return frame;
    }

    private static double rounded(double x) {
        return Math.rint(x * 1e6) / 1e6;
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("parts", parts());
    }
}
