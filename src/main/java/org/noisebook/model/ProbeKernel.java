package org.noisebook.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.noisebook.data.Points;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * A symmetric kernel on a set of probes, stored as factors and read tile by tile: K = Σ_b (A_b A_bᵀ) ∘ (D_b D_bᵀ).
 *
 * <p>The tangent kernel Θ(x, x′) = ∇_w f(x) · ∇_w f(x′) (Jacot, Gabriel and Hongler 2018, arXiv 1806.07572) has this
 * form: a layer with inputs a and derivatives δ with respect to its pre-activations gives (a·a′)(δ·δ′); a term without
 * D is a Gram matrix of rows. A kernel of 10 000 probes thus needs neither explicit gradients nor n² numbers. All
 * computations are in float64.
 *
 * <p><b>Shapes</b>: n × n for n probes, terms in the order of the blocks of weights. <b>Special cases</b>: without
 * probes the kernel is empty. Non-finite factors give non-finite values. <b>Cost</b>: a value costs one operation per
 * number in a row of all factors; a product with a vector costs, per probe, the number of entries of A_bᵀ D_b; memory
 * is that of the factors.
 */
public final class ProbeKernel {
    /** Rows of a strip: enough for fast products, few enough to stay in the cache. */
    private static final int STRIP = 64;

    /** ⌊√2³¹⌋. */
    private static final int MOST_IN_MATRIX = 46_340;

    /** Index at which the rows of a factor start. */
    static final int LEAD = Kernels.DOUBLE_LEAD;

    private final int size;
    private final List<Term> terms;

    /** One term; {@code slopes} is empty for a Gram matrix of rows. Rows start after the lead, padded with zeros. */
    private record Term(double[] rows, int length, double[] slopes, int slopeLength) {
        boolean hasSlopes() {
            return slopeLength > 0;
        }
    }

    /** Computes Gram matrices. */
    @FunctionalInterface
    public interface Gram {
        /**
         * G = X Xᵀ.
         *
         * @param rows X {@code [count][length]}, row-major
         * @return G {@code [count][count]}, row-major and symmetric in every bit
         */
        double[] gram(int count, int length, double[] rows);
    }

    private ProbeKernel(int size, List<Term> terms) {
        this.size = size;
        this.terms = List.copyOf(terms);
    }

    /** Collects the factors of probes, one block of weights after another. */
    static final class Builder {
        private final int size;
        private final List<Term> terms = new ArrayList<>();

        Builder(int size) {
            this.size = size;
        }

        /**
         * Adds the term of a block; its arrays have padded rows after the lead and are owned by the kernel from now on.
         */
        Builder add(double[] rows, int length, double[] slopes, int slopeLength) {
            terms.add(new Term(rows, length, slopes, slopeLength));
            return this;
        }

        ProbeKernel build() {
            return new ProbeKernel(size, terms);
        }
    }

    /**
     * The Gram matrix of rows, such as hidden activities or gradients: K = H Hᵀ.
     *
     * @param size n, the number of probes
     * @param length numbers per row, at least 1
     * @param rows {@code [size][length]}, row-major; copied
     */
    public static ProbeKernel ofRows(int size, int length, double[] rows) {
        if (size < 0) {
            throw new IllegalArgumentException("size must be at least 0, got " + size);
        }
        if (length < 1) {
            throw new IllegalArgumentException("length must be at least 1, got " + length);
        }
        if (rows.length != (long) size * length) {
            throw new IllegalArgumentException(
                    "rows must have size · length = " + (long) size * length + " numbers, got " + rows.length);
        }
        int stride = Kernels.padded(length);
        double[] padded = new double[LEAD + size * stride];
        for (int i = 0; i < size; i++) {
            System.arraycopy(rows, i * length, padded, LEAD + i * stride, length);
        }
        return new Builder(size).add(padded, length, new double[0], 0).build();
    }

    /**
     * The tangent kernel of a network with these weights, one term per layer.
     *
     * @param weights in the order of {@link NetworkEngine#weights}
     */
    public static ProbeKernel tangent(Network network, double[] weights, Points probes) {
        int capacity = Math.max(1, Math.min(probes.count(), STRIP));
        NetworkEngine engine = network.engine(probes.dimension(), capacity, Precision.FLOAT64);
        engine.set(weights);
        return engine.tangentKernel(probes);
    }

    /** Number of probes. */
    public int size() {
        return size;
    }

    /** Number of terms, which is the number of blocks of weights. */
    public int blocks() {
        return terms.size();
    }

    /** The contribution of some blocks of weights to the kernel. */
    public ProbeKernel ofBlocks(int... blocks) {
        List<Term> chosen = new ArrayList<>();
        for (int block : blocks) {
            if (block < 0 || block >= terms.size()) {
                throw new IllegalArgumentException("blocks must be in [0, " + (terms.size() - 1) + "], got " + block);
            }
            chosen.add(terms.get(block));
        }
        return new ProbeKernel(size, chosen);
    }

    /** K between two probes. */
    public double value(int first, int second) {
        if (first < 0 || first >= size || second < 0 || second >= size) {
            throw new IndexOutOfBoundsException("probes must be in [0, " + size + "), got " + first + " and " + second);
        }
        double[] out = new double[Kernels.PAD];
        reader().tile(first, 1, second, 1, out);
        return out[0];
    }

    /**
     * The first factor of a block. For layers of {@link FullyConnected} and any read-out these are the inputs of the
     * layer, the points for the first layer and hidden activities for the others, each multiplied by a constant of the
     * network. For the other blocks of {@link InvertedResidual} they are the gradients.
     *
     * @return {@code [size][length]}, row-major
     */
    public double[] rows(int block) {
        Term term = ofBlocks(block).terms.get(0);
        int stride = Kernels.padded(term.length);
        double[] packed = new double[size * term.length];
        for (int i = 0; i < size; i++) {
            System.arraycopy(term.rows, LEAD + i * stride, packed, i * term.length, term.length);
        }
        return packed;
    }

    /** A reader with its own memory; to be used in a single thread. */
    public Reader reader() {
        return new Reader();
    }

    /** Reads the kernel tile by tile. */
    public final class Reader {
        private final MatrixKernels products = MatrixKernels.fastest();
        private double[] gram = new double[0];
        private double[] other = new double[0];

        private Reader() {}

        /**
         * Reads a tile: {@code out[r * Kernels.padded(columns) + c]} is K between probes {@code row + r} and {@code
         * column + c}. The numbers do not depend on the tile.
         *
         * @param out at least {@code rows * Kernels.padded(columns)} numbers; all of them are overwritten
         */
        public void tile(int row, int rows, int column, int columns, double[] out) {
            Objects.checkFromIndexSize(row, rows, size);
            Objects.checkFromIndexSize(column, columns, size);
            begin(rows, columns, out);
            // From the last block to the first: the order affects the bits.
            for (int t = terms.size() - 1; t >= 0; t--) {
                Term term = terms.get(t);
                int stride = Kernels.padded(term.length);
                product(term.rows, LEAD + row * stride, term.rows, term.length, rows, column, columns, gram);
                if (term.hasSlopes()) {
                    int slopeStride = Kernels.padded(term.slopeLength);
                    product(
                            term.slopes,
                            LEAD + row * slopeStride,
                            term.slopes,
                            term.slopeLength,
                            rows,
                            column,
                            columns,
                            other);
                }
                add(term, rows * Kernels.padded(columns), out);
            }
        }

        /**
         * Reads whole rows of any probes: {@code out[k * Kernels.padded(size) + c]} is K between probes {@code
         * index[k]} and c, with the same numbers as in tiles.
         *
         * @param out at least {@code count * Kernels.padded(size)} numbers; all of them are overwritten
         */
        public void rows(int[] index, int count, double[] out) {
            begin(count, size, out);
            for (int t = terms.size() - 1; t >= 0; t--) {
                Term term = terms.get(t);
                double[] rows = gather(term.rows, term.length, index, count);
                product(rows, 0, term.rows, term.length, count, 0, size, gram);
                if (term.hasSlopes()) {
                    double[] slopes = gather(term.slopes, term.slopeLength, index, count);
                    product(slopes, 0, term.slopes, term.slopeLength, count, 0, size, other);
                }
                add(term, count * Kernels.padded(size), out);
            }
        }

        private void begin(int rows, int columns, double[] out) {
            int length = rows * Kernels.padded(columns);
            if (gram.length < length) {
                gram = new double[length];
                other = new double[length];
            }
            Arrays.fill(out, 0, length, 0);
        }

        private double[] gather(double[] x, int length, int[] index, int count) {
            int stride = Kernels.padded(length);
            double[] rows = new double[count * stride];
            for (int k = 0; k < count; k++) {
                int from = LEAD + Objects.checkIndex(index[k], size) * stride;
                System.arraycopy(x, from, rows, k * stride, stride);
            }
            return rows;
        }

        private void product(
                double[] left, int start, double[] x, int length, int rows, int column, int columns, double[] out) {
            int stride = Kernels.padded(length);
            DoubleView from = DoubleView.of(left, start, stride);
            DoubleView others = DoubleView.of(x, LEAD + column * stride, stride);
            products.multiplyTransposed(
                    rows, columns, length, from, others, DoubleView.of(out, Kernels.padded(columns)));
        }

        private void add(Term term, int length, double[] out) {
            if (term.hasSlopes()) {
                for (int k = 0; k < length; k++) {
                    out[k] = Math.fma(gram[k], other[k], out[k]);
                }
            } else {
                for (int k = 0; k < length; k++) {
                    out[k] += gram[k];
                }
            }
        }
    }

    /** The diagonal, K(x, x). */
    public double[] diagonal() {
        double[] diagonal = new double[size];
        for (Term term : terms) {
            for (int i = 0; i < size; i++) {
                double own = square(term.rows, term.length, i);
                diagonal[i] += term.hasSlopes() ? own * square(term.slopes, term.slopeLength, i) : own;
            }
        }
        return diagonal;
    }

    private static double square(double[] rows, int length, int row) {
        int from = LEAD + row * Kernels.padded(length);
        double sum = 0;
        for (int k = from; k < from + length; k++) {
            sum = Math.fma(rows[k], rows[k], sum);
        }
        return sum;
    }

    /**
     * K times a vector, without forming K: Σ_b rowsum((A_b M_b) ∘ D_b) with M_b = A_bᵀ diag(z) D_b.
     *
     * <p><b>Cost</b>: 4 operations per weight and probe.
     */
    public double[] times(double[] vector) {
        if (vector.length != size) {
            throw new IllegalArgumentException("vector must have size=" + size + " numbers, got " + vector.length);
        }
        MatrixKernels products = MatrixKernels.fastest();
        double[] result = new double[size];
        double[] one = new double[LEAD + size * Kernels.PAD];
        for (int i = 0; i < size; i++) {
            one[LEAD + i * Kernels.PAD] = 1;
        }
        for (Term term : terms) {
            double[] slopes = term.hasSlopes() ? term.slopes : one;
            int slopeLength = term.hasSlopes() ? term.slopeLength : 1;
            int stride = Kernels.padded(term.length);
            int slopeStride = Kernels.padded(slopeLength);
            double[] weighted = new double[STRIP * slopeStride];
            double[] matrix = new double[term.length * slopeStride];
            DoubleView rows = DoubleView.of(term.rows, LEAD, stride);
            DoubleView strip = DoubleView.of(weighted, slopeStride);
            for (int start = 0; start < size; start += STRIP) {
                int count = Math.min(STRIP, size - start);
                for (int r = 0; r < count; r++) {
                    for (int j = 0; j < slopeLength; j++) {
                        weighted[r * slopeStride + j] =
                                vector[start + r] * slopes[LEAD + (start + r) * slopeStride + j];
                    }
                }
                products.addOuter(
                        count, term.length, slopeLength, rows.from(start), strip, DoubleView.of(matrix, slopeStride));
            }
            for (int start = 0; start < size; start += STRIP) {
                int count = Math.min(STRIP, size - start);
                products.multiply(
                        count, term.length, slopeLength, rows.from(start), DoubleView.of(matrix, slopeStride), strip);
                for (int r = 0; r < count; r++) {
                    double sum = 0;
                    for (int j = 0; j < slopeLength; j++) {
                        sum = Math.fma(
                                weighted[r * slopeStride + j], slopes[LEAD + (start + r) * slopeStride + j], sum);
                    }
                    result[start + r] += sum;
                }
            }
        }
        return result;
    }

    /**
     * Random features F with E[F_xk F_x′k] = K(x, x′) for every column k: Σ_b (a_b·v_bk)(δ_b·w_bk) with v, w ~ N(0, 1)
     * independent of each other and across blocks and columns.
     *
     * <p>Products of two projections keep the cost proportional to the length of the factors (Sun, Guo, Tropp and Udell
     * 2018, arXiv 2105.00105). Kernels of the same shape get the same directions from equal streams.
     *
     * <p><b>Cost</b>: 2 operations per probe, column and number in a row of all factors.
     *
     * @param columns number of features
     * @param stream source of the directions, by block and then by column
     * @return {@code [size][columns]}, row-major
     */
    public double[] features(int columns, Stream stream) {
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be at least 1, got " + columns);
        }
        MatrixKernels products = MatrixKernels.fastest();
        int stride = Kernels.padded(columns);
        double[] features = new double[size * columns];
        double[] first = new double[size * stride];
        double[] second = new double[size * stride];
        for (Term term : terms) {
            project(products, term.rows, term.length, columns, stream, first);
            if (term.hasSlopes()) {
                project(products, term.slopes, term.slopeLength, columns, stream, second);
            }
            for (int i = 0; i < size; i++) {
                for (int k = 0; k < columns; k++) {
                    double value = first[i * stride + k];
                    features[i * columns + k] += term.hasSlopes() ? value * second[i * stride + k] : value;
                }
            }
        }
        return features;
    }

    private void project(MatrixKernels products, double[] x, int length, int columns, Stream stream, double[] out) {
        int stride = Kernels.padded(columns);
        double[] directions = new double[length * stride];
        for (int i = 0; i < length; i++) {
            for (int k = 0; k < columns; k++) {
                directions[i * stride + k] = stream.nextGaussian();
            }
        }
        DoubleView rows = DoubleView.of(x, LEAD, Kernels.padded(length));
        products.multiply(size, length, columns, rows, DoubleView.of(directions, stride), DoubleView.of(out, stride));
    }

    /** The Frobenius norm. */
    public double norm() {
        return StrictMath.sqrt(squares(new ProbeKernel(size, List.of())));
    }

    /**
     * ‖K − K_0‖ / ‖K_0‖, Frobenius; NaN if the start kernel has norm 0 or a value is not finite.
     *
     * @throws IllegalArgumentException if the numbers of probes differ
     */
    public double relativeChange(ProbeKernel start) {
        if (start.size != size) {
            throw new IllegalArgumentException("kernels must be of equal size, got " + size + " and " + start.size);
        }
        return StrictMath.sqrt(squares(start)) / start.norm();
    }

    /** {@link #matrix(int)} on all cores. */
    public double[] matrix() {
        return matrix(ForkJoinPool.getCommonPoolParallelism() + 1);
    }

    /**
     * All of K, {@code [size][size]}, row-major, the numbers of {@link Reader#tile} for any number of threads.
     *
     * <p>The half above the diagonal is computed in panels of columns and mirrored, so the halves agree bit for bit.
     * <b>Cost</b>: half an operation per pair of probes and number in a row of all factors, shared by the threads.
     *
     * @param threads largest number of threads of the common pool; 1, as within a run, stays on the calling thread
     * @throws IllegalArgumentException if the pairs of probes do not fit in one array
     */
    public double[] matrix(int threads) {
        double[] matrix = emptyMatrix();
        AtomicInteger left = new AtomicInteger((size + STRIP - 1) / STRIP);
        IntStream.range(0, Math.min(left.get(), threads)).parallel().forEach(worker -> {
            Reader reader = reader();
            double[] panel = new double[size * STRIP];
            // Longest panels first.
            for (int p = left.decrementAndGet(); p >= 0; p = left.decrementAndGet()) {
                int column = p * STRIP;
                int columns = Math.min(STRIP, size - column);
                int stride = Kernels.padded(columns);
                reader.tile(0, column + columns, column, columns, panel);
                for (int i = 0; i < column; i++) {
                    System.arraycopy(panel, i * stride, matrix, i * size + column, columns);
                }
                for (int c = 0; c < columns; c++) {
                    for (int i = 0; i < column + columns; i++) {
                        matrix[(column + c) * size + i] = panel[i * stride + c];
                    }
                }
            }
        });
        return matrix;
    }

    private double[] emptyMatrix() {
        if (size > MOST_IN_MATRIX) {
            throw new IllegalArgumentException("size must be in [0, " + MOST_IN_MATRIX + "], got " + size);
        }
        return new double[size * size];
    }

    /**
     * All of K from Gram matrices of its terms computed by {@code products}, for example on a replica engine: {@code
     * [size][size]}, row-major and symmetric.
     *
     * <p><b>Error</b>: that of {@code products}. <b>Cost</b>: three matrices of size² numbers.
     *
     * @throws IllegalArgumentException if the pairs of probes do not fit in one array
     */
    public double[] matrix(Gram products) {
        double[] matrix = emptyMatrix();
        for (int t = terms.size() - 1; t >= 0; t--) {
            Term term = terms.get(t);
            double[] rows = products.gram(size, term.length, packed(term.rows, term.length));
            if (term.hasSlopes()) {
                double[] slopes = products.gram(size, term.slopeLength, packed(term.slopes, term.slopeLength));
                for (int k = 0; k < matrix.length; k++) {
                    matrix[k] = Math.fma(rows[k], slopes[k], matrix[k]);
                }
            } else {
                for (int k = 0; k < matrix.length; k++) {
                    matrix[k] += rows[k];
                }
            }
        }
        return matrix;
    }

    private double[] packed(double[] padded, int length) {
        double[] rows = new double[size * length];
        for (int i = 0; i < size; i++) {
            System.arraycopy(padded, LEAD + i * Kernels.padded(length), rows, i * length, length);
        }
        return rows;
    }

    /**
     * {@link #relativeChange(ProbeKernel)} with Gram matrices computed by {@code products}.
     *
     * @throws IllegalArgumentException if the numbers of probes differ or are too large
     */
    public double relativeChange(ProbeKernel start, Gram products) {
        if (start.size != size) {
            throw new IllegalArgumentException("kernels must be of equal size, got " + size + " and " + start.size);
        }
        double[] end = matrix(products);
        double[] before = start.matrix(products);
        double change = 0;
        double norm = 0;
        for (int k = 0; k < end.length; k++) {
            change = Math.fma(end[k] - before[k], end[k] - before[k], change);
            norm = Math.fma(before[k], before[k], norm);
        }
        return StrictMath.sqrt(change) / StrictMath.sqrt(norm);
    }

    /** ‖K − K_0‖², summed row by row. */
    private double squares(ProbeKernel start) {
        Reader reader = reader();
        Reader startReader = start.reader();
        int stride = Kernels.padded(size);
        double[] strip = new double[Math.min(STRIP, size) * stride];
        double[] startStrip = new double[strip.length];
        double sum = 0;
        for (int first = 0; first < size; first += STRIP) {
            int count = Math.min(STRIP, size - first);
            reader.tile(first, count, 0, size, strip);
            startReader.tile(first, count, 0, size, startStrip);
            for (int r = 0; r < count; r++) {
                for (int j = r * stride; j < r * stride + size; j++) {
                    double change = strip[j] - startStrip[j];
                    sum = Math.fma(change, change, sum);
                }
            }
        }
        return sum;
    }
}
