package org.noisebook.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.blas.Level1;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastDivOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.api.ops.impl.transforms.same.Max;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.noisebook.linalg.AffineMixture;

/**
 * Evaluates affine mixtures for many particles on the device.
 *
 * <p>One product with (x, 1) gives the roots of the exponents, the log-weights and the values of all components;
 * another sums over components. Exponents are relative to the largest, so nothing overflows. A component with
 * log-weight −∞ contributes nothing; NaN affects only its particle.
 *
 * <p><b>Shapes</b>: particles are columns; positions are {@code [d + 1][columns]} with ones in the last row.
 */
final class TensorMixture {
    private static final double LN2 = 0x1.62e42fefa39efp-1;
    /** Conversion factor of the roots from bits to nats. */
    private static final double ROOT_LN2 = Math.sqrt(LN2);

    private final Level1 vectors = Nd4j.getBlasWrapper().level1();
    private final int dimension;
    private final int components;
    private final int columns;

    /**
     * [slots][rows][d + 1]: rows of roots by coordinate, of log-weights and of values by coordinate, components fastest.
     */
    private final INDArray table;

    private final double[] host;
    /** Coefficients of one slot, transposed. */
    private final INDArray[] coefficients;

    /** [rows][columns]: the result of the first product. */
    private final INDArray images;

    private final INDArray imagesTransposed;
    private final INDArray roots;
    private final INDArray[] squares;
    private final INDArray[] logs;
    private final INDArray flatLogs;
    private final INDArray[] values;
    /** Weights, and values times weights, transposed. */
    private final INDArray weightedTransposed;

    /** [⌈K/2⌉][columns], the remaining candidates in the search for the largest log-weights. */
    private final INDArray largest;
    /**
     * Per round, two halves, which overlap in one row if their number is odd, and where the larger of each pair goes.
     */
    private final List<INDArray[]> rounds = new ArrayList<>();

    private final INDArray first;
    /** [d + 1][(d + 1) components], the matrix that sums over components. */
    private final INDArray sums;

    private final INDArray sumsTransposed;
    /** [d + 1][columns]: Σ w and Σ w f. */
    private final INDArray totals;

    private final INDArray totalsTransposed;
    private final INDArray total;
    private final INDArray numerators;
    private final INDArray value;

    /**
     * Memory for the given number of particles, and for coefficients at the given number of times.
     *
     * @param memory owns the arrays
     */
    TensorMixture(TensorProgram memory, int dimension, int components, int columns, int slots) {
        this.dimension = dimension;
        this.components = components;
        this.columns = columns;
        int rows = rows(dimension, components);
        int stacked = (dimension + 1) * components;
        table = memory.array(DataType.DOUBLE, slots, rows, dimension + 1);
        host = new double[slots * rows * (dimension + 1)];
        coefficients = new INDArray[slots];
        Arrays.setAll(coefficients, s -> table.slice(s).transpose());
        images = memory.array(DataType.DOUBLE, rows, columns);
        imagesTransposed = images.transpose();
        roots = flat(images, 0, dimension * components);
        squares = new INDArray[dimension];
        Arrays.setAll(squares, j -> flat(images, j * components, (j + 1) * components));
        int log = dimension * components;
        logs = new INDArray[components];
        Arrays.setAll(logs, k -> images.getRow(log + k));
        flatLogs = flat(images, log, stacked);
        values = new INDArray[dimension];
        Arrays.setAll(values, j -> flat(images, stacked + j * components, stacked + (j + 1) * components));
        weightedTransposed = rows(images, log, rows).transpose();
        largest = memory.array(DataType.DOUBLE, (components + 1) / 2, columns);
        INDArray rest = rows(images, log, stacked);
        for (int count = components; count > 1; count = (count + 1) / 2) {
            int half = (count + 1) / 2;
            rounds.add(new INDArray[] {flat(rest, 0, half), flat(rest, count - half, count), flat(largest, 0, half)});
            rest = largest;
        }
        if (components == 1) {
            rounds.add(new INDArray[] {flatLogs, flatLogs, flat(largest, 0, 1)});
        }
        first = largest.getRow(0);
        double[] ones = new double[(dimension + 1) * stacked];
        for (int j = 0; j <= dimension; j++) {
            Arrays.fill(ones, j * (stacked + components), j * (stacked + components) + components, 1);
        }
        sums = memory.array(DataType.DOUBLE, dimension + 1, stacked);
        ParticleBatch.copy(ones, sums);
        sumsTransposed = sums.transpose();
        totals = memory.array(DataType.DOUBLE, dimension + 1, columns);
        totalsTransposed = totals.transpose();
        total = totals.getRow(0);
        numerators = rows(totals, 1, dimension + 1);
        value = flat(totals, 1, dimension + 1);
    }

    /** Number of rows of the first product. */
    static int rows(int dimension, int components) {
        return components * (2 * dimension + 1);
    }

    /** Rows [from, to) of a matrix, as a view. */
    static INDArray rows(INDArray matrix, int from, int to) {
        return matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
    }

    /** The same rows as one vector. */
    static INDArray flat(INDArray matrix, int from, int to) {
        return rows(matrix, from, to).reshape((to - from) * matrix.columns());
    }

    /** Sets the coefficients of a slot on the host. */
    void set(int slot, AffineMixture f) {
        if (f.dimension() != dimension || f.components() != components) {
            throw new IllegalArgumentException("drift must have dimension=" + dimension + " and components="
                    + components + " at all times, got " + f.dimension() + " and " + f.components());
        }
        double[] roots = f.roots();
        double[] shifts = f.shifts();
        double[] costs = f.costs();
        double[] offsets = f.offsets();
        double[] slopes = f.slopes();
        int width = dimension + 1;
        int start = slot * rows(dimension, components) * width;
        int block = components * width;
        for (int k = 0; k < components; k++) {
            for (int j = 0; j < dimension; j++) {
                int from = k * dimension + j;
                int root = start + j * block + k * width;
                int slope = root + (dimension + 1) * block;
                for (int l = 0; l < dimension; l++) {
                    host[root + l] = ROOT_LN2 * roots[from * dimension + l];
                    host[slope + l] = slopes[from * dimension + l];
                }
                host[root + dimension] = ROOT_LN2 * shifts[from];
                host[slope + dimension] = offsets[from];
            }
            host[start + dimension * block + k * width + dimension] = -LN2 * costs[k];
        }
    }

    /** Copies the coefficients of all slots to the device. */
    void send() {
        ParticleBatch.copy(host, table);
    }

    /**
     * The values at given positions.
     *
     * @param placesTransposed [columns][d + 1]
     * @return [d × columns], overwritten by the next call
     */
    INDArray at(int slot, INDArray placesTransposed) {
        Nd4j.gemm(placesTransposed, coefficients[slot], imagesTransposed, false, false, 1, 0);
        Nd4j.exec(new Square(roots, roots));
        for (INDArray square : squares) {
            vectors.axpy(square.length(), -1, square, flatLogs);
        }
        for (INDArray[] round : rounds) {
            Nd4j.exec(new Max(round[0], round[1], round[2]));
        }
        // Row by row in BLAS, which took a third of the time of one broadcast.
        for (INDArray log : logs) {
            vectors.axpy(columns, -1, first, log);
        }
        Nd4j.exec(new Exp(flatLogs, flatLogs));
        for (INDArray value : values) {
            Nd4j.exec(new MulOp(value, flatLogs, value));
        }
        Nd4j.gemm(weightedTransposed, sumsTransposed, totalsTransposed, false, false, 1, 0);
        Nd4j.exec(new BroadcastDivOp(numerators, total, numerators, 1));
        return value;
    }
}
