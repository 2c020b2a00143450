package org.noisebook.checkpoint;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.NumberArray;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * Two kernels on the same probes, held as matrices, with intervals over the probes.
 *
 * <p>ΔK = ‖L − K‖/‖K‖; KA = ⟨K, L⟩/(‖K‖‖L‖), linear CKA the same of HKH and HLH, H = 1 − 11ᵀ/n; without the diagonals, which bias both
 * upwards, ΔK and the cosine off the diagonals, and dCKA by HSIC₁ (Song, Smola, Gretton, Bedo and Borgwardt 2012, JMLR 13, 1393).
 *
 * <p><b>Shapes</b>: {@code [n][n]}, row-major, symmetric. <b>Special cases</b>: NaN where a number has no answer: a start kernel of norm
 * 0, HSIC₁(K, K) of 0 or less, fewer than four probes. <b>Error</b>: 95 % delete-one jackknife intervals over probes at n − 1 degrees,
 * those of cosines without the bias of order 1/n, ΔK's on the logarithm; all n values of a number in O(n²). The bootstrap is not used: a probe drawn twice
 * puts diagonals off the diagonal. <b>Cost</b>: 12 n² operations.
 */
final class KernelPair {
    private static final int LEAST = 4;
    private static final int STRIP = 64;
    private static final int CHUNK = 512;

    private final int n;
    private final double[] first;
    private final double[] second;
    private final Product firstTwice;
    private final Product cross;
    private final Product secondTwice;
    private final double[] changes;

    /**
     * Sums of a product of two kernels without their diagonals, whole and by probe: tr KL, sums of rows, and rows times sums.
     *
     * @param products P_i = Σ_j K_ij L_ij
     * @param diagonal Σ K_ii L_ii
     */
    private record Product(
            double[] k, double[] l, double[] products, double[] kTimes, double[] lTimes, double[] diagonal) {
        /** tr KL without probe i, or of all where i is n. */
        double trace(int i) {
            return sum(products) - (i < products.length ? 2 * products[i] : 0);
        }

        /** ⟨K, L⟩ with the diagonals. */
        double inner(int i) {
            return trace(i) + sum(diagonal) - (i < diagonal.length ? diagonal[i] : 0);
        }

        double unbiased(int i) {
            int all = k.length;
            boolean part = i < all;
            double n = part ? all - 1 : all;
            double kSum = sum(k) - (part ? 2 * k[i] : 0);
            double lSum = sum(l) - (part ? 2 * l[i] : 0);
            double both = 0;
            for (int j = 0; j < all; j++) {
                both += k[j] * l[j];
            }
            if (part) {
                both += products[i] - k[i] * l[i] - kTimes[i] - lTimes[i];
            }
            return (trace(i) + kSum * lSum / ((n - 1) * (n - 2)) - 2 / (n - 2) * both) / (n * (n - 3));
        }

        private static double sum(double[] x) {
            double sum = 0;
            for (double value : x) {
                sum += value;
            }
            return sum;
        }
    }

    private KernelPair(int n, double[] first, double[] second) {
        this.n = n;
        this.first = first;
        this.second = second;
        this.firstTwice = product(n, first, first);
        this.cross = product(n, first, second);
        this.secondTwice = product(n, second, second);
        this.changes = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double change = second[i * n + j] - first[i * n + j];
                changes[i] = j == i ? changes[i] : Math.fma(change, change, changes[i]);
            }
        }
    }

    /** Compares kernels before and after; they are not copied. */
    static KernelPair of(int n, double[] first, double[] second) {
        if (n < 1 || first.length != (long) n * n || second.length != (long) n * n) {
            throw new IllegalArgumentException("kernels must have n² numbers each, n = " + n);
        }
        return new KernelPair(n, first, second);
    }

    private static Product product(int n, double[] a, double[] b) {
        double[] k = new double[n];
        double[] l = new double[n];
        double[] products = new double[n];
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (j != i) {
                    k[i] += a[i * n + j];
                    l[i] += b[i * n + j];
                    products[i] = Math.fma(a[i * n + j], b[i * n + j], products[i]);
                }
            }
            diagonal[i] = a[i * n + i] * b[i * n + i];
        }
        return new Product(k, l, products, times(n, a, l), times(n, b, k), diagonal);
    }

    private static double[] times(int n, double[] a, double[] x) {
        double[] image = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                image[i] += j == i ? 0 : a[i * n + j] * x[j];
            }
        }
        return image;
    }

    /** K = X Xᵀ of rows, summed in float64 over strips of columns in their order. */
    static double[] gram(NumberArray rows) {
        int n = rows.rows();
        int length = rows.columns();
        double[] gram = new double[Math.multiplyExact(n, n)];
        MatrixKernels products = MatrixKernels.fastest();
        int width = Math.min(CHUNK, Kernels.padded(length));
        DoubleView x = DoubleView.zeros(n, width);
        double[] tile = new double[STRIP * Kernels.padded(n)];
        for (int from = 0; from < length; from += width) {
            int count = Math.min(width, length - from);
            Arrays.fill(x.values(), 0);
            for (int i = 0; i < n; i++) {
                rows.copy(i * length + from, count, x.values(), x.at(i, 0));
            }
            for (int row = 0; row < n; row += STRIP) {
                int strip = Math.min(STRIP, n - row);
                int columns = row + strip;
                int stride = Kernels.padded(columns);
                products.multiplyTransposed(strip, columns, count, x.from(row), x, DoubleView.of(tile, stride));
                for (int r = 0; r < strip; r++) {
                    for (int j = 0; j <= row + r; j++) {
                        gram[(row + r) * n + j] += tile[r * stride + j];
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                gram[j * n + i] = gram[i * n + j];
            }
        }
        return gram;
    }

    /** ‖L − K‖/‖K‖ as it is. */
    double distance() {
        double squares = Product.sum(changes);
        for (int i = 0; i < n; i++) {
            double own = second[i * n + i] - first[i * n + i];
            squares = Math.fma(own, own, squares);
        }
        return StrictMath.sqrt(squares / firstTwice.inner(n));
    }

    /** The cosine off the diagonals as it is. */
    double offDiagonal() {
        return cosine(Product::trace, n);
    }

    /** dCKA as it is. */
    double debiased() {
        return cosine(Product::unbiased, n);
    }

    /** The same off the diagonals, which is its limit for many probes, with its interval. */
    Estimate relativeChange() {
        double whole = change(n);
        if (n <= LEAST || !(whole < Double.POSITIVE_INFINITY)) {
            return Estimate.NONE;
        }
        return Jackknife.positive(
                whole, IntStream.range(0, n).mapToDouble(this::change).toArray());
    }

    private double change(int i) {
        double squares = Product.sum(changes) - (i < n ? 2 * changes[i] : 0);
        return StrictMath.sqrt(Math.max(0, squares) / firstTwice.trace(i));
    }

    /** KA with the diagonals: biased upwards, no interval. */
    double alignment() {
        return cross.inner(n) / StrictMath.sqrt(firstTwice.inner(n) * secondTwice.inner(n));
    }

    /** Linear CKA with the diagonals: biased upwards, no interval. */
    double centredAlignment() {
        return centred(cross) / StrictMath.sqrt(centred(firstTwice) * centred(secondTwice));
    }

    private double centred(Product of) {
        double products = 0;
        double kSum = 0;
        double lSum = 0;
        double[] a = of == secondTwice ? second : first;
        double[] b = of == firstTwice ? first : second;
        for (int i = 0; i < n; i++) {
            double k = of.k[i] + a[i * n + i];
            double l = of.l[i] + b[i * n + i];
            products += k * l;
            kSum += k;
            lSum += l;
        }
        return of.inner(n) - 2 * products / n + kSum / n * (lSum / n);
    }

    /** The cosine of the kernels off their diagonals. */
    Estimate offDiagonalAlignment() {
        return cosine(Product::trace);
    }

    /** dCKA. */
    Estimate debiasedAlignment() {
        return cosine(Product::unbiased);
    }

    /** A number of a product without one probe. */
    @FunctionalInterface
    private interface Number {
        double of(Product product, int without);
    }

    private Estimate cosine(Number number) {
        if (n <= LEAST || !(number.of(firstTwice, n) > 0) || !(number.of(secondTwice, n) > 0)) {
            return Estimate.NONE;
        }
        return jackknife(i -> cosine(number, i)).cut(-1, 1);
    }

    private double cosine(Number number, int i) {
        return number.of(cross, i) / StrictMath.sqrt(number.of(firstTwice, i) * number.of(secondTwice, i));
    }

    private Estimate jackknife(IntToDoubleFunction number) {
        return Jackknife.corrected(
                number.applyAsDouble(n),
                IntStream.range(0, n).mapToDouble(number).toArray());
    }
}
