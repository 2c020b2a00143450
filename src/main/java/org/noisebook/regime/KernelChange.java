package org.noisebook.regime;

import org.noisebook.linalg.Kernels;
import org.noisebook.model.ProbeKernel;

/**
 * How far a kernel moved: inner products, norms and distance of two kernels on the same probes, from one pass over their
 * tiles.
 *
 * <p>With ⟨A, B⟩ = Tr AᵀB: kernel alignment KA = ⟨K_0, K⟩ / (‖K_0‖ ‖K‖), in [0, 1] for kernels, 1 where only the scale
 * changed: lazy (Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024, arXiv 2310.08513). Centred alignment is the
 * same of HKH, H = 1 − 11ᵀ/n (Cortes, Mohri and Rostamizadeh 2012, JMLR 13, 795); of Gram matrices of activities it is
 * linear CKA (Kornblith, Norouzi, Lee and Hinton 2019, arXiv 1905.00414). The diagonals bias both upwards: unrelated rows of
 * p numbers on n probes align to p/(n + p). {@link #offDiagonalAlignment} and {@link #debiasedAlignment} (HSIC_1 of Song,
 * Smola, Gretton, Bedo and Borgwardt 2012, JMLR 13, 1393) leave them out and may be negative.
 *
 * <p><b>Shapes</b>: two kernels of n probes each; the rows behind them may be of different lengths.
 *
 * <p><b>Special cases</b>: no probes, and values that are no finite numbers, are errors here; a zero kernel is an error of
 * what divides by its norm, a constant kernel of what divides by its centred norm. Only numbers without the diagonals may be
 * NaN, where they have no answer.
 *
 * <p><b>Error</b>: rounding, n ε relative; centred numbers lose as many digits as the centred norm is smaller than the
 * norm. Centre the rows where there are some ({@link Representation#centred}).
 *
 * <p><b>When it misleads</b>: a distance is ruled by growth in scale, alignment blind to it; raw alignments of activities
 * are inflated by their mean; an undertrained network looks lazy.
 *
 * <p><b>Cost</b>: half of n² values of each kernel, 1 MB of memory.
 */
public final class KernelChange {
    /** A relative change of a kernel below this counts as small, by convention; it does not decide between lazy and rich. */
    public static final double SMALL = 0.1;

    private static final int TILE = 256;
    /** A centred square norm below this share of the norm's square is rounding: the kernel is constant. */
    private static final double ROUNDING = 1e-13;

    private static final int LEAST_DEBIASED = 4;

    private final double startSquare;
    private final double endSquare;
    private final double product;
    private final double changeSquare;
    private final double centredStart;
    private final double centredEnd;
    private final double centredProduct;
    private final Sums sums;

    private KernelChange(Sums sums) {
        this.sums = sums;
        this.startSquare = sums.startSquare;
        this.endSquare = sums.endSquare;
        this.product = sums.product;
        this.changeSquare = sums.changeSquare;
        this.centredStart = centred(startSquare, sums.startRows, sums.startRows);
        this.centredEnd = centred(endSquare, sums.endRows, sums.endRows);
        this.centredProduct = centred(product, sums.startRows, sums.endRows);
    }

    /** ⟨HKH, HLH⟩ from ⟨K, L⟩ and the sums of rows. */
    private static double centred(double product, double[] rows, double[] otherRows) {
        int n = rows.length;
        double products = 0;
        double sum = 0;
        double otherSum = 0;
        for (int i = 0; i < n; i++) {
            products = Math.fma(rows[i], otherRows[i], products);
            sum += rows[i];
            otherSum += otherRows[i];
        }
        return product - 2 * products / n + sum / n * (otherSum / n);
    }

    /**
     * Compares two kernels.
     *
     * @throws IllegalArgumentException for kernels of different sizes, without probes, or with values that are no finite
     *     numbers
     */
    public static KernelChange of(ProbeKernel start, ProbeKernel end) {
        if (start.size() != end.size()) {
            throw new IllegalArgumentException(
                    "kernels must be on the same probes, got " + start.size() + " and " + end.size());
        }
        if (start.size() == 0) {
            throw new IllegalArgumentException("a comparison of kernels needs at least one probe, got none");
        }
        Sums sums = new Sums(start.size());
        ProbeKernel.Reader startReader = start.reader();
        ProbeKernel.Reader endReader = end.reader();
        double[] startTile = new double[TILE * TILE];
        double[] endTile = new double[TILE * TILE];
        for (int row = 0; row < start.size(); row += TILE) {
            int rows = Math.min(TILE, start.size() - row);
            for (int column = row; column < start.size(); column += TILE) {
                int columns = Math.min(TILE, start.size() - column);
                startReader.tile(row, rows, column, columns, startTile);
                endReader.tile(row, rows, column, columns, endTile);
                sums.add(row, rows, column, columns, startTile, endTile);
            }
        }
        sums.checkFinite();
        System.arraycopy(start.diagonal(), 0, sums.startDiagonal, 0, start.size());
        System.arraycopy(end.diagonal(), 0, sums.endDiagonal, 0, end.size());
        return new KernelChange(sums);
    }

    /** Sum over the tiles of the upper half; those off the diagonal count twice. */
    private static final class Sums {
        private final double[] startRows;
        private final double[] endRows;
        private final double[] startDiagonal;
        private final double[] endDiagonal;

        private double startSquare;
        private double endSquare;
        private double product;
        private double changeSquare;

        Sums(int size) {
            startRows = new double[size];
            endRows = new double[size];
            startDiagonal = new double[size];
            endDiagonal = new double[size];
        }

        void add(int row, int rows, int column, int columns, double[] start, double[] end) {
            boolean twice = column > row;
            int stride = Kernels.padded(columns);
            double startSum = 0;
            double endSum = 0;
            double productSum = 0;
            double changeSum = 0;
            for (int r = 0; r < rows; r++) {
                double startRow = 0;
                double endRow = 0;
                for (int c = 0; c < columns; c++) {
                    double a = start[r * stride + c];
                    double b = end[r * stride + c];
                    startSum = Math.fma(a, a, startSum);
                    endSum = Math.fma(b, b, endSum);
                    productSum = Math.fma(a, b, productSum);
                    changeSum = Math.fma(b - a, b - a, changeSum);
                    startRow += a;
                    endRow += b;
                    if (twice) {
                        startRows[column + c] += a;
                        endRows[column + c] += b;
                    }
                }
                startRows[row + r] += startRow;
                endRows[row + r] += endRow;
            }
            double factor = twice ? 2 : 1;
            startSquare += factor * startSum;
            endSquare += factor * endSum;
            product += factor * productSum;
            changeSquare += factor * changeSum;
        }

        void checkFinite() {
            if (!Double.isFinite(startSquare) || !Double.isFinite(endSquare)) {
                throw new IllegalArgumentException(
                        "kernels must be finite with finite squares, got one of squared norm "
                                + (Double.isFinite(startSquare) ? endSquare : startSquare));
            }
        }
    }

    /**
     * KA = ⟨K_0, K⟩ / (‖K_0‖ ‖K‖).
     *
     * @throws IllegalArgumentException for a zero kernel
     */
    public double alignment() {
        return ratio("zero", product, startSquare, endSquare);
    }

    /**
     * The alignment of the centred kernels: CKA.
     *
     * @throws IllegalArgumentException for a zero or constant kernel
     */
    public double centredAlignment() {
        double start = centredStart > ROUNDING * startSquare ? centredStart : 0;
        double end = centredEnd > ROUNDING * endSquare ? centredEnd : 0;
        return ratio("constant", centredProduct, start, end);
    }

    /** Whether one of the kernels is the same between all probes, up to rounding, so that nothing is left once centred. */
    public boolean isConstant() {
        return centredStart <= ROUNDING * startSquare || centredEnd <= ROUNDING * endSquare;
    }

    private static double ratio(String what, double product, double start, double end) {
        if (!(start > 0) || !(end > 0)) {
            throw new IllegalArgumentException("alignment needs kernels that are not " + what + ", got a " + what
                    + (start > 0 ? " end" : " start"));
        }
        // Rounding may pass 1 by a unit.
        return Math.min(1, product / (StrictMath.sqrt(start) * StrictMath.sqrt(end)));
    }

    /** The alignment of the off-diagonal parts; NaN if one is zero. */
    public double offDiagonalAlignment() {
        return cosine(true);
    }

    /** dCKA = HSIC_1(K_0, K)/√(HSIC_1(K_0, K_0) HSIC_1(K, K)), 0 on average if unrelated; NaN if one of these is not above 0. */
    public double debiasedAlignment() {
        return cosine(false);
    }

    private double cosine(boolean raw) {
        double[] k = sums.startRows;
        double[] l = sums.endRows;
        double start = unbiased(raw, startSquare, k, sums.startDiagonal, k, sums.startDiagonal);
        double end = unbiased(raw, endSquare, l, sums.endDiagonal, l, sums.endDiagonal);
        double both = unbiased(raw, product, k, sums.startDiagonal, l, sums.endDiagonal);
        double cosine = both / (StrictMath.sqrt(start) * StrictMath.sqrt(end));
        return start > 0 && end > 0 ? Math.max(-1, Math.min(1, cosine)) : Double.NaN;
    }

    /** ⟨K, L⟩ without the diagonals if raw, else n(n − 3) HSIC_1, NaN below four probes. */
    private static double unbiased(
            boolean raw, double product, double[] k, double[] kDiagonal, double[] l, double[] lDiagonal) {
        double n = k.length;
        double trace = product;
        double products = 0;
        double sum = 0;
        double otherSum = 0;
        for (int i = 0; i < n; i++) {
            trace -= kDiagonal[i] * lDiagonal[i];
            products += (k[i] - kDiagonal[i]) * (l[i] - lDiagonal[i]);
            sum += k[i] - kDiagonal[i];
            otherSum += l[i] - lDiagonal[i];
        }
        double centred = trace + sum * otherSum / ((n - 1) * (n - 2)) - 2 * products / (n - 2);
        return raw ? trace : n < LEAST_DEBIASED ? Double.NaN : centred;
    }

    /**
     * ‖K − K_0‖ / ‖K_0‖.
     *
     * @throws IllegalArgumentException for a zero kernel at the start
     */
    public double relativeDistance() {
        if (startSquare == 0) {
            throw new IllegalArgumentException("a relative distance needs a start kernel that is not zero, got zero");
        }
        return StrictMath.sqrt(changeSquare) / startNorm();
    }

    /** ‖K_0‖. */
    public double startNorm() {
        return StrictMath.sqrt(startSquare);
    }

    /** ‖K‖. */
    public double endNorm() {
        return StrictMath.sqrt(endSquare);
    }
}
