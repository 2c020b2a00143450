package org.noisebook.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.field.MixtureEm.Batch;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.GaussianFit;

/**
 * A Gaussian mixture of clean patches fitted to noisy ones by {@link MixtureEm}, with the number of components that has the largest likelihood on groups
 * of patches held out.
 *
 * <p>More than one must gain over one with a 95 % interval above 0, over the groups. The error left is Stein's estimate, without clean data: (‖x̂ − y‖² + 2 tr
 * Cov[x ∣ y])/d − σ² (Stein 1981, doi:10.1214/aos/1176345632). <b>Shapes</b>: {@code [pixel][patch]}. <b>Cost</b>: 25 steps of EM for each of 1, 2, 5, 10, 20.
 */
public final class PatchMixture {
    private static final int[] COMPONENTS = {1, 2, 5, 10, 20};
    private static final int CHUNK = 2000;
    private static final int ROUNDS = 25;

    private final double variance;
    private final List<Try> tried = new ArrayList<>();
    private GaussianMixture law;
    private Try chosen;

    /**
     * A number of components that was tried.
     *
     * @param logLikelihood of a patch held out
     * @param gain over one component
     * @param left squared error over that of the noise
     */
    public record Try(int components, Estimate logLikelihood, Estimate gain, Estimate left) {}

    /**
     * Fits.
     *
     * @param train noisy patches, at least 2
     * @param held groups of others, such as one for each picture, at least 2
     * @param variance of the noise, above 0
     * @param most most components
     */
    public PatchMixture(double[][] train, List<double[][]> held, double variance, int most, Stream stream) {
        this.variance = variance;
        double[][] covariance = GaussianFit.of(train).covariance();
        double mean = IntStream.range(0, train.length)
                        .mapToDouble(j -> covariance[j][j])
                        .sum()
                / train.length;
        IntStream.range(0, train.length).forEach(j -> covariance[j][j] += 0.01 * mean);
        MixtureEm em = new MixtureEm(batches(train)).floored(1e-4 * variance);
        double[] alone = {};
        for (int count : COMPONENTS) {
            if (count > most || count > 1 && 4 * count * train.length > train[0].length) {
                break;
            }
            double[] weights = new double[count];
            Arrays.fill(weights, 1.0 / count);
            double[][][] covariances = new double[count][][];
            Arrays.fill(covariances, covariance);
            double[][] means = new double[count][];
            Arrays.setAll(means, k -> {
                int at = stream.nextIndex(train[0].length);
                return Arrays.stream(train).mapToDouble(row -> row[at]).toArray();
            });
            GaussianMixture fit = em.fit(new GaussianMixture(weights, means, covariances), ROUNDS, 1e-4);
            double[] log = held.stream()
                    .mapToDouble(x -> new MixtureEm(batches(x)).logLikelihood(fit) / x[0].length)
                    .toArray();
            double[] first = count == 1 ? log : alone;
            alone = first;
            double[] gain = IntStream.range(0, log.length)
                    .mapToDouble(k -> log[k] - first[k])
                    .toArray();
            double[] left =
                    held.stream().mapToDouble(x -> left(fit, batches(x))).toArray();
            Try one = new Try(count, Estimate.ofMean(log), Estimate.ofMean(gain), Estimate.ofMean(left));
            tried.add(one);
            if (count == 1
                    || one.gain().low() > 0
                            && one.logLikelihood().mean()
                                    > chosen.logLikelihood().mean()) {
                chosen = one;
                law = fit;
            }
        }
    }

    /**
     * The level of the noise from the flat directions of patches: of their variances, as many of the smallest as have equal mean and
     * median (Chen, Zhu, Heng 2015, doi:10.1109/ICCV.2015.62), so that pure noise is not underestimated; too high if patches have
     * texture in all directions.
     */
    public static double flattest(double[][] x) {
        double[] flat = Arrays.stream(GaussianFit.of(x).covariance())
                .flatMapToDouble(Arrays::stream)
                .toArray();
        double[] spectrum = SymmetricSpectrum.of(x.length, flat).values();
        int from = 0;
        double mean = Arrays.stream(spectrum).average().orElseThrow();
        while (mean > (spectrum[(from + spectrum.length - 1) / 2] + spectrum[(from + spectrum.length) / 2]) / 2) {
            from++;
            mean = Arrays.stream(spectrum, from, spectrum.length).average().orElseThrow();
        }
        return Math.sqrt(Math.max(0, mean));
    }

    private List<Batch> batches(double[][] x) {
        double[] variances = new double[x.length];
        Arrays.fill(variances, variance);
        return IntStream.range(0, (x[0].length + CHUNK - 1) / CHUNK)
                .mapToObj(k -> Batch.whole(
                        variances,
                        Arrays.stream(x)
                                .map(row -> Arrays.copyOfRange(row, k * CHUNK, Math.min(row.length, (k + 1) * CHUNK)))
                                .toArray(double[][]::new)))
                .toList();
    }

    private double left(GaussianMixture fit, List<Batch> batches) {
        double sum = 0;
        int numbers = 0;
        for (Batch batch : batches) {
            double[][] x = MixtureEm.means(fit, batch);
            sum += 2 * Arrays.stream(MixtureEm.spreads(fit, batch)).sum();
            for (int j = 0; j < x.length; j++) {
                for (int n = 0; n < x[j].length; n++) {
                    sum += (x[j][n] - batch.values()[j][n]) * (x[j][n] - batch.values()[j][n]);
                }
            }
            numbers += x.length * x[0].length;
        }
        return sum / (numbers * variance) - 1;
    }

    /** All that was tried, by number of components. */
    public List<Try> tried() {
        return List.copyOf(tried);
    }

    /** What was chosen. */
    public Try chosen() {
        return chosen;
    }

    /** E[x ∣ y] of patches under what was chosen. */
    public double[][] means(double[][] x) {
        List<double[][]> parts =
                batches(x).stream().map(batch -> MixtureEm.means(law, batch)).toList();
        return IntStream.range(0, x.length)
                .mapToObj(j -> parts.stream()
                        .flatMapToDouble(part -> DoubleStream.of(part[j]))
                        .toArray())
                .toArray(double[][]::new);
    }

    /**
     * All square patches of a picture, and a picture from its patches, averaged where they overlap.
     *
     * <p><b>Shapes</b>: pictures and patches are row-major; patches are {@code [pixel][patch]}, by the row and column of their first pixel.
     *
     * @param side pixels along an edge of a patch
     * @param height rows of a picture, at least {@code side}
     * @param width its columns, at least {@code side}
     */
    public record Patches(int side, int height, int width) {
        public Patches {
            if (side < 1 || side > Math.min(height, width)) {
                throw new IllegalArgumentException("side must be in [1, " + Math.min(height, width) + "], got " + side);
            }
        }

        /** Number of patches. */
        public int count() {
            return (height - side + 1) * (width - side + 1);
        }

        /** The pixel of the picture at which a pixel of a patch lies. */
        private int at(int pixel, int patch) {
            int across = width - side + 1;
            return (patch / across + pixel / side) * width + patch % across + pixel % side;
        }

        /** The patches of a picture. */
        public double[][] of(double... picture) {
            double[][] x = new double[side * side][count()];
            for (int j = 0; j < x.length; j++) {
                for (int n = 0; n < x[j].length; n++) {
                    x[j][n] = picture[at(j, n)];
                }
            }
            return x;
        }

        /** Some of the patches of a picture at random, as vectors; all if there are not more. */
        public List<double[]> some(int most, Stream stream, double... picture) {
            double[][] all = of(picture);
            int[] order = IntStream.range(0, count()).toArray();
            stream.shuffle(order);
            return Arrays.stream(order)
                    .limit(most)
                    .mapToObj(n -> Arrays.stream(all).mapToDouble(row -> row[n]).toArray())
                    .toList();
        }

        /** The mean of all patches at each pixel. */
        public double[] averaged(double[][] patches) {
            double[] sum = new double[height * width];
            double[] terms = new double[sum.length];
            for (int j = 0; j < patches.length; j++) {
                for (int n = 0; n < patches[j].length; n++) {
                    sum[at(j, n)] += patches[j][n];
                    terms[at(j, n)]++;
                }
            }
            return IntStream.range(0, sum.length)
                    .mapToDouble(i -> sum[i] / terms[i])
                    .toArray();
        }

        /** Vectors as columns. */
        public static double[][] columns(List<double[]> vectors) {
            double[][] x = new double[vectors.get(0).length][vectors.size()];
            for (int n = 0; n < vectors.size(); n++) {
                for (int j = 0; j < x.length; j++) {
                    x[j][n] = vectors.get(n)[j];
                }
            }
            return x;
        }
    }
}
