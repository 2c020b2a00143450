package org.noisebook.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.special.Gamma;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * Lines in a series at uneven times, the strongest first: the wave with free mean that explains the largest share P of what earlier ones left.
 *
 * <p>Zechmeister and Kürster 2009, doi:10.1051/0004-6361:200811296. The chance of such a P in white noise at any frequency up to the highest is at most 1 −
 * (1 − q) e^{−τ}, q = (1 − P)^{(n−3)/2}, τ = W γ (1 − P)^{(n−4)/2} √((n − 1)P/2), W = highest √(4π var t) (Baluev 2008, doi:10.1111/j.1365-2966.2008.12689.x).
 *
 * <p><b>Shapes</b>: times rise; as many values. <b>Error</b>: of a frequency √(6/n) σ/(π A T) for amplitude A, rest σ, span T, where times fill the span.
 * <b>Cost</b>: 40 n T highest multiply-adds a line. Not for red noise, whose slow drifts look like lines.
 *
 * @param frequency periods a unit of time
 * @param stdError its standard error
 * @param amplitude of the wave
 * @param share P
 * @param falseAlarm the chance of such a share in white noise
 * @param left correlation of neighbours in what is left after this line
 */
public record LineSpectrum(
        double frequency, double stdError, double amplitude, double share, double falseAlarm, double left) {
    private static final int FINE = 8;
    private static final double ALIKE = 1e-6;

    /**
     * The lines: all whose chance is at most a level, and the first whose chance is not, at most {@code most} in all.
     *
     * @param highest frequency searched
     */
    public static List<LineSpectrum> of(double[] t, double[] x, double highest, double level, int most) {
        int n = t.length;
        if (n < 8 || x.length != n || !(highest > 0)) {
            throw new IllegalArgumentException(
                    "times and values must be as many, 8 or more, and highest above 0, got " + n + ", " + x.length);
        }
        double span = t[n - 1] - t[0];
        double scale = new StandardDeviation().evaluate(x);
        double[] unit = Arrays.stream(x).map(v -> v / scale).toArray();
        double[] rest = centred(unit);
        List<LineSpectrum> found = new ArrayList<>();
        List<Double> frequencies = new ArrayList<>();
        while (found.size() < most) {
            double[] y = rest;
            double rough = strongest(t, y, highest, span);
            double width = 1 / (FINE * span);
            double f = new BrentOptimizer(1e-10, 1e-12 / span)
                    .optimize(
                            new UnivariateObjectiveFunction(at -> share(t, y, at)),
                            GoalType.MAXIMIZE,
                            new SearchInterval(
                                    Math.max(width, rough - width),
                                    Math.max(2 * width, Math.min(highest, rough + width))),
                            new MaxEval(200))
                    .getPoint();
            double share = Math.min(1, share(t, y, f));
            frequencies.add(f);
            OLSMultipleLinearRegression fit = fitted(unit, waves(t, frequencies));
            double[] beta = fit.estimateRegressionParameters();
            rest = fit.estimateResiduals();
            double amplitude = Math.hypot(beta[beta.length - 2], beta[beta.length - 1]);
            double[] after = rest;
            double squares = Arrays.stream(after).map(v -> v * v).sum();
            double neighbours = IntStream.range(1, n)
                    .mapToDouble(i -> after[i] * after[i - 1])
                    .sum();
            double error = error(t, unit, frequencies, beta);
            double chance = falseAlarm(share, n, highest * Math.sqrt(4 * Math.PI * new Variance(false).evaluate(t)));
            found.add(new LineSpectrum(
                    f, error, scale * amplitude, share, chance, squares > 1e-12 * n ? neighbours / squares : 0));
            if (chance > level || share > 1 - 1e-12) {
                break;
            }
        }
        return found;
    }

    private static double[] centred(double... x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        return Arrays.stream(x).map(v -> v - mean).toArray();
    }

    private static double falseAlarm(double p, int n, double w) {
        double gamma = Math.sqrt(2.0 / (n - 1))
                * StrictMath.exp(Gamma.logGamma((n - 1) / 2.0) - Gamma.logGamma((n - 2) / 2.0));
        double tau = w * gamma * StrictMath.pow(1 - p, (n - 4) / 2.0) * Math.sqrt((n - 1) * p / 2);
        return Math.min(1, -StrictMath.expm1(-tau) + StrictMath.pow(1 - p, (n - 3) / 2.0) * StrictMath.exp(-tau));
    }

    /** The standard error of the last frequency, from the fit with its derivative. */
    private static double error(double[] t, double[] x, List<Double> frequencies, double... beta) {
        double[][] all = waves(t, frequencies);
        int k = 2 * frequencies.size();
        for (int i = 0; i < t.length; i++) {
            double slope = beta[k] * all[i][k - 2] - beta[k - 1] * all[i][k - 1];
            all[i] = Arrays.copyOf(all[i], k + 1);
            all[i][k] = 2 * Math.PI * (t[i] - t[0]) * slope;
        }
        return fitted(x, all).estimateRegressionParametersStandardErrors()[k + 1];
    }

    private static OLSMultipleLinearRegression fitted(double[] x, double[][] columns) {
        OLSMultipleLinearRegression fit = new OLSMultipleLinearRegression();
        fit.newSampleData(x, columns);
        return fit;
    }

    private static double[][] waves(double[] t, List<Double> frequencies) {
        double[][] waves = new double[t.length][2 * frequencies.size()];
        for (int i = 0; i < t.length; i++) {
            for (int k = 0; k < frequencies.size(); k++) {
                double phase = 2 * Math.PI * frequencies.get(k) * (t[i] - t[0]);
                waves[i][2 * k] = StrictMath.cos(phase);
                waves[i][2 * k + 1] = StrictMath.sin(phase);
            }
        }
        return waves;
    }

    /** On a grid of {@value #FINE} points a width, by rotation from one to the next. */
    private static double strongest(double[] t, double[] y, double highest, double span) {
        int n = t.length;
        double step = 1 / (FINE * span);
        double[][] wave = {new double[n], new double[n]};
        double[][] turn = {new double[n], new double[n]};
        for (int i = 0; i < n; i++) {
            double phase = 2 * Math.PI * step * (t[i] - t[0]);
            turn[0][i] = StrictMath.cos(phase);
            turn[1][i] = StrictMath.sin(phase);
            wave[0][i] = 1;
        }
        double best = -1;
        double where = step;
        for (int k = 1; k * step <= highest * (1 + ALIKE); k++) {
            for (int i = 0; i < n; i++) {
                double c = wave[0][i] * turn[0][i] - wave[1][i] * turn[1][i];
                wave[1][i] = wave[0][i] * turn[1][i] + wave[1][i] * turn[0][i];
                wave[0][i] = c;
            }
            double share = k < FINE / 2 ? 0 : share(wave[0], wave[1], y);
            if (share > best) {
                best = share;
                where = k * step;
            }
        }
        return where;
    }

    private static double share(double[] t, double[] y, double frequency) {
        double[] c = Arrays.stream(t)
                .map(at -> StrictMath.cos(2 * Math.PI * frequency * (at - t[0])))
                .toArray();
        double[] s = Arrays.stream(t)
                .map(at -> StrictMath.sin(2 * Math.PI * frequency * (at - t[0])))
                .toArray();
        return share(c, s, y);
    }

    private static double share(double[] c, double[] s, double... y) {
        int n = y.length;
        double[] sums = new double[9];
        for (int i = 0; i < n; i++) {
            sums[0] += c[i];
            sums[1] += s[i];
            sums[2] += c[i] * c[i];
            sums[3] += s[i] * s[i];
            sums[4] += c[i] * s[i];
            sums[5] += c[i] * y[i];
            sums[6] += s[i] * y[i];
            sums[7] += y[i];
            sums[8] += y[i] * y[i];
        }
        double cc = sums[2] - sums[0] * sums[0] / n;
        double ss = sums[3] - sums[1] * sums[1] / n;
        double cs = sums[4] - sums[0] * sums[1] / n;
        double yc = sums[5] - sums[0] * sums[7] / n;
        double ys = sums[6] - sums[1] * sums[7] / n;
        double yy = sums[8] - sums[7] * sums[7] / n;
        double area = cc * ss - cs * cs;
        return area < ALIKE * n * n || yy <= 0 ? 0 : (ss * yc * yc + cc * ys * ys - 2 * cs * yc * ys) / (yy * area);
    }

    /** The largest step of which all distances of times are multiples to 1e-6 of the least; its half inverse is the Nyquist frequency. */
    public static double step(double... t) {
        double[] gaps =
                IntStream.range(1, t.length).mapToDouble(i -> t[i] - t[i - 1]).toArray();
        double slack = 1e-6 * Arrays.stream(gaps).min().orElseThrow();
        double step = gaps[0];
        for (double gap : gaps) {
            double a = Math.max(step, gap);
            double b = Math.min(step, gap);
            while (b > slack) {
                double r = Math.abs(a - b * Math.rint(a / b));
                a = b;
                b = r;
            }
            step = a;
        }
        return step;
    }
}
