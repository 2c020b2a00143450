package org.noisebook.linalg;

/** {@link MatrixKernels} in {@code double}. */
public interface DoubleMatrixKernels {
    /** Z[batch × outputs] = A[batch × inputs] W[inputs × outputs]. */
    void multiply(int batch, int inputs, int outputs, DoubleView a, DoubleView w, DoubleView z);

    /** Z[batch × outputs] += A[batch × inputs] W[inputs × outputs]; rows of A may overlap, here and in the others. */
    void addProduct(int batch, int inputs, int outputs, DoubleView a, DoubleView w, DoubleView z);

    /** E[batch × inputs] = D[batch × outputs] Wᵀ with W[inputs × outputs]. */
    void multiplyTransposed(int batch, int inputs, int outputs, DoubleView d, DoubleView w, DoubleView e);

    /** W[inputs × outputs] += A[batch × inputs]ᵀ D[batch × outputs]. */
    void addOuter(int batch, int inputs, int outputs, DoubleView a, DoubleView d, DoubleView w);

    /** y_j *= factor_j for j &lt; length, any length. */
    void multiplyElements(double[] factor, int factorStart, double[] y, int yStart, int length);

    /**
     * y_j *= slope_j for j &lt; length, any length, where ReLU's slope is inferred from its output: scale if out_j is
     * positive or NaN, else 0. Same slopes as {@code activate} gives, except where scale φ(z) is rounded to 0.
     */
    void multiplyReluSlopes(double scale, double[] out, int outStart, double[] y, int yStart, int length);

    /**
     * out_i = scale φ(z_i) and slope_i = scale φ′(z_i) for i &lt; length, a multiple of {@link Kernels#PAD}.
     *
     * <p><b>Special cases</b>: −∞ and +∞ give the limits; a limit of 0 has the sign with which the function approaches
     * it, and −0 is kept. NaN gives NaN, except that the slope of ReLU is then {@code scale}; the slope of the linear
     * function is always {@code scale}. Exponentials below e^−708, in float32 e^−87, are replaced by 0. <b>Error</b> at
     * scale 1, in units of the last place: tanh, GELU and SiLU within 3.5 of the result, erf within 1.5; their slopes
     * within 4.5 of the larger of the result and 1/8, since two have zeros, that of erf within 2.5.
     */
    void activate(Activation activation, double scale, int length, DoubleView z, DoubleView out, DoubleView slope);

    /** out_i = scale φ(z_i) alone, bit for bit as above; out may be z. */
    void activate(Activation activation, double scale, int length, DoubleView z, DoubleView out);
}
