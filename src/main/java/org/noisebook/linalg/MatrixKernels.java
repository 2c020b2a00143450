package org.noisebook.linalg;

/**
 * The products and activations of a fully connected layer, in a plain and a Vector API twin that give the same bits.
 *
 * <p>A layer takes a batch A[batch × inputs] to Z = A W with weights W[inputs × outputs]. With the derivative D[batch ×
 * outputs] of the loss by Z, its derivative by A is D Wᵀ, and the step of SGD adds AᵀD to W when D carries the factor
 * −η/B.
 *
 * <p>Every element of a result is one chain of fused multiply-adds in ascending order of the summed index: from 0 for the
 * two products, from the old weight for the update. Blocking and register width change nothing, so the twins agree in
 * every bit, NaN being one value. The activations are polynomials of our own, built from the basic operations and fma.
 *
 * <p><b>Shapes</b>: row-major; a matrix is an array, the offset of its first element and the distance {@code stride} from
 * row to row. Where columns are vectorised they are taken in whole groups of {@link Kernels#PAD}: W, Z, D in the update
 * and the result of {@code multiplyTransposed} own their columns up to {@link Kernels#padded}, which must be zero on input
 * and stay zero for finite numbers; φ(0) = 0 keeps them, while φ′(0) need not be 0. Rows that start on cache lines
 * ({@link Kernels#FLOAT_LEAD}) are faster. A result must not overlap an input.
 *
 * <p><b>Special cases</b>: any size may be 0; a product over no terms is 0. NaN and infinities propagate as in IEEE
 * arithmetic and may then also stand in the padding of their row.
 *
 * <p><b>Error</b>: a chain of n terms is within n units of rounding of its absolute sum. Activations: see
 * {@link #activate(Activation, float, float[], int, float[], int, float[], int, int)}.
 *
 * <p><b>Cost</b>: no allocation in a call once the scratch memory has grown to its shapes, in multiplyTransposed to two
 * thirds of the size of W at most. An instance holds that memory and belongs to one thread. The vector twin does 40 to 55
 * multiply-adds a nanosecond in float32 with 512-bit registers, the plain twin a third of that; the transposed product is
 * slower at small batches (half as fast at 16 rows and 128 × 128 weights), for it transposes W first, or D and then the
 * result where D is small. A read-out with one output wastes fifteen of sixteen columns: use {@link Kernels#dots} and
 * {@link Kernels#addScaled} there.
 */
public interface MatrixKernels {
    /** The plain-Java twin: the reference. */
    static MatrixKernels plain() {
        return new PlainMatrixKernels();
    }

    /** The Vector API twin where the module is present and the machine has wide registers, else the plain one. */
    static MatrixKernels fastest() {
        return VectorSupport.available() ? VectorSupport.createMatrix() : plain();
    }

    /** A word for reports, such as {@code "vector 512 bit"} or {@code "plain"}. */
    String describe();

    /** Z[batch × outputs] = A[batch × inputs] W[inputs × outputs]. */
    void multiply(
            int batch,
            int inputs,
            int outputs,
            float[] a,
            int aStart,
            int aStride,
            float[] w,
            int wStart,
            int wStride,
            float[] z,
            int zStart,
            int zStride);

    /** E[batch × inputs] = D[batch × outputs] Wᵀ with W[inputs × outputs]. */
    void multiplyTransposed(
            int batch,
            int inputs,
            int outputs,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
            int wStart,
            int wStride,
            float[] e,
            int eStart,
            int eStride);

    /** W[inputs × outputs] += A[batch × inputs]ᵀ D[batch × outputs]. */
    void addOuter(
            int batch,
            int inputs,
            int outputs,
            float[] a,
            int aStart,
            int aStride,
            float[] d,
            int dStart,
            int dStride,
            float[] w,
            int wStart,
            int wStride);

    /** y_j *= factor_j for j &lt; length, any length. */
    void multiplyElements(float[] factor, int factorStart, float[] y, int yStart, int length);

    /**
     * y_j *= slope_j for j &lt; length, any length, with the slopes of ReLU read off its results: scale where out_j is positive
     * or NaN, else 0. The same as {@code activate} gives, but where scale φ(z) is rounded to 0.
     */
    void multiplyReluSlopes(float scale, float[] out, int outStart, float[] y, int yStart, int length);

    /**
     * out_i = scale φ(z_i) and slope_i = scale φ′(z_i) for i &lt; length, a multiple of {@link Kernels#PAD}.
     *
     * <p><b>Special cases</b>: at −∞ and +∞ the limits; the limit 0 has the sign of the function before it, and −0 is kept. NaN
     * gives NaN, except that the slope of ReLU is then {@code scale}. Exponentials below e^−87 are taken as 0.
     *
     * <p><b>Error</b> at scale 1, in units of the last place: tanh, GELU and SiLU within 3.5 of the result; their slopes within
     * 4.5 of the larger of the result and 1/8, since two of them have zeros.
     */
    void activate(
            Activation activation,
            float scale,
            float[] z,
            int zStart,
            float[] out,
            int outStart,
            float[] slope,
            int slopeStart,
            int length);

    /** out_i = scale φ(z_i) alone, the same bits; out may be z. */
    void activate(Activation activation, float scale, float[] z, int zStart, float[] out, int outStart, int length);

    /** Z[batch × outputs] = A[batch × inputs] W[inputs × outputs]. */
    void multiply(
            int batch,
            int inputs,
            int outputs,
            double[] a,
            int aStart,
            int aStride,
            double[] w,
            int wStart,
            int wStride,
            double[] z,
            int zStart,
            int zStride);

    /** E[batch × inputs] = D[batch × outputs] Wᵀ with W[inputs × outputs]. */
    void multiplyTransposed(
            int batch,
            int inputs,
            int outputs,
            double[] d,
            int dStart,
            int dStride,
            double[] w,
            int wStart,
            int wStride,
            double[] e,
            int eStart,
            int eStride);

    /** W[inputs × outputs] += A[batch × inputs]ᵀ D[batch × outputs]. */
    void addOuter(
            int batch,
            int inputs,
            int outputs,
            double[] a,
            int aStart,
            int aStride,
            double[] d,
            int dStart,
            int dStride,
            double[] w,
            int wStart,
            int wStride);

    /** y_j *= factor_j for j &lt; length, any length. */
    void multiplyElements(double[] factor, int factorStart, double[] y, int yStart, int length);

    /** y_j *= slope_j for j &lt; length, with the slopes of ReLU: scale where its result out_j is positive or NaN, else 0. */
    void multiplyReluSlopes(double scale, double[] out, int outStart, double[] y, int yStart, int length);

    /**
     * The same in double precision; exponentials below e^−708 are taken as 0.
     *
     * <p><b>Error</b>: as in single precision.
     */
    void activate(
            Activation activation,
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length);

    /** out_i = scale φ(z_i) alone, the same bits; out may be z. */
    void activate(Activation activation, double scale, double[] z, int zStart, double[] out, int outStart, int length);
}
