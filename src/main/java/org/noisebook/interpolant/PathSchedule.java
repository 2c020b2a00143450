package org.noisebook.interpolant;

import org.noisebook.experiment.Schema;

/**
 * A schedule composed of a path, which gives α and β, and a latent noise γ.
 *
 * <p>In configs: {@code pathSchedule(path=linear, latent=root(a=2))}. One-sided interpolants, whose x_0 is the noise,
 * are those with {@code latent=none} and a standard normal start. A diffusive interpolant is {@link #linear} with a =
 * 2ε and drift b + ε s.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 4. Their equation (4.9) has α
 * and β of the linear schedule exchanged; the encoding–decoding schedule has α² + β² + γ² = 1 − sin²(2πt)/2 instead of
 * 1, as they state. <b>Special cases</b>: α, β, γ are exactly 0 and 1 at the ends. Two cases are rejected:
 * encoding–decoding without latent noise, which is a point at t = 1/2, and a variance-exact path whose γ reaches 1,
 * where α and β have a kink.
 *
 * @param path α and β
 * @param latent γ
 */
public record PathSchedule(Path path, Latent latent) implements Schedule {

    /** The coefficients α and β. */
    public enum Path {
        /** α = 1 − t and β = t. */
        LINEAR,
        /** α = cos(πt/2) and β = sin(πt/2). */
        TRIGONOMETRIC,
        /** The trigonometric path times √(1 − γ²), so that α² + β² + γ² = 1. */
        VARIANCE_EXACT,
        /** cos²(πt) for α in the first half of the time and for β in the second, else 0. */
        ENCODING_DECODING,
        /** α = √(1 − t²) and β = t, the path of score-based diffusion with t = e^−τ. */
        VARIANCE_PRESERVING,
        /** α = 0 and β = 1, from a density to itself. */
        MIRROR
    }

    public PathSchedule {
        if (path == Path.ENCODING_DECODING && latent instanceof Latent.None) {
            throw new IllegalArgumentException("latent must not be none for path=encodingDecoding, got none");
        }
        if (path == Path.VARIANCE_EXACT && !(latent.largestSquared() < 1)) {
            throw new IllegalArgumentException(
                    "latent must stay below 1 for path=varianceExact, got " + Schema.formatValue(latent));
        }
    }

    /** The linear path with γ = √(t (1 − t)). */
    public static PathSchedule standard() {
        return linear(1);
    }

    /** The linear schedule α = 1 − t, β = t, γ = √(a t (1 − t)), with a at least 0. */
    public static PathSchedule linear(double a) {
        return new PathSchedule(Path.LINEAR, a == 0 ? new Latent.None() : new Latent.Root(a));
    }

    /** A path without latent noise. */
    public static PathSchedule of(Path path) {
        return new PathSchedule(path, new Latent.None());
    }

    @Override
    public double alpha(double t) {
        return switch (path) {
            case LINEAR -> 1 - t;
            case TRIGONOMETRIC -> sine(1 - t);
            case VARIANCE_EXACT -> shrink(t) * sine(1 - t);
            case ENCODING_DECODING -> t < 0.5 ? squaredCosine(t) : 0;
            case VARIANCE_PRESERVING -> Math.sqrt((1 - t) * (1 + t));
            case MIRROR -> 0;
        };
    }

    @Override
    public double beta(double t) {
        return switch (path) {
            case LINEAR, VARIANCE_PRESERVING -> t;
            case TRIGONOMETRIC -> sine(t);
            case VARIANCE_EXACT -> shrink(t) * sine(t);
            case ENCODING_DECODING -> t > 0.5 ? squaredCosine(1 - t) : 0;
            case MIRROR -> 1;
        };
    }

    @Override
    public double alphaDot(double t) {
        return switch (path) {
            case LINEAR -> -1;
            case TRIGONOMETRIC -> -sineDot(1 - t);
            case VARIANCE_EXACT -> shrinkDot(t) * sine(1 - t) - shrink(t) * sineDot(1 - t);
            case ENCODING_DECODING -> t < 0.5 ? squaredCosineDot(t) : 0;
            case VARIANCE_PRESERVING -> -t / alpha(t);
            case MIRROR -> 0;
        };
    }

    @Override
    public double betaDot(double t) {
        return switch (path) {
            case LINEAR, VARIANCE_PRESERVING -> 1;
            case TRIGONOMETRIC -> sineDot(t);
            case VARIANCE_EXACT -> shrinkDot(t) * sine(t) + shrink(t) * sineDot(t);
            case ENCODING_DECODING -> t > 0.5 ? -squaredCosineDot(1 - t) : 0;
            case MIRROR -> 0;
        };
    }

    @Override
    public double alphaAlphaDot(double t) {
        return path == Path.VARIANCE_PRESERVING ? -t : alpha(t) * alphaDot(t);
    }

    @Override
    public double gammaSquared(double t) {
        return latent.squared(t);
    }

    @Override
    public double gammaGammaDot(double t) {
        return latent.product(t);
    }

    @Override
    public double[] breaks() {
        return path == Path.ENCODING_DECODING ? new double[] {0.5} : new double[0];
    }

    /** sin(πt/2), computed as the cosine for 1 − t, which is exact at both ends. */
    private static double sine(double t) {
        return StrictMath.sin(Math.PI / 2 * t);
    }

    private static double sineDot(double t) {
        return Math.PI / 2 * sine(1 - t);
    }

    private static double squaredCosine(double t) {
        double cosine = StrictMath.cos(Math.PI * t);
        return cosine * cosine;
    }

    private static double squaredCosineDot(double t) {
        return -Math.PI * StrictMath.sin(2 * Math.PI * t);
    }

    /** The factor √(1 − γ²). */
    private double shrink(double t) {
        return Math.sqrt(1 - latent.squared(t));
    }

    private double shrinkDot(double t) {
        return -latent.product(t) / shrink(t);
    }
}
