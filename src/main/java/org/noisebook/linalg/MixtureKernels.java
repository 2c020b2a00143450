package org.noisebook.linalg;

import java.util.Arrays;

/**
 * Values of {@link AffineMixture} for a block of particles, in a plain and a Vector API twin that give the same bits.
 *
 * <p>Weights are powers of two with exponents relative to the largest, so nothing overflows. Sums run over components
 * in ascending order by fused multiply-adds, and powers of two are a custom polynomial. The result for a particle
 * depends neither on its position in the block nor on the other particles.
 *
 * <p><b>Shapes</b>: coordinate-major, {@code x[j][i]}, i below count; rows may be longer. <b>Special cases</b>: NaN and
 * infinities give NaN for their particle only. Weights below 2^−1021 of the largest are raised to that value.
 * <b>Error</b>: a few unit roundoffs times the magnitude of the relevant exponents. <b>Cost</b>: in two dimensions 1.6
 * ns per component and particle with 512-bit registers; from three dimensions on, d²/2 multiply-adds for weights and d²
 * for values, by {@link MatrixKernels}. No array is allocated once memory is large enough. An instance belongs to one
 * thread.
 */
public final class MixtureKernels {
    private static final int ROWS = 16;
    private static final int RANGE = 256;
    /** The largest negligible weight, 2^−1021, with a margin for rounding. */
    private static final double NOTHING = 0x1p-1020;

    private final MixtureLoops loops;
    private final MatrixKernels products;
    private double[] places = new double[0];
    private double[] images = new double[0];
    private double[] image = new double[0];
    private double[] factors = new double[0];
    private double[] inverses = new double[0];

    private MixtureKernels(MixtureLoops loops, MatrixKernels products) {
        this.loops = loops;
        this.products = products;
    }

    /** The plain-Java twin: the reference. */
    public static MixtureKernels plain() {
        return new MixtureKernels(new PlainMixtureLoops(), MatrixKernels.plain());
    }

    /** The Vector API twin if the module is present and the machine has wide registers, else the plain one. */
    public static MixtureKernels fastest() {
        return VectorSupport.available()
                ? new MixtureKernels(VectorSupport.createMixtureLoops(), MatrixKernels.fastest())
                : plain();
    }

    /**
     * weights[k][i] = 2^(least[i] − q_ki) and total[i] = Σ_k weights[k][i], with q_ki = (|R_k (x_i − m_k)|²/2 − ℓ_k)/ln
     * 2 and least[i] = min_k q_ki: log Σ_k exp(ℓ_k − |R_k (x_i − m_k)|²/2) = log total[i] − least[i] ln 2.
     */
    public void weigh(AffineMixture f, double[][] x, int count, double[][] weights, double[] least, double[] total) {
        if (f.dimension > 2) {
            weighByProducts(f, copy(f.dimension, x, count), count, weights, least, total);
        } else {
            weigh(f, x, 0, count, weights, least, total);
        }
    }

    /**
     * The weights and totals of {@link #weigh}, and out[j][i] = Σ_k weights[k][i] (c_k + G_k (x_i − m_k))_j / total[i].
     *
     * @param out must not be x
     */
    public void evaluate(
            AffineMixture f,
            double[][] x,
            int count,
            double[][] weights,
            double[] least,
            double[] total,
            double[][] out) {
        if (f.dimension > 2) {
            for (int j = 0; j < f.dimension; j++) {
                Arrays.fill(out[j], 0, count, 0);
            }
            int stride = copy(f.dimension, x, count);
            weighByProducts(f, stride, count, weights, least, total);
            for (int k = 0; k < f.components; k++) {
                if (anywhere(weights[k], count)) {
                    addByProducts(f, k, stride, count, weights[k], out);
                }
            }
        } else {
            // A limited number of particles at a time, so that their weights stay in the L1 cache.
            for (int from = 0; from < count; from += RANGE) {
                int to = Math.min(count, from + RANGE);
                weigh(f, x, from, to, weights, least, total);
                loops.add(f, x, from, to, weights, out);
            }
        }
        divide(f.dimension, count, total, out);
    }

    private void weigh(
            AffineMixture f, double[][] x, int from, int to, double[][] weights, double[] least, double[] total) {
        loops.costs(f, x, from, to, weights, least);
        loops.powers(f.components, weights, least, from, to, total);
    }

    private void weighByProducts(
            AffineMixture f, int stride, int count, double[][] weights, double[] least, double[] total) {
        Arrays.fill(least, 0, count, Double.POSITIVE_INFINITY);
        for (int k = 0; k < f.components; k++) {
            costsByProducts(f, k, stride, count, weights[k], least);
        }
        loops.powers(f.components, weights, least, 0, count, total);
    }

    private void divide(int dimension, int count, double[] total, double[][] out) {
        if (inverses.length < count) {
            inverses = new double[count];
        }
        for (int i = 0; i < count; i++) {
            inverses[i] = 1 / total[i];
        }
        for (int j = 0; j < dimension; j++) {
            double[] row = out[j];
            for (int i = 0; i < count; i++) {
                row[i] *= inverses[i];
            }
        }
    }

    private static boolean anywhere(double[] weight, int count) {
        for (int i = 0; i < count; i++) {
            if (!(weight[i] <= NOTHING)) {
                return true;
            }
        }
        return false;
    }

    private void costsByProducts(AffineMixture f, int k, int stride, int count, double[] cost, double[] least) {
        int d = f.dimension;
        // R is lower triangular: a few rows at a time, with the columns up to the last of them.
        for (int row = 0; row < d; row += ROWS) {
            int rows = Math.min(ROWS, d - row);
            int start = (k * d + row) * d;
            DoubleView roots = DoubleView.of(f.roots, start, d);
            DoubleView out = DoubleView.of(images, row * stride, stride);
            products.multiply(rows, row + rows, count, roots, DoubleView.of(places, stride), out);
        }
        Arrays.fill(cost, 0, count, f.costs[k]);
        for (int j = 0; j < d; j++) {
            System.arraycopy(images, j * stride, image, 0, count);
            addSquares(count, f.shifts[k * d + j], image, cost);
        }
        for (int i = 0; i < count; i++) {
            least[i] = cost[i] < least[i] ? cost[i] : least[i];
        }
    }

    private void addByProducts(AffineMixture f, int k, int stride, int count, double[] weight, double[][] out) {
        int d = f.dimension;
        DoubleView slopes = DoubleView.of(f.slopes, k * d * d, d);
        products.multiply(d, d, count, slopes, DoubleView.of(places, stride), DoubleView.of(images, stride));
        for (int i = 0; i < count; i++) {
            factors[i] = weight[i] <= NOTHING ? 0 : weight[i];
        }
        for (int j = 0; j < d; j++) {
            System.arraycopy(images, j * stride, image, 0, count);
            addProducts(count, f.offsets[k * d + j], image, factors, out[j]);
        }
    }

    // Equal indices, so that the compiler vectorises the loops.

    private static void addSquares(int count, double shift, double[] z, double[] cost) {
        for (int i = 0; i < count; i++) {
            cost[i] = Math.fma(z[i] + shift, z[i] + shift, cost[i]);
        }
    }

    private static void addProducts(int count, double offset, double[] value, double[] factor, double[] row) {
        for (int i = 0; i < count; i++) {
            row[i] = Math.fma(factor[i], value[i] + offset, row[i]);
        }
    }

    /** places[j][i] = x[j][i], in rows of the returned length. */
    private int copy(int dimension, double[][] x, int count) {
        int stride = Kernels.padded(count);
        if (places.length < dimension * stride) {
            places = new double[dimension * stride];
            images = new double[dimension * stride];
        }
        if (image.length < count) {
            image = new double[count];
            factors = new double[count];
        }
        for (int j = 0; j < dimension; j++) {
            System.arraycopy(x[j], 0, places, j * stride, count);
            Arrays.fill(places, j * stride + count, (j + 1) * stride, 0);
        }
        return stride;
    }
}
