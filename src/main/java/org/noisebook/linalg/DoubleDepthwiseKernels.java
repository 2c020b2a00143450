package org.noisebook.linalg;

/** {@link DepthwiseKernels} in {@code double}. */
public interface DoubleDepthwiseKernels {
    /** Z = A ∗ W. */
    void forward(Window window, int count, int channels, DoubleView a, DoubleView w, DoubleView z);

    /**
     * E[n][iy][ix][c] = Σ D[n][oy][ox][c] W[ky k + kx][c] over the taps with oy s + ky − p = iy and ox s + kx − p = ix.
     */
    void backward(Window window, int count, int channels, DoubleView d, DoubleView w, DoubleView e);

    /** W[ky k + kx][c] += Σ_n Σ_oy Σ_ox A[n][oy s + ky − p][ox s + kx − p][c] D[n][oy][ox][c]. */
    void addOuter(Window window, int count, int channels, DoubleView a, DoubleView d, DoubleView w);
}
