package org.noisebook.linalg;

/**
 * The convolution of every channel of a map with a window of its own, its derivative by the map and its step by the
 * weights, in a plain and a Vector API twin that give the same bits.
 *
 * <p>With window W[k²][channels], padding p and stride s a map A gives
 *
 * <p>Z[n][oy][ox][c] = Σ_ky Σ_kx A[n][oy s + ky − p][ox s + kx − p][c] W[ky k + kx][c],
 *
 * <p>where pixels outside the map give no term. With the derivative D of the loss by Z, its derivative by A is E, the
 * adjoint sum, and the step of SGD adds Σ A D to W when D carries the factor −η/B. Depthwise convolutions: Sifre
 * (2014), PhD thesis, section 6.2; Howard et al. (2017), arXiv:1704.04861.
 *
 * <p>Every element of a result is one chain of fused multiply-adds: from 0 over ascending (ky, kx) for the two maps,
 * from the old weight over ascending (n, oy, ox) for the step. Blocking and register width change nothing, so the twins
 * agree in every bit, NaN being one value.
 *
 * <p><b>Shapes</b>: maps {@code [count][side][side][padded(channels)]} with sides of {@link Window#side()} (A, E) and
 * {@link Window#outputSide()} (Z, D), weights {@code [kernel · kernel][padded(channels)]}, each behind an offset, with
 * {@link Kernels#padded}. The padding channels must be zero on input and stay zero. Pixels on cache lines
 * ({@link Kernels#FLOAT_LEAD}) are faster. A result must not overlap an input.
 *
 * <p><b>Special cases</b>: count and channels may be 0. NaN and infinities propagate as in IEEE arithmetic and stay in
 * their channel.
 *
 * <p><b>Error</b>: a chain of n terms is within n units of rounding of its absolute sum.
 *
 * <p><b>Cost</b>: one multiply-add a channel for each pair of an output pixel and a tap on the map, with 512-bit
 * registers 10 to 20 of them a nanosecond in float32 by the vector twin. No array is allocated in a call once the scratch
 * memory has grown to its shapes. An instance holds that memory and belongs to one thread.
 */
public interface DepthwiseKernels extends DoubleDepthwiseKernels, FloatDepthwiseKernels {
    /** The plain-Java twin: the reference. */
    static DepthwiseKernels plain() {
        return new PlainDepthwiseKernels();
    }

    /** The Vector API twin where the module is present and the machine has wide registers, else the plain one. */
    static DepthwiseKernels fastest() {
        return VectorSupport.available() ? VectorSupport.createDepthwise() : plain();
    }

    /** A word for reports, such as {@code "vector 512 bit"} or {@code "plain"}. */
    String describe();
}
