package org.noisebook.sgd;

/**
 * The oscillation of a strong feature under gradient descent in closed form, and what it does to a weak one.
 *
 * <p>s ← s (1 + 2ηe), w ← w (1 + 2ηu²e), e = 1 − s² − w² ({@link FeatureOscillationStudy}).
 *
 * <p><b>Border.</b> Near F = 1 a step turns e into e (1 − 4η(s² + u²w²)), so that a fit is stable for η (s² + u²w²)
 * &lt; 1/2: for w = 0 up to η = 1/2.
 *
 * <p><b>Jensen.</b> If |s| neither grows nor shrinks for long, ⟨ln|1 + 2ηe|⟩ = 0. The logarithm is concave, so ⟨e⟩ &gt;
 * 0 wherever no factor is negative, and term by term
 *
 * <pre>
 *   ⟨e⟩ = η⟨e²⟩ − (4/3) η²⟨e³⟩ + 2 η³⟨e⁴⟩ − …
 * </pre>
 *
 * <p><b>Cycle of two steps</b>, w held, c = 1 − w². Its factors are a and 1/a, and 2ηs² is 1/a before the factor a and
 * a before 1/a, hence
 *
 * <pre>
 *   a + 1/a = 1 + 2ηc,   ⟨e⟩ = (2ηc − 1)/(4η),   ⟨e²⟩ = (4η²c² − 1)/(8η²),   ⟨e⟩/(η⟨e²⟩) = 2/(1 + 2ηc).
 * </pre>
 *
 * <p>Its multiplier is 9 − 2(1 + 2ηc)²: it is stable for 1/2 &lt; ηc &lt; (√5 − 1)/2 ≈ 0.618. Above come longer cycles
 * and chaos; from ηc = (3√3 − 2)/4 ≈ 0.799 on, where the largest s has a negative factor, s changes its sign and the
 * order of means above ends. At ηc = 1, where s = √(2c) cos θ goes to −√(2c) cos 3θ, e = −cos 2θ for c = 1: ⟨e⟩ = 0,
 * ⟨e²⟩ = 1/2. Beyond, s diverges.
 *
 * <p><b>Weak weight.</b> To first order in u² on the cycle of two steps, d ln w²/dt = 4ηu²⟨e⟩ = u²(2η − 1 − 2ηw²):
 * logistic growth,
 *
 * <pre>
 *   w²(t) = L/(1 + (L/w²(0) − 1) e^(−u²(2η − 1)t)),   L = 1 − 1/(2η),
 * </pre>
 *
 * <p>to the level where the fit becomes stable; all orders give the border (1 − 1/(2η))/(1 − u²).
 *
 * <p><b>Source</b>: derived here for the mechanism of Lu, Wu, Yang and Zou 2023, arXiv 2310.17074. <b>Range</b>: η in
 * (1/2, 0.618) for the forms of the cycle. <b>Cost</b>: nanoseconds.
 */
public final class FeatureOscillationRules {
    /** The learning rate above which no fit by the strong feature alone is stable. */
    public static final double BORDER = 0.5;

    /** (√5 − 1)/2: the learning rate above which the cycle of two steps is not stable. */
    public static final double CYCLE_END = (StrictMath.sqrt(5) - 1) / 2;

    private FeatureOscillationRules() {}

    /** ⟨e⟩ of the cycle of two steps at w = 0. */
    public static double cycleResidual(double learningRate) {
        return (2 * learningRate - 1) / (4 * learningRate);
    }

    /** ⟨e²⟩ of the cycle of two steps at w = 0. */
    public static double cycleSquaredResidual(double learningRate) {
        return (4 * learningRate * learningRate - 1) / (8 * learningRate * learningRate);
    }

    /** w at which the oscillation ends. */
    public static double weakLimit(double weakStrength, double learningRate) {
        return StrictMath.sqrt((1 - 1 / (2 * learningRate)) / (1 - weakStrength * weakStrength));
    }

    /**
     * w after so many steps on the cycle of two steps, to first order in u².
     *
     * @param start w at step 0, positive
     */
    public static double weak(double weakStrength, double learningRate, double start, double steps) {
        double level = 1 - 1 / (2 * learningRate);
        double growth = StrictMath.exp(-weakStrength * weakStrength * (2 * learningRate - 1) * steps);
        return StrictMath.sqrt(level / (1 + (level / (start * start) - 1) * growth));
    }
}
