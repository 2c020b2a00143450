package org.noisebook.papers.goodseeds;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.noisebook.seeds.ExtremeNull;

/**
 * Theory of the Fréchet distances of seeds without an effect: the distance between n outputs from N(0, I) in d dimensions and
 * N(0, I).
 *
 * <p>To first order in 1/n, n times the distance is χ²_d + ½ χ²_{d(d+1)/2}. The mean gives χ²_d; of the covariance
 * ½ Σ_ij Δ_ij²/2 gives ½ χ²_1 for each of the d diagonal entries and each of the d(d − 1)/2 pairs, as Var Δ_ii = 2/n and
 * Var Δ_ij = 1/n.
 *
 * <p><b>Error</b>: 10⁻⁵ in a probability. <b>Cost</b>: 400 values of two distributions per probability, thirty probabilities per quantile.
 */
final class FrechetNull {
    private static final int QUADRATURE = 400;
    private static final double PRECISION = 1e-7;
    /** Largest dimension at which the quadrature resolves both distributions. */
    private static final int EXACT = 8;

    private static final Map<List<Integer>, Double> RATIOS = new ConcurrentHashMap<>();

    private FrechetNull() {}

    /** The probability P(χ²_d + ½ χ²_{d(d+1)/2} ≤ x). */
    static double law(int dimension, double x) {
        ChiSquaredDistribution means = new ChiSquaredDistribution(null, dimension);
        ChiSquaredDistribution covariances = new ChiSquaredDistribution(null, dimension * (dimension + 1) / 2.0);
        double sum = 0;
        // In u² instead of u, so that the density of d = 1 is finite.
        double top = StrictMath.sqrt(x);
        for (int i = 0; i < QUADRATURE; i++) {
            double root = top * (i + 0.5) / QUADRATURE;
            double u = root * root;
            sum += means.density(u) * 2 * root * covariances.cumulativeProbability(2 * (x - u));
        }
        return sum * top / QUADRATURE;
    }

    /** The quantile of that distribution. */
    static double quantile(int dimension, double probability) {
        double low = 0;
        double high = 1;
        while (law(dimension, high) < probability) {
            high *= 2;
        }
        while (high - low > PRECISION * high) {
            double middle = 0.5 * (low + high);
            if (law(dimension, middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The mean distance, all of it bias: {@code FrechetDistance.biasOfEqualLaws} of the identity. */
    static double bias(int samples, int dimension) {
        return 1.0 / samples * dimension + 1 / (samples - 1.0) * (dimension * (dimension + 1) / 2.0) / 2;
    }

    /** Standard deviation of a distance over its mean, to first order in 1/n. */
    static double spread(int dimension) {
        double mean = dimension + 0.25 * dimension * (dimension + 1);
        return StrictMath.sqrt(mean + dimension) / mean;
    }

    /**
     * Median of the largest distance of a number of seeds over that of the smallest; to first order it does not depend on n.
     *
     * <p>Above {@value #EXACT} dimensions, the cube of a normal variable replaces the distribution (Wilson and Hilferty
     * 1931, doi:10.1073/pnas.17.12.684): within 0.2 % of the ratio at 16 and above. Each is computed once.
     */
    static double ratio(int seeds, int dimension) {
        if (dimension > EXACT) {
            double shape = StrictMath.pow(spread(dimension), -2);
            double centre = 1 - 1 / (9 * shape);
            double reach = ExtremeNull.maxQuantile(seeds, 0.5) / (3 * StrictMath.sqrt(shape));
            return StrictMath.pow((centre + reach) / (centre - reach), 3);
        }
        double tail = -StrictMath.expm1(StrictMath.log(0.5) / seeds);
        return RATIOS.computeIfAbsent(
                List.of(seeds, dimension), key -> quantile(dimension, 1 - tail) / quantile(dimension, tail));
    }
}
