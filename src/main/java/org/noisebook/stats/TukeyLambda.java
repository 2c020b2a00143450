package org.noisebook.stats;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.special.Gamma;
import org.noisebook.rng.Stream;

/**
 * Tukey's lambda law, with quantiles Q(u) = (u^λ − (1 − u)^λ)/λ, and the λ whose probability plot of a sample is straightest.
 *
 * <p>λ = 0 is logistic, 0.14 nearly normal, below 0 has heavy tails. The correlation of a probability plot is that of the ordered sample with the
 * quantiles of (i − 0.3175)/(n + 0.365) (Filliben 1975, doi:10.1080/00401706.1975.10489279).
 *
 * <p><b>Cost</b>: sorting, and some 20 passes of two exponentials.
 *
 * @param shape λ, finite
 */
public record TukeyLambda(double shape) {
    /** Checks. */
    public TukeyLambda {
        if (!Double.isFinite(shape)) {
            throw new IllegalArgumentException("shape must be finite, got " + shape);
        }
    }

    /** The quantile at u in (0, 1). */
    public double quantile(double u) {
        return quantile(StrictMath.log(u), StrictMath.log1p(-u));
    }

    private double quantile(double below, double above) {
        return shape == 0 ? below - above : (StrictMath.exp(shape * below) - StrictMath.exp(shape * above)) / shape;
    }

    /** The variance, 2(1/(1 + 2λ) − Γ(λ + 1)²/Γ(2λ + 2))/λ², infinite for λ ≤ −½. */
    public double variance() {
        if (shape <= -0.5) {
            return Double.POSITIVE_INFINITY;
        }
        double beta = StrictMath.exp(2 * Gamma.logGamma(shape + 1) - Gamma.logGamma(2 * shape + 2));
        return Math.abs(shape) < 1e-4 ? Math.PI * Math.PI / 3 : 2 * (1 / (1 + 2 * shape) - beta) / (shape * shape);
    }

    /** A number of this law. */
    public double sample(Stream stream) {
        double u = stream.nextPositive();
        return quantile(u == 1 ? 0.5 : u);
    }

    /** The probability plot of a sample: its λ of largest correlation, that correlation, and that with normal quantiles. */
    public record Plot(double shape, double correlation, double normal) {}

    /** The plot of a sample of at least three numbers, not all equal, searched over λ in [−0.45, 1]. */
    public static Plot plot(double... sample) {
        double[] x = sample.clone();
        Arrays.sort(x);
        int n = x.length;
        if (n < 3 || !(x[n - 1] > x[0])) {
            throw new IllegalArgumentException("a probability plot needs three numbers that differ, got " + n);
        }
        double[] below = new double[n];
        Arrays.setAll(below, i -> StrictMath.log((i + 1 - 0.3175) / (n + 0.365)));
        double[] q = new double[n];
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        DoubleUnaryOperator straight = shape -> {
            TukeyLambda law = new TukeyLambda(shape);
            for (int i = 0; i < n; i++) {
                q[i] = law.quantile(below[i], below[n - 1 - i]);
            }
            return correlation(x, q);
        };
        double best = new BrentOptimizer(1e-6, 1e-6)
                .optimize(
                        new MaxEval(200),
                        GoalType.MAXIMIZE,
                        new SearchInterval(-0.45, 1, 0.1),
                        new UnivariateObjectiveFunction(straight::applyAsDouble))
                .getPoint();
        double correlation = straight.applyAsDouble(best);
        for (int i = 0; i < n; i++) {
            q[i] = i < n / 2
                    ? normal.inverseCumulativeProbability(StrictMath.exp(below[i]))
                    : i == n - 1 - i ? 0 : -q[n - 1 - i];
        }
        return new Plot(best, correlation, correlation(x, q));
    }

    /** Correlation with quantiles that are symmetric about 0. */
    private static double correlation(double[] x, double... q) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double xx = 0;
        double xq = 0;
        double qq = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - mean) * (x[i] - mean);
            xq += (x[i] - mean) * q[i];
            qq += q[i] * q[i];
        }
        return xq / Math.sqrt(xx * qq);
    }
}
