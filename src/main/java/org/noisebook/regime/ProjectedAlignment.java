package org.noisebook.regime;

import java.util.stream.IntStream;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * Kernel alignment from random projections of the gradients, without a single value of a kernel.
 *
 * <p>With random features g_k of the first kernel and h_k of the second along the same directions k = 1 … m,
 * E[(g_j·h_k)²] = ⟨K, L⟩ for j ≠ k, and so for the norms: all three are means over pairs of different directions, free of
 * the bias of ‖F Fᵀ‖. Features: {@link ProbeKernel#features}.
 *
 * <p><b>Error</b>: the ratio's bias of order 1/m is taken out by the jackknife over directions, whose Student's t interval is
 * cut to [−1, 1].
 *
 * <p><b>When to use</b>: for n much above m; the exact {@link KernelChange} costs n/(2m) times as much. Alignments near 1 are
 * known far better than others, since both kernels share their directions. <b>Cost</b>: m operations a number in a row of
 * all factors and probe, and 3 n m².
 */
public final class ProjectedAlignment {
    private static final int LEAST_DIRECTIONS = 8;

    private ProjectedAlignment() {}

    /**
     * The estimate of KA; its n is the number of directions.
     *
     * @param directions m, at least 8
     * @param stream gives the directions
     * @throws IllegalArgumentException for kernels on other probes, none, zero ones, or values that are no finite numbers
     */
    public static Estimate of(ProbeKernel start, ProbeKernel end, int directions, Stream stream) {
        if (start.size() != end.size() || start.size() == 0) {
            throw new IllegalArgumentException(
                    "kernels must be on the same probes, at least one, got " + start.size() + " and " + end.size());
        }
        if (directions < LEAST_DIRECTIONS) {
            throw new IllegalArgumentException(
                    "directions must be at least " + LEAST_DIRECTIONS + ", got " + directions);
        }
        int n = start.size();
        double[] first = start.features(directions, stream.part(0));
        double[] second = end.features(directions, stream.part(0));
        double[][] sums = {
            pairs(first, first, n, directions),
            pairs(first, second, n, directions),
            pairs(second, second, n, directions)
        };
        double[] without = IntStream.range(0, directions)
                .mapToDouble(k -> alignment(sums, k))
                .toArray();
        return Jackknife.corrected(alignment(sums, directions), without).cut(-1, 1);
    }

    /** KA from the sums over pairs; of direction {@code without}, and none if it is their number. */
    private static double alignment(double[][] sums, int without) {
        double[] total = new double[sums.length];
        for (int s = 0; s < sums.length; s++) {
            int m = sums[s].length - 1;
            total[s] = sums[s][m] - (without < m ? sums[s][without] : 0);
        }
        if (!(total[0] > 0) || !(total[2] > 0) || !Double.isFinite(total[0]) || !Double.isFinite(total[2])) {
            throw new IllegalArgumentException("kernels must be finite and not zero, got projected norms "
                    + StrictMath.sqrt(total[0]) + " and " + StrictMath.sqrt(total[2]));
        }
        return total[1] / (StrictMath.sqrt(total[0]) * StrictMath.sqrt(total[2]));
    }

    /** For every direction the sum of (g_j·h_k)² over the pairs j ≠ k it is in, and in the last place that of all pairs. */
    private static double[] pairs(double[] g, double[] h, int n, int m) {
        int stride = Kernels.padded(m);
        double[] left = new double[n * stride];
        double[] right = new double[n * stride];
        for (int i = 0; i < n; i++) {
            System.arraycopy(g, i * m, left, i * stride, m);
            System.arraycopy(h, i * m, right, i * stride, m);
        }
        double[] products = new double[m * stride];
        MatrixKernels.fastest()
                .addOuter(
                        n,
                        m,
                        m,
                        DoubleView.of(left, stride),
                        DoubleView.of(right, stride),
                        DoubleView.of(products, stride));
        double[] sums = new double[m + 1];
        for (int j = 0; j < m; j++) {
            for (int k = 0; k < m; k++) {
                if (j != k) {
                    double square = products[j * stride + k] * products[j * stride + k];
                    sums[j] += square;
                    sums[k] += square;
                    sums[m] += square;
                }
            }
        }
        return sums;
    }
}
