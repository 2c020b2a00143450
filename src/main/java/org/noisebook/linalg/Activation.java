package org.noisebook.linalg;

/**
 * The element-wise functions φ between the layers of a network.
 *
 * <p>GELU is taken in its tanh form: Hendrycks and Gimpel (2016), arXiv:1606.08415, section 2. SiLU: Elfwing, Uchibe and
 * Doya (2018), doi:10.1016/j.neunet.2017.12.012.
 */
public enum Activation {
    /** max(z, 0), with derivative 0 at 0. */
    RELU(0.5),
    /** tanh z. */
    TANH(0.394294490397842),
    /** z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2 = z σ(2 √(2/π) (z + 0.044715 z³)). */
    GELU(0.425193711033100),
    /** z σ(z) = z / (1 + e^−z). */
    SILU(0.355775519817348);

    private final double secondMoment;

    Activation(double secondMoment) {
        this.secondMoment = secondMoment;
    }

    /** E[φ(z)²] for a standard normal z, to 14 digits. */
    public double secondMoment() {
        return secondMoment;
    }
}
