package org.noisebook.papers.multitask;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Stream;

/**
 * Spins that couple through a few overlaps n_p = Σ_i w_i v_ip σ_i, with field g Σ_p v_ip n_p on spin i and energy −g Σ n_p²/2.
 *
 * <p>Rows v_i are either the units of a network (w_i = 1/N) or all rows that a unit can have, with their probabilities: then
 * {@link #settled} is the limit of infinite size. Source: Agliari et al. 2023, arXiv 2308.04106.
 *
 * <p><b>Shapes</b>: rows {@code [unit][overlap]}. <b>Cost</b>: units times overlaps a sweep or an iteration.
 */
final class HebbianMemory {
    private static final int MOST = 20_000;
    private static final double CLOSE = 1e-12;

    private final double gain;
    private final double[] weights;
    private final int width;
    private final short[] rows;

    HebbianMemory(double gain, double[] weights, short[][] rows) {
        this.gain = gain;
        this.weights = weights;
        width = rows[0].length;
        this.rows = new short[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, this.rows, i * width, width);
        }
    }

    private double field(int unit, double... overlaps) {
        double sum = 0;
        for (int p = 0; p < width; p++) {
            sum += rows[unit * width + p] * overlaps[p];
        }
        return gain * sum;
    }

    /** n_p of given spins, or of their means. */
    double[] overlaps(double... spins) {
        double[] n = new double[width];
        for (int i = 0; i < spins.length; i++) {
            for (int p = 0; p < n.length; p++) {
                n[p] += weights[i] * rows[i * width + p] * spins[i];
            }
        }
        return n;
    }

    /** tanh of the field over the temperature. */
    double[] means(double temperature, double... overlaps) {
        return IntStream.range(0, weights.length)
                .mapToDouble(i -> StrictMath.tanh(field(i, overlaps) / temperature))
                .toArray();
    }

    /** The overlaps that reproduce themselves, by iteration; NaN if they still move by more than 1e-12 at its end. */
    double[] settled(double temperature, double... start) {
        double[] n = start;
        for (int k = 0; k < MOST; k++) {
            double[] next = overlaps(means(temperature, n));
            double moved = 0;
            for (int p = 0; p < n.length; p++) {
                moved = Math.max(moved, Math.abs(next[p] - n[p]));
            }
            n = next;
            if (moved < CLOSE) {
                return n;
            }
        }
        return Arrays.stream(n).map(value -> Double.NaN).toArray();
    }

    /** g Σ n_p²/2 − T Σ w_i log 2 cosh(h_i/T), the free energy per unit. */
    double freeEnergy(double temperature, double... overlaps) {
        double square = Grammar.sum(overlaps.length, p -> overlaps[p] * overlaps[p]);
        return gain * square / 2
                - temperature
                        * Grammar.sum(weights.length, i -> {
                            double x = Math.abs(field(i, overlaps)) / temperature;
                            return weights[i] * (x + StrictMath.log1p(StrictMath.exp(-2 * x)));
                        });
    }

    /** Heat-bath sweeps in the order of the units, which move the spins; their means over the last half of the sweeps. */
    double[] heatBath(double temperature, double[] spins, int sweeps, Stream stream) {
        double[] n = overlaps(spins);
        double[] sums = new double[spins.length];
        double[] own = new double[spins.length];
        for (int k = 0; k < rows.length; k++) {
            own[k / width] += gain * weights[k / width] * rows[k] * rows[k];
        }
        for (int t = 0; t < sweeps; t++) {
            Grammar.stopIfInterrupted();
            for (int i = 0; i < spins.length; i++) {
                double x = 2 * (field(i, n) - own[i] * spins[i]) / temperature;
                double size = Math.abs(x);
                double u = stream.nextDouble();
                boolean along = u < 1 - 1 / (1 + size + size * size / 2) || u * (1 + StrictMath.exp(-size)) < 1;
                double next = along == x > 0 ? 1 : -1;
                if (next != spins[i]) {
                    for (int p = 0; p < n.length; p++) {
                        n[p] += 2 * next * weights[i] * rows[i * width + p];
                    }
                    spins[i] = next;
                }
                sums[i] += 2 * t >= sweeps ? next / (sweeps - (sweeps + 1) / 2) : 0;
            }
        }
        return sums;
    }
}
