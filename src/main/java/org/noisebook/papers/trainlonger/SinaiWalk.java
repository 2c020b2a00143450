package org.noisebook.papers.trainlonger;

import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The mean squared displacement of a random walk in a Brownian potential (Sinai's walk), which travels as log² t, and of the
 * free walk, which travels as √t.
 *
 * <p>A walker on the integers jumps at rate 1, from x to x + 1 with probability p_x = 1/(1 + e^ξ_x), else to x − 1; the
 * ξ_x ~ N(0, σ²) are independent steps of a potential. Sinai 1982, Theory Probab. Appl. 27, 256: σ² x/log² t converges in
 * distribution. The limiting density is (2/π) Σ_k (−1)^k/(2k + 1) e^(−(2k+1)² π² |x|/8) (Golosov 1986, Russian Math. Surveys 41,
 * 199; Kesten 1986, Physica A 138, 299), so that its mean square is 61/45.
 *
 * <p><b>Method</b>: no walker is drawn. For each potential ⟨x²⟩ = (1/2πi) ∫ e^(zt) ⟨x²⟩_z dz, where the Laplace
 * transform ⟨x²⟩_z follows from the tridiagonal equations z P_x − δ_x0 = p_(x−1) P_(x−1) + (1 − p_(x+1)) P_(x+1) − P_x
 * by one continued fraction from each end. All poles lie on the negative axis, so the midpoint rule on a parabola
 * around it converges as 8.1^−N in its N pairs of nodes (Weideman and Trefethen 2007,
 * doi:10.1090/S0025-5718-07-01945-X, section 3).
 *
 * <p><b>Streams</b>: {@code environment}, one part per potential, drawn from the origin outwards, so results at a time do not
 * depend on the other times. <b>Special cases</b>: at σ = 0 all potentials are equal, ⟨x²⟩ = t, and one is enough.
 * <b>Error</b>: 10⁻⁸ relative from quadrature and the finite lattice; replicas give the error from the choice of
 * potentials. <b>Cost</b>: twelve complex divisions per site, time and potential; not for single trajectories.
 */
@StudyInfo(
        id = "sinai-walk",
        version = 1,
        title = "Mean squared displacement of a walk in a Brownian potential, exact for each potential",
        streams = "environment",
        sources = {
            "Sinai 1982, The limiting behavior of a one-dimensional random walk in a random medium,"
                    + " Theory of Probability and its Applications 27, 256-268",
            "Golosov 1986, On limiting distributions for a random walk in a critical one-dimensional random"
                    + " environment, Russian Mathematical Surveys 41, 199-200",
            "Kesten 1986, The limit distribution of Sinai's random walk in random environment, Physica A 138,"
                    + " 299-309",
            "Weideman, Trefethen 2007, Parabolic and hyperbolic contours for computing the Bromwich integral,"
                    + " doi:10.1090/S0025-5718-07-01945-X"
        })
public final class SinaiWalk extends PaperStudy<SinaiWalk.Config, SinaiWalk.Result> {
    /** A walk on the line in a random potential. */
    public record Config(
            @Parameter(
                    standard = "2",
                    value = "standard deviation of the potential's steps",
                    symbol = "σ",
                    range = "0 or [0.01, 10]")
            double disorder,

            @Parameter(standard = "100", value = "first time", range = "[1, 1e40]")
            double firstTime,

            @Parameter(standard = "1e30", value = "last time", symbol = "t", range = "[firstTime, 1e40]")
            double lastTime,

            @Parameter(standard = "15", value = "number of times, uniform in log t", range = "[1, 1000]")
            int times,

            @Parameter(standard = "64", value = "number of potentials in the average", range = "[1, 1000000]")
            int environments) {
        /** Largest array of doubles in each direction. */
        private static final double LARGEST_REACH = 1e8;

        /** Rejects walks too long for an array. */
        public Config {
            if (reach(disorder, lastTime) > LARGEST_REACH) {
                throw new IllegalArgumentException("lastTime must be such that the walk stays within "
                        + Numbers.format(LARGEST_REACH) + " sites, got " + Numbers.format(lastTime) + " at disorder="
                        + Numbers.format(disorder));
            }
        }

        /** The asymptotic √⟨x²⟩ for large times, at ln t. */
        double limit(double logTime) {
            return LIMIT * logTime * logTime / (disorder * disorder);
        }

        /** The times. */
        double[] timeGrid() {
            double[] grid = new double[times];
            for (int k = 0; k < times; k++) {
                grid[k] = times == 1 ? lastTime : firstTime * StrictMath.pow(lastTime / firstTime, k / (times - 1.0));
            }
            return grid;
        }
    }

    /** Displacement of the walk; ⟨x²⟩ is exact for each potential and averaged over potentials. */
    public record Result(
            @Parameter("root-mean-square displacement at the last time")
            double lastDisplacement,

            @Parameter(length = "times", value = "times, in mean times between jumps")
            Doubles time,

            @Parameter(length = "times", value = "mean squared displacement at each time, averaged over potentials")
            Doubles squareDisplacement)
            implements Outcome {}

    /** The limit √(61/45) of rms x σ²/log² t. */
    static final double LIMIT = Math.sqrt(61.0 / 45);

    /** The number N of pairs of nodes. */
    private static final int NODES = 12;

    private static final double STEP = 3.0 / NODES;

    /** The rms displacement √⟨x²⟩ at the k-th time over the potentials of all these results. */
    static double rms(List<Result> results, int k) {
        return Math.sqrt(results.stream()
                .mapToDouble(result -> result.squareDisplacement.get(k))
                .average()
                .orElse(Double.NaN));
    }

    /**
     * Number of sites kept on each side of the origin up to a time: 20 plus the smaller of 10 √t, beyond which a free walk has
     * probability e⁻⁵⁰, and 20 ((1 + ln t)/σ)², beyond which the density of Golosov and Kesten has a tail of e⁻²⁴.
     */
    static double reach(double disorder, double time) {
        double free = 10 * Math.sqrt(time);
        double log = 1 + StrictMath.log(time);
        double least = 20;
        return Math.ceil(least + (disorder == 0 ? free : Math.min(free, least * (log / disorder) * (log / disorder))));
    }

    @Override
    protected Result measure(Config config, Streams streams) {
        double[] time = config.timeGrid();
        double[] square = new double[time.length];
        int most = (int) reach(config.disorder(), config.lastTime());
        double[] right = new double[most + 1];
        double[] left = new double[most + 1];
        Stream stream = streams.at("environment");
        for (int e = 0; e < config.environments(); e++) {
            draw(stream.part(e), config.disorder(), right, left);
            for (int k = 0; k < time.length; k++) {
                stopIfInterrupted();
                int reach = (int) reach(config.disorder(), time[k]);
                square[k] += squareDisplacement(right, left, time[k], reach);
            }
        }
        for (int k = 0; k < square.length; k++) {
            square[k] /= config.environments();
        }
        return new Result(Math.sqrt(square[square.length - 1]), Doubles.of(time), Doubles.of(square));
    }

    /** Probabilities of a jump to the right, at sites 0, 1, … and 0, −1, …, drawn in the order 0, 1, −1, 2, −2, …. */
    private static void draw(Stream stream, double disorder, double[] right, double[] left) {
        right[0] = rightwards(stream, disorder);
        left[0] = right[0];
        for (int x = 1; x < right.length; x++) {
            right[x] = rightwards(stream, disorder);
            left[x] = rightwards(stream, disorder);
        }
    }

    private static double rightwards(Stream stream, double disorder) {
        return disorder == 0 ? 0.5 : 1 / (1 + StrictMath.exp(disorder * stream.nextGaussian()));
    }

    /**
     * ⟨x²⟩ at a time of a walk that is absorbed outside the sites −reach, …, reach.
     *
     * @param right probability of a jump to the right at sites 0, 1, …
     * @param left the same at sites 0, −1, …
     */
    static double squareDisplacement(double[] right, double[] left, double time, int reach) {
        double scale = Math.PI * NODES / (12 * time);
        double[] real = new double[NODES];
        double[] imaginary = new double[NODES];
        for (int k = 0; k < NODES; k++) {
            double angle = (k + 0.5) * STEP;
            real[k] = scale * (1 - angle * angle);
            imaginary[k] = 2 * scale * angle;
        }
        Side positive = new Side(real, imaginary);
        Side negative = new Side(real, imaginary);
        for (int x = reach; x > 0; x--) {
            positive.inwards(x, right[x - 1], right[x]);
            negative.inwards(x, 1 - left[x - 1], 1 - left[x]);
        }
        double sum = 0;
        for (int k = 0; k < NODES; k++) {
            double angle = (k + 0.5) * STEP;
            // 1/P_0 = z + p_0 h_1 + (1 − p_0) h_(−1)
            double a = real[k] + right[0] * positive.lossReal[k] + (1 - right[0]) * negative.lossReal[k];
            double b = imaginary[k] + right[0] * positive.lossImaginary[k] + (1 - right[0]) * negative.lossImaginary[k];
            double c = positive.sumReal[k] + negative.sumReal[k];
            double d = positive.sumImaginary[k] + negative.sumImaginary[k];
            double norm = a * a + b * b;
            double u = (c * a + d * b) / norm;
            double v = (d * a - c * b) / norm;
            // e^(zt) dz/dθ with dz/dθ = 2 scale (i − θ)
            double size = 2 * scale * StrictMath.exp(real[k] * time);
            double cos = StrictMath.cos(imaginary[k] * time);
            double sin = StrictMath.sin(imaginary[k] * time);
            double e = size * (-angle * cos - sin);
            double f = size * (cos - angle * sin);
            sum += u * f + v * e;
        }
        return sum * STEP / Math.PI;
    }

    /**
     * The continued fraction on one side of the origin for all nodes, and Σ_x x² P_x/P_0 on that side by Horner's
     * scheme.
     *
     * <p>With P_x/P_(x−1) = o_(x−1)/(1 − o_x + n_x), o the probability of a jump outwards, and h_x = n_x/(1 − o_x +
     * n_x) the share of arrivals at x that do not return, n_x = z + o_x h_(x+1) contains no difference of nearly equal
     * numbers, however small z = O(1/t) is.
     */
    private static final class Side {
        private final double[] real;
        private final double[] imaginary;
        /** The share h; in the end that of the site next to the origin. Outside the lattice it is 1. */
        final double[] lossReal = new double[NODES];

        final double[] lossImaginary = new double[NODES];
        /** The sum Σ_(y ≥ x) y² P_y/P_(x−1). */
        final double[] sumReal = new double[NODES];

        final double[] sumImaginary = new double[NODES];

        Side(double[] real, double[] imaginary) {
            this.real = real;
            this.imaginary = imaginary;
            Arrays.fill(lossReal, 1);
        }

        /**
         * Proceeds from site x + 1 to site x.
         *
         * @param here probability of a jump outwards at x − 1
         * @param outwards the same at x
         */
        void inwards(double x, double here, double outwards) {
            double back = 1 - outwards;
            double square = x * x;
            for (int k = 0; k < NODES; k++) {
                double a = real[k] + outwards * lossReal[k];
                double b = imaginary[k] + outwards * lossImaginary[k];
                double c = a + back;
                double scale = 1 / (c * c + b * b);
                // n/(back + n), whose real part is written without a difference
                lossReal[k] = (a * c + b * b) * scale;
                lossImaginary[k] = b * back * scale;
                double u = here * c * scale;
                double v = -here * b * scale;
                double e = square + sumReal[k];
                double f = sumImaginary[k];
                sumReal[k] = u * e - v * f;
                sumImaginary[k] = u * f + v * e;
            }
        }
    }

    @Override
    public double work(Config config) {
        double sites = 0;
        for (double time : config.timeGrid()) {
            sites += reach(config.disorder(), time);
        }
        return config.environments() * sites * NODES;
    }

    @Override
    public long memory(Config config) {
        return (long) (2 * Double.BYTES * reach(config.disorder(), config.lastTime()));
    }
}
