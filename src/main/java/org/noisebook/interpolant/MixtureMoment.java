package org.noisebook.interpolant;

import java.util.function.DoubleUnaryOperator;

/** The quantity p x_0 + q x_1 + r z whose conditional mean is a field of a mixture interpolant, at any time. */
interface MixtureMoment {
    MixtureMoment VELOCITY = (s, t) -> new Terms(s.alphaDot(t), s.betaDot(t), s.alphaAlphaDot(t), s.gammaGammaDot(t));
    MixtureMoment INTERPOLANT_VELOCITY = (s, t) -> new Terms(s.alphaDot(t), s.betaDot(t), s.alphaAlphaDot(t), 0);
    MixtureMoment START = (s, t) -> new Terms(1, 0, s.alpha(t), 0);
    MixtureMoment END = (s, t) -> new Terms(0, 1, 0, 0);
    MixtureMoment NOISE = (s, t) -> new Terms(0, 0, 0, s.gamma(t));
    /** The score, −z/γ. */
    MixtureMoment SCORE = (s, t) -> new Terms(0, 0, 0, -1);

    /** The drift b + ε s. */
    static MixtureMoment drift(DoubleUnaryOperator diffusion, int sign) {
        return (s, t) -> {
            double epsilon = diffusion.applyAsDouble(t);
            if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("diffusion must be in [0, inf), got " + epsilon + " at t=" + t);
            }
            Terms b = VELOCITY.at(s, t);
            return new Terms(b.start, b.end, b.startAlpha, b.latentGamma - sign * epsilon);
        };
    }

    /** The factors at a time. */
    Terms at(Schedule schedule, double t);

    /**
     * Factors, and those of their products that stay finite where a factor diverges.
     *
     * @param start p
     * @param end q
     * @param startAlpha p α
     * @param latentGamma r γ
     */
    record Terms(double start, double end, double startAlpha, double latentGamma) {}
}
