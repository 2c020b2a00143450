package org.noisebook.linalg;

/**
 * Depthwise convolution, with one window per channel, its derivative with respect to the map, and its SGD update of the
 * weights, in a plain and a Vector API twin that give the same bits.
 *
 * <p>With window W[k²][channels], padding p and stride s, a map A gives
 *
 * <p>Z[n][oy][ox][c] = Σ_ky Σ_kx A[n][oy s + ky − p][ox s + kx − p][c] W[ky k + kx][c],
 *
 * <p>where pixels outside the map contribute nothing. With D the derivative of the loss with respect to Z, its
 * derivative with respect to A is E, the adjoint sum, and the SGD step adds Σ A D to W if D carries the factor −η/B.
 * Depthwise convolutions: Sifre (2014), PhD thesis, section 6.2; Howard et al. (2017), arXiv:1704.04861.
 *
 * <p>Every element of a result is one chain of fused multiply-adds: from 0 over ascending (ky, kx) for the two maps,
 * from the old weight over ascending (n, oy, ox) for the step. Blocking and register width change nothing, so the twins
 * agree bit for bit, counting all NaNs as equal.
 *
 * <p><b>Shapes</b>: maps {@code [count][side][side][padded(channels)]} with sides of {@link Window#side()} (A, E) and
 * {@link Window#outputSide()} (Z, D), weights {@code [kernel · kernel][padded(channels)]}, each behind an offset, with
 * {@link Kernels#padded}. The padding channels must be zero on input and stay zero. Pixels aligned to cache lines
 * ({@link Kernels#FLOAT_LEAD}) are faster. A result must not overlap an input. <b>Special cases</b>: count and channels
 * may be 0. NaN and infinities propagate as in IEEE arithmetic and stay in their channel.
 *
 * <p><b>Error</b>: the error of a chain of n terms is within n unit roundoffs times its absolute sum. <b>Cost</b>: one
 * multiply-add per channel, output pixel and tap on the map; the vector twin does 10 to 20 per nanosecond in float32
 * with 512-bit registers. A call allocates no array once the scratch memory is large enough. An instance holds that
 * memory and belongs to one thread.
 */
public interface DepthwiseKernels extends DoubleDepthwiseKernels, FloatDepthwiseKernels {
    /** The plain-Java twin: the reference. */
    static DepthwiseKernels plain() {
        return new PlainDepthwiseKernels();
    }

    /** The Vector API twin if the module is present and the machine has wide registers, else the plain one. */
    static DepthwiseKernels fastest() {
        return VectorSupport.available() ? VectorSupport.createDepthwise() : plain();
    }
}
