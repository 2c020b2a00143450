package org.noisebook.diffusion.uses;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.Guidance;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.RankCorrelation;

/**
 * Steers a diffusion to a level of rarity, where a point's rarity is how far Tweedie's mean of the point under noise lies from it.
 *
 * <p>The exact classifier knows of a noised point only which component it came from, p(level | x) = Σ_k p(k | x) P(level | k), so that at w = 1
 * the guided score is that of the mixture with weights π_k P(level | k). The kernel one puts a Gaussian on every point of a level.
 *
 * <p><b>Streams</b>: {@code points}, {@code rarity} of their noise, {@code start}, {@code path} and {@code check} of the rarity of samples.
 * <b>Cost</b>: kernels take particles × points exponentials a step.
 */
@Head(
        id = "minority",
        version = 1,
        title = "Samples of a diffusion steered to rare ones by how much Tweedie's mean misses",
        streams = {"points", "rarity", "start", "path", "check"},
        sources = {
            "Um, Lee, Ye 2023, Don't Play Favorites: Minority Guidance for Diffusion Models, arXiv 2301.12334",
            "Dhariwal, Nichol 2021, Diffusion Models Beat GANs on Image Synthesis, arXiv 2105.05233"
        })
public final class MinorityStudy implements Study<MinorityConfig, MinorityResult> {
    /** The kernel's width over that of Scott's rule for one Gaussian. */
    private static final double WIDTH = 0.5;

    /** Points that the rank correlation takes, as its cost is their square. */
    private static final int RANKED = 2000;

    @Override
    public MinorityResult run(MinorityConfig config, Streams streams) {
        GaussianMixture law = config.data().mixture();
        double[][] points = law.sample(streams.at("points"), config.points());
        double[] rarity = rarity(config, law, points, streams.at("rarity"));
        double[] sorted = rarity.clone();
        Arrays.sort(sorted);
        MixtureInterpolant marginals = config.diffusion().marginals(law);
        double[] log = atData(marginals.logDensity(), points)[0];
        double[] chance = chances(config, atData(marginals.responsibilities(), points), rarity, sorted);
        double[][] x = config.diffusion().prior(law.dimension()).sample(streams.at("start"), config.particles());
        Score plain = marginals.score();
        Ensemble.run(
                config.method().sampler(config.diffusion(), guided(config, law, plain, points, rarity, sorted, chance)),
                TimeGrid.UNIFORM.times(1, 0, config.steps()),
                x,
                Noise.independent(streams.at("path")),
                1,
                Ensemble.Observer.NONE);
        double finite = 1 - (double) Ensemble.diverged(x) / config.particles();
        boolean[] minor = minorities(law);
        double[] weights = law.weights();
        double prior = 0;
        double asked = 0;
        double all = 0;
        for (int k = 0; k < weights.length; k++) {
            prior += minor[k] ? weights[k] : 0;
            asked += minor[k] ? weights[k] * chance[k] : 0;
            all += weights[k] * chance[k];
        }
        Field likeliest = config.diffusion().marginals(even(law)).responsibilities();
        double[] seen = finite == 1 ? seen(law, atData(likeliest, x), x, minor) : new double[] {Double.NaN, Double.NaN};
        return new MinorityResult(
                finite,
                -RankCorrelation.of(
                        Arrays.copyOf(rarity, Math.min(RANKED, rarity.length)),
                        Arrays.copyOf(log, Math.min(RANKED, rarity.length))),
                prior,
                asked / all,
                seen[0],
                seen[1],
                finite == 1
                        ? Arrays.stream(rarity(config, law, x, streams.at("check")))
                                        .filter(r -> level(config, sorted, r) == config.level())
                                        .count()
                                / (double) config.particles()
                        : Double.NaN);
    }

    private static double[][] atData(Field field, double[][] x) {
        double[][] out = new double[field.outputs()][x[0].length];
        field.evaluator(x[0].length).at(0, x, x[0].length, out);
        return out;
    }

    private static double[] column(double[][] x, int n) {
        return Arrays.stream(x).mapToDouble(row -> row[n]).toArray();
    }

    /** The components with one weight: whose likelihood is largest, whatever their shares. */
    private static GaussianMixture even(GaussianMixture law) {
        double[] weights = new double[law.components()];
        Arrays.fill(weights, 1.0 / weights.length);
        return new GaussianMixture(weights, law.means(), law.covariances());
    }

    static boolean[] minorities(GaussianMixture law) {
        boolean[] minor = new boolean[law.components()];
        for (int k = 0; k < minor.length; k++) {
            minor[k] = law.weights()[k] < 0.5 / minor.length;
        }
        return minor;
    }

    /** Mean distance of Tweedie's mean from each point over noises. */
    private static double[] rarity(MinorityConfig config, GaussianMixture law, double[][] x, Stream stream) {
        Field denoiser = config.diffusion().marginals(law).endMean();
        Field.Evaluator evaluator = denoiser.evaluator(x[0].length);
        double a = config.diffusion().meanCoefficient(config.rarityTime());
        double root = config.diffusion().stdDev(config.rarityTime());
        double[][] noised = new double[x.length][x[0].length];
        double[][] mean = new double[x.length][x[0].length];
        double[] sum = new double[x[0].length];
        for (int draw = 0; draw < config.draws(); draw++) {
            for (int j = 0; j < x.length; j++) {
                for (int n = 0; n < sum.length; n++) {
                    noised[j][n] = Math.fma(root, stream.nextGaussian(), a * x[j][n]);
                }
            }
            evaluator.at(config.rarityTime(), noised, sum.length, mean);
            for (int n = 0; n < sum.length; n++) {
                double square = 0;
                for (int j = 0; j < x.length; j++) {
                    square += (x[j][n] - mean[j][n]) * (x[j][n] - mean[j][n]);
                }
                sum[n] += Math.sqrt(square) / config.draws();
            }
        }
        return sum;
    }

    /** From 1, by the quantiles of the points. */
    private static int level(MinorityConfig config, double[] sorted, double rarity) {
        int level = 1;
        while (level < config.levels() && rarity >= sorted[level * sorted.length / config.levels()]) {
            level++;
        }
        return level;
    }

    /** P(level | k) among the points, each shared out over the components. */
    private static double[] chances(MinorityConfig config, double[][] component, double[] rarity, double... sorted) {
        double[] inside = new double[component.length];
        double[] all = new double[component.length];
        for (int n = 0; n < rarity.length; n++) {
            double[] shares = column(component, n);
            boolean asked = level(config, sorted, rarity[n]) == config.level();
            for (int k = 0; k < shares.length; k++) {
                all[k] += shares[k];
                inside[k] += asked ? shares[k] : 0;
            }
        }
        Arrays.setAll(inside, k -> all[k] > 0 ? inside[k] / all[k] : 0);
        return inside;
    }

    private static Score guided(
            MinorityConfig config,
            GaussianMixture law,
            Score plain,
            double[][] points,
            double[] rarity,
            double[] sorted,
            double... chance) {
        if (config.weight() == 0) {
            return plain;
        }
        if (config.classifier() == MinorityConfig.Classifier.EXACT) {
            Score level = config.diffusion().marginals(reweighed(law, chance)).score();
            return config.weight() == 1 ? level : new Guidance(plain, level, config.weight());
        }
        List<double[]> all = new ArrayList<>();
        List<double[]> asked = new ArrayList<>();
        for (int n = 0; n < rarity.length; n++) {
            all.add(column(points, n));
            if (level(config, sorted, rarity[n]) == config.level()) {
                asked.add(all.get(n));
            }
        }
        double width = WIDTH * StrictMath.pow(rarity.length, -1.0 / (points.length + 4));
        Score some = new PointKernels(config.diffusion(), asked, width);
        Score every = new PointKernels(config.diffusion(), all, width);
        return new Shifted(plain, some, every, config.weight());
    }

    /** The law of a level as far as components know it; that of no component is the law itself. */
    static GaussianMixture reweighed(GaussianMixture law, double... chance) {
        double[] weights = law.weights();
        double total = IntStream.range(0, weights.length)
                .mapToDouble(k -> weights[k] * chance[k])
                .sum();
        int[] kept =
                IntStream.range(0, weights.length).filter(k -> chance[k] > 0).toArray();
        return new GaussianMixture(
                IntStream.of(kept)
                        .mapToDouble(k -> weights[k] * chance[k] / total)
                        .toArray(),
                IntStream.of(kept).mapToObj(k -> law.means()[k]).toArray(double[][]::new),
                IntStream.of(kept).mapToObj(k -> law.covariances()[k]).toArray(double[][][]::new));
    }

    /** The score of Gaussians of one width on points, diffused. */
    private record PointKernels(Diffusion diffusion, List<double[]> points, double width) implements Score {
        @Override
        public int dimension() {
            return points.get(0).length;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            return (tau, x, count, out) -> {
                double a = diffusion.meanCoefficient(tau);
                double variance = a * a * width * width + diffusion.variance(tau);
                double[] log = new double[points.size()];
                for (int k = 0; k < count; k++) {
                    double most = Double.NEGATIVE_INFINITY;
                    for (int n = 0; n < log.length; n++) {
                        double square = 0;
                        for (int j = 0; j < x.length; j++) {
                            double off = x[j][k] - a * points.get(n)[j];
                            square += off * off;
                        }
                        log[n] = -square / (2 * variance);
                        most = Math.max(most, log[n]);
                    }
                    double total = 0;
                    double[] sum = new double[x.length];
                    for (int n = 0; n < log.length; n++) {
                        if (log[n] > most - 40) {
                            double weight = StrictMath.exp(log[n] - most);
                            total += weight;
                            for (int j = 0; j < sum.length; j++) {
                                sum[j] += weight * a * points.get(n)[j];
                            }
                        }
                    }
                    for (int j = 0; j < sum.length; j++) {
                        out[j][k] = (sum[j] / total - x[j][k]) / variance;
                    }
                }
            };
        }
    }

    /** s + w (s_level − s_all): the law's score and the gradient of a classifier's logarithm. */
    private record Shifted(Score plain, Score level, Score all, double weight) implements Score {
        @Override
        public int dimension() {
            return plain.dimension();
        }

        @Override
        public Evaluator evaluator(int capacity) {
            Evaluator first = plain.evaluator(capacity);
            Evaluator second = level.evaluator(capacity);
            Evaluator third = all.evaluator(capacity);
            double[][] more = new double[dimension()][capacity];
            double[][] less = new double[dimension()][capacity];
            return (tau, x, count, out) -> {
                first.at(tau, x, count, out);
                second.at(tau, x, count, more);
                third.at(tau, x, count, less);
                for (int j = 0; j < out.length; j++) {
                    for (int k = 0; k < count; k++) {
                        out[j][k] += weight * (more[j][k] - less[j][k]);
                    }
                }
            };
        }
    }

    /** Share of minorities and mean squared distance a coordinate, each sample under its likeliest component. */
    private static double[] seen(GaussianMixture law, double[][] component, double[][] x, boolean... minor) {
        double[][][] inverse = Arrays.stream(law.covariances())
                .map(c -> new LUDecomposition(new Array2DRowRealMatrix(c))
                        .getSolver()
                        .getInverse()
                        .getData())
                .toArray(double[][][]::new);
        double[][] means = law.means();
        double share = 0;
        double distance = 0;
        int n = x[0].length;
        for (int k = 0; k < n; k++) {
            double[] at = column(x, k);
            double[] shares = column(component, k);
            int best = 0;
            for (int c = 1; c < shares.length; c++) {
                best = shares[c] > shares[best] ? c : best;
            }
            share += minor[best] ? 1.0 / n : 0;
            for (int i = 0; i < at.length; i++) {
                for (int j = 0; j < at.length; j++) {
                    distance +=
                            (at[i] - means[best][i]) * inverse[best][i][j] * (at[j] - means[best][j]) / at.length / n;
                }
            }
        }
        return new double[] {share, distance};
    }

    @Override
    public double work(MinorityConfig config) {
        double d = config.data() == MinorityConfig.Data.PLANE ? 2 : 64;
        double kernels = config.classifier() == MinorityConfig.Classifier.KERNEL ? 10.0 * config.points() : 0;
        return (double) config.steps() * config.particles() * (10 * d * d + kernels)
                + (double) config.draws() * config.points() * 10 * d * d;
    }

    @Override
    public long memory(MinorityConfig config) {
        return (8L * config.points() + 8L * config.particles()) * 64 * Double.BYTES + (1L << 26);
    }

    @Override
    public List<String> inputs(MinorityConfig config) {
        return config.data() == MinorityConfig.Data.DIGITS
                ? Target.Pictures.standard().files()
                : List.of();
    }
}
