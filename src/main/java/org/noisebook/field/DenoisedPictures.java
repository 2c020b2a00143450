package org.noisebook.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Numbers;
import org.noisebook.field.PatchMixture.Patches;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Anscombe;

/**
 * Noisy pictures denoised by a mixture of Gaussians fitted to their own patches, with the error that is left, all from noisy data alone.
 *
 * <p>E[x ∣ y] of all patches of a {@link PatchMixture} is averaged where they overlap; counts go through {@link Anscombe} roots.
 */
public final class DenoisedPictures implements Report {
    private static final int MOST_PIXELS = 4_000_000;
    private static final int TRAIN = 8000;
    private static final int HELD_OUT = 3000;
    private static final int FEW = 8;

    /** Whether noise is Poisson, and its level: of Gaussian noise σ, 0 if unknown; of Poisson noise the value of a count. */
    public record Noise(boolean counts, double level) {}

    private final Noise noise;
    private final double[][] clean;
    private final double sigma;
    private final PatchMixture fit;

    private DenoisedPictures(double[][] pictures, int height, Noise noise, int side, int most, Stream stream) {
        this.noise = noise;
        int width = pictures[0].length / height;
        double[][] y = Arrays.stream(pictures)
                .map(picture -> Arrays.stream(picture)
                        .map(v -> noise.counts ? Anscombe.root(v / noise.level) : v)
                        .toArray())
                .toArray(double[][]::new);
        // Of few pictures, strips of rows are held out.
        int rows = pictures.length >= FEW ? height : Math.min(height, 2 * side);
        int strips = height / rows;
        Check.that(
                pictures.length * strips >= FEW,
                "pictures must be at least " + FEW + ", or have " + FEW * rows + " rows in all");
        Patches patches = new Patches(side, rows, width);
        List<double[]> train = new ArrayList<>();
        List<double[][]> held = new ArrayList<>();
        for (int b = 0; b < y.length * strips; b++) {
            int from = b % strips * rows * width;
            double[] strip = Arrays.copyOfRange(y[b / strips], from, from + rows * width);
            int share = 1 + (b % 4 == 3 ? 4 * HELD_OUT : 4 * TRAIN / 3) / (y.length * strips);
            List<double[]> some = patches.some(share, stream, strip);
            if (b % 4 == 3) {
                held.add(Patches.columns(some));
            } else {
                train.addAll(some);
            }
        }
        double[][] x = Patches.columns(train);
        sigma = noise.counts ? 1 : noise.level > 0 ? noise.level : PatchMixture.flattest(x);
        double largest = Arrays.stream(x[0]).map(Math::abs).max().orElseThrow();
        Check.that(sigma > 1e-6 * largest, "pictures show no noise: give --sigma");
        fit = new PatchMixture(x, held, sigma * sigma, most, stream);
        Patches whole = new Patches(side, height, width);
        clean = Arrays.stream(y)
                .map(one -> Arrays.stream(whole.averaged(fit.means(whole.of(one))))
                        .map(v -> noise.counts ? noise.level * Anscombe.mean(v) : v)
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Denoises an array [picture, row, column], or one picture, with patches of a side and so many components at most; what it refuses is one line. */
    public static DenoisedPictures of(NumberArray array, Noise noise, int side, int most, Stream stream) {
        int[] shape = array.shape();
        Check.that(
                shape.length == 2 || shape.length == 3,
                "pictures must be [picture, row, column] or [row, column], got shape " + Arrays.toString(shape));
        int pixels = array.length();
        Check.that(
                pixels > 0 && pixels <= MOST_PIXELS,
                "pictures must have 1 to " + MOST_PIXELS + " pixels, got " + pixels);
        int height = shape[shape.length - 2];
        int size = height * shape[shape.length - 1];
        int largest = Math.min(12, Math.min(height, size / height));
        Check.that(
                side >= 2 && side <= largest,
                "--patch must be in [2, " + largest + "] for these pictures, got " + side);
        Check.that(most >= 1 && most <= 20, "--most must be in [1, 20], got " + most);
        double[] all = array.values();
        for (int i = 0; i < all.length; i++) {
            Check.that(
                    Math.abs(all[i]) < 1e50 && (all[i] >= 0 || !noise.counts),
                    "pictures must hold numbers below 1e50 in size" + (noise.counts ? ", 0 or more if poisson" : "")
                            + ", got " + Numbers.format(all[i]) + " in picture " + (1 + i / size));
        }
        Check.that(Arrays.stream(all).anyMatch(v -> v != all[0]), "pictures must vary, got " + Numbers.format(all[0]));
        double spread = new StandardDeviation().evaluate(all);
        Check.that(
                noise.counts || noise.level <= 1.5 * spread,
                "--sigma must be at most 1.5 times the spread of the pictures, " + Numbers.format((float) spread)
                        + ", got " + Numbers.format(noise.level));
        double[][] pictures = new double[pixels / size][];
        Arrays.setAll(pictures, k -> Arrays.copyOfRange(all, k * size, (k + 1) * size));
        return new DenoisedPictures(pictures, height, noise, side, most, stream);
    }

    /** Denoised pictures, {@code [picture][pixel]}. */
    public double[][] pictures() {
        return Arrays.stream(clean).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public String title() {
        return Wording.count(clean.length, "picture") + " denoised by "
                + Wording.count(fit.chosen().components(), "Gaussian") + " on patches";
    }

    @Override
    public List<String> answer() {
        String rest = "; the error left is " + Wording.percent(fit.chosen().left()) + " of the noise's.";
        return List.of(
                fit.chosen().components() == 1
                        ? "One Gaussian is best: a linear filter does all that these pictures allow" + rest
                        : "A mixture of " + fit.chosen().components() + " Gaussians is better than one" + rest);
    }

    @Override
    public List<String> preface() {
        return List.of(
                noise.counts
                        ? "Noise: Poisson, a count is " + Numbers.format(noise.level)
                                + "; errors are those of roots of counts."
                        : "Noise: Gaussian, σ = " + Wording.of(sigma).score(sigma)
                                + (noise.level > 0
                                        ? "."
                                        : ", from the flat directions of patches; texture in all directions counts as noise, so --sigma is safer."));
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "How many Gaussians?",
                "The number with the largest log likelihood of a patch on pictures held out, if its gain over one has a 95 % interval above 0.",
                List.of(
                        "Error left: Stein's estimate for single patches, over the noise's; averaging overlapping patches lowers it further."
                                + " Both assume independent noise of equal level on all pixels."),
                frames().get("components")));
    }

    @Override
    public Map<String, Frame> frames() {
        Frame tried = new Frame("Gaussians", "log likelihood", "gain", "gain low", "gain high", "error left");
        fit.tried()
                .forEach(one -> tried.add(
                        one.components(),
                        one.logLikelihood().mean(),
                        one.gain().mean(),
                        one.gain().low(),
                        one.gain().high(),
                        one.left().mean()));
        return Map.of("components", tried);
    }
}
