package org.noisebook.linalg;

/**
 * The inner loops of training on primitive arrays, in a plain and a Vector API twin that give the same bits.
 *
 * <p>A dot product is Σ a_i b_i by fused multiply-adds into 64 accumulators (term i goes to accumulator i mod 64),
 * which are then added pairwise, accumulator j with j + 32, j + 16, … , j + 1: the order is part of the contract, so
 * the result does not depend on the register width. Rows of at most 32 (16) terms use 32 (16) accumulators.
 *
 * <p><b>Shapes</b>: row-major matrices whose row length {@code stride} is a multiple of {@link #PAD}, padded with
 * zeros. <b>Special cases</b>: NaN and infinities propagate as in IEEE arithmetic. <b>Cost</b>: the vector twin does 8
 * to 16 multiply-adds per nanosecond in cache. An instance holds scratch memory and belongs to one thread.
 */
public interface Kernels {
    /** Every row length is a multiple of this. */
    int PAD = 16;

    /**
     * Number of floats to leave free before the first row: after the 16-byte array header, rows of whole cache lines
     * then start on a cache line if the JVM aligns large arrays, which makes wide loads about 20 % faster.
     */
    int FLOAT_LEAD = 12;

    /** Number of doubles to leave free before the first row, for the same reason. */
    int DOUBLE_LEAD = 6;

    /** The smallest multiple of {@link #PAD} that is at least {@code length}. */
    static int padded(int length) {
        return (length + PAD - 1) / PAD * PAD;
    }

    /** The plain-Java twin: the reference. */
    static Kernels plain() {
        return new PlainKernels();
    }

    /** The Vector API twin if the module is present and the machine has wide registers, else the plain one. */
    static Kernels fastest() {
        return VectorSupport.available() ? VectorSupport.create() : plain();
    }

    /** A label for reports, such as {@code "vector 512 bit"} or {@code "plain"}. */
    String describe();

    /** out[k] = rows[start + index[k] stride …] · vector for k &lt; count. */
    void dots(double[] rows, int start, int stride, int[] index, int count, double[] vector, double[] out);

    /** out[k] = rows[start + index[k] stride …] · vector for k &lt; count. */
    void dots(float[] rows, int start, int stride, int[] index, int count, float[] vector, float[] out);

    /** y_j = fma(factor, rows[offset + j], y_j) for j &lt; length, a multiple of {@link #PAD}. */
    void addScaled(double factor, double[] rows, int offset, int length, double[] y);

    /** y_j = fma(factor, rows[offset + j], y_j) for j &lt; length, a multiple of {@link #PAD}. */
    void addScaled(float factor, float[] rows, int offset, int length, float[] y);
}
