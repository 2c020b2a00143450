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
 * <p><b>Shapes</b>: row-major; a matrix is a {@link DoubleView} or {@link FloatView} whose columns are neighbours. Where columns are vectorised they are taken in whole groups of {@link Kernels#PAD}: W, Z, D in the update
 * and the result of {@code multiplyTransposed} own their columns up to {@link Kernels#padded}, which must be zero on input
 * and stay zero for finite numbers; φ(0) = 0 keeps them, while φ′(0) need not be 0. Rows that start on cache lines
 * ({@link Kernels#FLOAT_LEAD}) are faster. A result must not overlap an input.
 *
 * <p><b>Special cases</b>: any size may be 0; a product over no terms is 0. NaN and infinities propagate as in IEEE
 * arithmetic and may then also stand in the padding of their row.
 *
 * <p><b>Error</b>: a chain of n terms is within n units of rounding of its absolute sum. Activations: see
 * {@link DoubleMatrixKernels#activate(Activation, double, int, DoubleView, DoubleView, DoubleView)}.
 *
 * <p><b>Cost</b>: no array is allocated in a call once the scratch memory has grown to its shapes, in multiplyTransposed to two
 * thirds of the size of W at most. An instance holds that memory and belongs to one thread. The vector twin does 40 to 55
 * multiply-adds a nanosecond in float32 with 512-bit registers, the plain twin a third of that; the transposed product is
 * slower at small batches (half as fast at 16 rows and 128 × 128 weights), for it transposes W first, or D and then the
 * result where D is small. A read-out with one output wastes fifteen of sixteen columns: use {@link Kernels#dots} and
 * {@link Kernels#addScaled} there.
 */
public interface MatrixKernels extends DoubleMatrixKernels, FloatMatrixKernels {
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
}
