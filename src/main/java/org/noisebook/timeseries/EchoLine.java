package org.noisebook.timeseries;

import java.util.stream.IntStream;
import org.noisebook.solver.Resolvent;

/**
 * Evidence for a Lorentz line of unknown phase in a complex spectrum: log I₀(2|Σ d h*|) − Σ|h|² with one phase for the line, or
 * Σ (log I₀(2|d h*|) − |h|²) with one phase for every bin.
 *
 * <p>h = c/(width + ik) at bin k from the centre, |k| ≤ reach, with Σ|h|² = snr²; noise has E|n|² = 1 in a bin (Wu et al. 2023, arXiv
 * 2308.01017). For d = ae^{iφ}h/snr² + n the first has the mean E log I₀(2|a + snr ν|) − snr², ν complex normal. One phase for the line wins
 * only if the phases inside it are known; weak lines are 2π·width times as evident.
 *
 * <p><b>Shapes</b>: real and imaginary parts by bin; bins beyond the ends are left out. <b>Units</b>: width (half width at half maximum) in
 * bins. <b>Error</b>: log I₀ 1e-10, means 1e-8 relative. <b>Cost</b>: 2 reach + 1 products.
 */
public final class EchoLine {
    private static final int PER_UNIT = 64;
    private static final int LAST = 50;
    private static final int ANGLES = 128;
    private static final int PARTS = 4_000;
    private static final double FAR = 8;
    /** log I₀ and its derivative times the step, at multiples of the step. */
    private static final double[][] TABLE = table();

    private final int reach;
    private final double square;
    private final double[][] shape;
    private final double[] size;

    private EchoLine(double width, double snr, int reach) {
        this.reach = reach;
        square = snr * snr;
        Resolvent line = Resolvent.ofModes(new double[] {width}, new double[] {0});
        shape = new double[2][2 * reach + 1];
        double power = 0;
        for (int k = 0; k <= 2 * reach; k++) {
            double[][] at = line.at(k - (double) reach);
            shape[0][k] = at[0][0];
            shape[1][k] = at[1][0];
            power += at[0][0] * at[0][0] + at[1][0] * at[1][0];
        }
        size = new double[shape[0].length];
        for (int k = 0; k < size.length; k++) {
            shape[0][k] *= snr / Math.sqrt(power);
            shape[1][k] *= snr / Math.sqrt(power);
            size[k] = Math.hypot(shape[0][k], shape[1][k]);
        }
    }

    /** A line of a half width and a signal-to-noise ratio √Σ|h|². */
    public static EchoLine of(double width, double snr, int reach) {
        if (!(width > 0 && snr > 0 && reach >= 0)) {
            throw new IllegalArgumentException(
                    "width and snr must be positive and reach at least 0, got " + width + ", " + snr + " and " + reach);
        }
        return new EchoLine(width, snr, reach);
    }

    /** {real parts, imaginary parts} of h from −reach to reach. */
    public double[][] shape() {
        return new double[][] {shape[0].clone(), shape[1].clone()};
    }

    /** Evidence at a centre with one phase for the line. */
    public double perMode(double[] real, double[] imaginary, int centre) {
        double re = 0;
        double im = 0;
        for (int k = Math.max(0, reach - centre); k < Math.min(size.length, real.length + reach - centre); k++) {
            double a = real[centre - reach + k];
            double b = imaginary[centre - reach + k];
            re += a * shape[0][k] + b * shape[1][k];
            im += b * shape[0][k] - a * shape[1][k];
        }
        return logI0(2 * Math.sqrt(re * re + im * im)) - square;
    }

    /** Evidence at a centre with one phase for every bin, from absolute values. */
    public double perBin(double[] absolute, int centre) {
        double sum = 0;
        for (int k = Math.max(0, reach - centre); k < Math.min(size.length, absolute.length + reach - centre); k++) {
            sum += logI0(2 * absolute[centre - reach + k] * size[k]);
        }
        return sum - square;
    }

    /** The mean of {@link #perMode} for data whose product with h is of absolute value {@code amplitude}: snr² for h itself, 0 for noise. */
    public double meanPerMode(double amplitude) {
        return mean(amplitude, Math.sqrt(square)) - square;
    }

    /** The mean of {@link #perBin} for h in noise, whatever the phases of the bins. */
    public double meanPerBin() {
        return IntStream.range(0, size.length)
                        .mapToDouble(k -> mean(size[k] * size[k], size[k]))
                        .sum()
                - square;
    }

    /** E log I₀(2r), r = |a + sν| of Rice's law, by Simpson's rule. */
    private static double mean(double a, double s) {
        double low = Math.max(0, a - FAR * s);
        double step = (a + FAR * s - low) / PARTS;
        double sum = 0;
        for (int k = 0; k <= PARTS; k++) {
            double r = low + k * step;
            double log = logI0(2 * a * r / (s * s)) - (r * r + a * a) / (s * s);
            sum += (k == 0 || k == PARTS ? 1 : 2 + 2 * (k % 2)) * 2 * r / (s * s) * StrictMath.exp(log) * logI0(2 * r);
        }
        return sum * step / 3;
    }

    /** log I₀(x) for x ≥ 0, Bessel's modified function of order 0. */
    public static double logI0(double x) {
        double at = x * PER_UNIT;
        int k = (int) at;
        if (k >= TABLE[0].length - 1) {
            double y = 1 / (8 * x);
            return x
                    - StrictMath.log(2 * Math.PI * x) / 2
                    + StrictMath.log1p(y * (1 + y * (4.5 + y * (37.5 + y * 459.375))));
        }
        double t = at - k;
        double low = TABLE[0][k];
        double rise = TABLE[0][k + 1] - low;
        double first = TABLE[1][k];
        double curve = TABLE[1][k + 1] + first - 2 * rise;
        return low + t * (first + t * (3 * rise - 2 * first - TABLE[1][k + 1] + t * curve));
    }

    /** I₀ is the mean of e^{x cos θ}; the trapezium rule over a period is exact to rounding. */
    private static double[][] table() {
        double[][] table = new double[2][LAST * PER_UNIT + 1];
        for (int k = 0; k < table[0].length; k++) {
            double x = (double) k / PER_UNIT;
            double sum = 0;
            double moment = 0;
            for (int j = 0; j <= ANGLES / 2; j++) {
                double cos = StrictMath.cos(2 * Math.PI * j / ANGLES);
                double weight = (j % (ANGLES / 2) == 0 ? 1 : 2) * StrictMath.exp(x * (cos - 1)) / ANGLES;
                sum += weight;
                moment += weight * cos;
            }
            table[0][k] = x + StrictMath.log(sum);
            table[1][k] = moment / sum / PER_UNIT;
        }
        return table;
    }
}
