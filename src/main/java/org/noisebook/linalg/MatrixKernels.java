package org.noisebook.linalg;

/**
 * The products and activations of a fully connected layer, in a plain and a Vector API twin that give the same bits.
 *
 * <p>A layer maps a batch A[batch × inputs] to Z = A W with weights W[inputs × outputs]. With D[batch × outputs] the
 * derivative of the loss with respect to Z, its derivative with respect to A is D Wᵀ, and the SGD step adds AᵀD to W if
 * D carries the factor −η/B.
 *
 * <p>Every element of a result is one chain of fused multiply-adds in ascending order of the summed index: from 0 for
 * the two products, from the old weight for the update. Blocking and register width change nothing, so the twins agree
 * bit for bit, counting all NaNs as equal. The activations are custom polynomials, built from basic operations and fma.
 *
 * <p><b>Shapes</b>: row-major; a matrix is a {@link DoubleView} or {@link FloatView} with contiguous columns. Columns
 * are vectorised in whole groups of {@link Kernels#PAD}: W, Z, D in the update and the result of {@code
 * multiplyTransposed} own their columns up to {@link Kernels#padded}, which must be zero on input and stay zero for
 * finite numbers; φ(0) = 0 preserves them, while φ′(0) may be nonzero. Rows aligned to cache lines ({@link
 * Kernels#FLOAT_LEAD}) are faster. A result must not overlap an input.
 *
 * <p><b>Special cases</b>: any size may be 0; an empty sum is 0. NaN and infinities propagate as in IEEE arithmetic and
 * may then also appear in the padding of their row. <b>Error</b>: the error of a chain of n terms is within n unit
 * roundoffs times its absolute sum. Activations: see {@link DoubleMatrixKernels#activate(Activation, double, int,
 * DoubleView, DoubleView, DoubleView)}.
 *
 * <p><b>Cost</b>: a call allocates no array once the scratch memory is large enough, in multiplyTransposed at most two
 * thirds of the size of W. An instance holds that memory and belongs to one thread. The vector twin does 40 to 55
 * multiply-adds per nanosecond in float32 with 512-bit registers, the plain twin a third of that; the transposed
 * product is slower at small batches (half as fast at 16 rows and 128 × 128 weights), since it transposes W first, or D
 * and then the result if D is small. A read-out with one output wastes fifteen of sixteen columns; use {@link
 * Kernels#dots} and {@link Kernels#addScaled} instead.
 */
public interface MatrixKernels extends DoubleMatrixKernels, FloatMatrixKernels {
    /** The plain-Java twin: the reference. */
    static MatrixKernels plain() {
        return new PlainMatrixKernels();
    }

    /** The Vector API twin if the module is present and the machine has wide registers, else the plain one. */
    static MatrixKernels fastest() {
        return VectorSupport.available() ? VectorSupport.createMatrix() : plain();
    }

    /** A label for reports, such as {@code "vector 512 bit"} or {@code "plain"}. */
    String describe();
}
