package org.noisebook.linalg;

/**
 * The element-wise functions φ between the layers of a network.
 *
 * <p>GELU is taken in its tanh form: Hendrycks and Gimpel (2016), arXiv:1606.08415, section 2. SiLU: Elfwing, Uchibe
 * and Doya (2018), doi:10.1016/j.neunet.2017.12.012.
 */
public enum Activation {
    /** max(z, 0), with derivative 0 at 0. */
    RELU(0.5),
    /** tanh z. */
    TANH(0.394294490397842),
    /** z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2 = z σ(2 √(2/π) (z + 0.044715 z³)). */
    GELU(0.425193711033100),
    /** z σ(z) = z / (1 + e^−z). */
    SILU(0.355775519817348),
    /** erf z = 2/√π ∫_0^z e^(−u²) du; E[erf²] = (2/π) arcsin(2/3). */
    ERF(0.464559054397540),
    /** z. */
    LINEAR(1);

    /** √(2/π) and the coefficient of z³ in GELU. */
    private static final double ROOT = 0.7978845608028654;

    private static final double CUBIC = 0.044715;

    private final double secondMoment;

    Activation(double secondMoment) {
        this.secondMoment = secondMoment;
    }

    /** φ″(z), by {@link StrictMath}; 0 for ReLU and the linear function. */
    public double curvature(double z) {
        switch (this) {
            case TANH -> {
                double t = StrictMath.tanh(z);
                return -2 * t * (1 - t * t);
            }
            case GELU -> {
                double rise = ROOT * (1 + 3 * CUBIC * z * z);
                double t = StrictMath.tanh(ROOT * (z + CUBIC * z * z * z));
                return (1 - t * t) * (rise + z * (3 * CUBIC * ROOT * z - t * rise * rise));
            }
            case SILU -> {
                double sigma = 1 / (1 + StrictMath.exp(-z));
                return sigma * (1 - sigma) * (2 + z * (1 - 2 * sigma));
            }
            case ERF -> {
                return -4 / StrictMath.sqrt(Math.PI) * z * StrictMath.exp(-z * z);
            }
            default -> {
                return 0;
            }
        }
    }

    /** E[φ(z)²] for a standard normal z, to 14 digits. */
    public double secondMoment() {
        return secondMoment;
    }
}
