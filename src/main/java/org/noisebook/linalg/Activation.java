package org.noisebook.linalg;

/**
 * The element-wise functions φ between the layers of a network.
 *
 * <p>GELU is taken in its tanh form: Hendrycks and Gimpel (2016), arXiv:1606.08415, section 2. SiLU: Elfwing, Uchibe and
 * Doya (2018), doi:10.1016/j.neunet.2017.12.012.
 */
public enum Activation {
    /** max(z, 0), with derivative 0 at 0. */
    RELU,
    /** tanh z. */
    TANH,
    /** z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2 = z σ(2 √(2/π) (z + 0.044715 z³)). */
    GELU,
    /** z σ(z) = z / (1 + e^−z). */
    SILU
}
