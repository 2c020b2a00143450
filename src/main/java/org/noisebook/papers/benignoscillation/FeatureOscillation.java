package org.noisebook.papers.benignoscillation;

import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Gradient descent on two features that fit one label together. If a large step makes the strong one oscillate, the mean residual is
 * positive, and this makes the weak one grow.
 *
 * <pre>
 *   F = s² + w²,   e = 1 − F,   s ← s (1 + 2ηe),   w ← w (1 + 2ηu²e)
 * </pre>
 *
 * <p>Two neurons with squared ReLU, one on a feature of strength 1, one on a feature of strength u, squared loss, label 1. Both start at
 * the absolute value of a normal number times {@code initialScale}; a negative factor flips the sign of s and changes nothing else. For w → 0 a run stays
 * bounded up to η = 1.
 *
 * <p><b>Threshold.</b> Near F = 1 a step turns e into e (1 − 4η(s² + u²w²)), so a fit is stable for η (s² + u²w²) &lt; 1/2; for w = 0, up to η = 1/2.
 *
 * <p><b>Jensen.</b> If |s| neither grows nor shrinks for long, ⟨ln|1 + 2ηe|⟩ = 0. The logarithm is concave, so ⟨e⟩ &gt; 0 wherever no factor
 * is negative, and term by term ⟨e⟩ = η⟨e²⟩ − (4/3) η²⟨e³⟩ + 2 η³⟨e⁴⟩ − ….
 *
 * <p><b>Two-step cycle</b> at fixed w, c = 1 − w². Its factors are a and 1/a; 2ηs² is 1/a before the factor a, and a before 1/a. Hence
 *
 * <pre>
 *   a + 1/a = 1 + 2ηc,   ⟨e⟩ = (2ηc − 1)/(4η),   ⟨e²⟩ = (4η²c² − 1)/(8η²),   ⟨e⟩/(η⟨e²⟩) = 2/(1 + 2ηc).
 * </pre>
 *
 * <p>Its multiplier is 9 − 2(1 + 2ηc)², so it is stable for 1/2 &lt; ηc &lt; (√5 − 1)/2 ≈ 0.618. Above follow longer cycles and chaos; from
 * ηc = (3√3 − 2)/4 ≈ 0.799 on, the largest s has a negative factor, s changes sign and the relations of means above fail. At ηc = 1,
 * where s = √(2c) cos θ goes to −√(2c) cos 3θ, e = −cos 2θ for c = 1: ⟨e⟩ = 0, ⟨e²⟩ = 1/2. Beyond, s diverges.
 *
 * <p><b>Weak weight.</b> To first order in u² on the two-step cycle, d ln w²/dt = 4ηu²⟨e⟩ = u²(2η − 1 − 2ηw²), which is logistic growth,
 *
 * <pre>
 *   w²(t) = L/(1 + (L/w²(0) − 1) e^(−u²(2η − 1)t)),   L = 1 − 1/(2η),
 * </pre>
 *
 * <p>up to the level L where the fit becomes stable; to all orders that level is (1 − 1/(2η))/(1 − u²). Derived here.
 */
@StudyInfo(
        id = "feature-oscillation",
        version = 2,
        title = "Gradient descent on a strong and a weak feature: a large step makes the strong one oscillate",
        streams = "init",
        sources = "Lu, Wu, Yang, Zou 2023, Benign Oscillation of Stochastic Gradient Descent with Large Learning Rates,"
                + " arXiv 2310.17074")
public final class FeatureOscillation extends PaperStudy<FeatureOscillation.Config, FeatureOscillation.Result> {
    /** Gradient descent on a strong feature of strength 1 and a weak one. */
    public record Config(
            @Parameter(standard = "0.1", value = "strength of the weak feature", symbol = "u", range = "[0, 1]")
            double weakStrength,

            @Parameter(standard = "0.6", value = "learning rate", symbol = "η", range = "(0, 1e30]")
            double learningRate,

            @Parameter(
                    standard = "1e-3",
                    value = "standard deviation of the weights at the start",
                    range = "[1e-100, 1e30]")
            double initialScale,

            @Parameter(standard = "4000", value = "steps of gradient descent", range = "[1, 100000000]")
            int steps,

            @Parameter(standard = "500", value = "first steps, left out of means", range = "[0, steps)")
            int discard,

            @Parameter(standard = "100", value = "steps between records of the weak weight", range = "[1, steps]")
            int recordEvery) {
        /** Number of records of the weak weight, including the initial one. */
        public int records() {
            return steps / recordEvery + 1;
        }
    }

    /** Moments of the residual e over the steps that are not discarded, and the growth of the weak weight. */
    public record Result(
            @Parameter(value = "mean residual", symbol = "⟨e⟩")
            double meanResidual,

            @Parameter(value = "mean squared residual", symbol = "⟨e²⟩")
            double meanSquaredResidual,

            @Parameter(value = "mean growth of the logarithm of the strong weight per step", symbol = "⟨ln|1+2ηe|⟩")
            double meanLogFactor,

            @Parameter(value = "size of the strong weight at the end", symbol = "|s|")
            double strong,

            @Parameter(value = "weak weight at the end", symbol = "w")
            double weak,

            @Parameter(length = "records", value = "weak weight, by record")
            Doubles weakCourse)
            implements Outcome {
        /** The ratio ⟨e⟩/(η⟨e²⟩), about 1 to lowest order in η; NaN without an oscillation. */
        double jensenRatio(double learningRate) {
            return meanResidual / (learningRate * meanSquaredResidual);
        }
    }

    /** The stability threshold of the learning rate for a fit by the strong feature alone. */
    static final double BORDER = 0.5;
    /** Steps between checks for an interruption, a power of two. */
    private static final int STRIDE = 4096;

    @Override
    protected Result measure(Config c, Streams streams) {
        Stream init = streams.at("init");
        double strong = c.initialScale() * Math.abs(init.nextGaussian());
        double weak = c.initialScale() * Math.abs(init.nextGaussian());
        double rate = 2 * c.learningRate();
        double weakRate = rate * c.weakStrength() * c.weakStrength();
        double[] course = new double[c.records()];
        course[0] = weak;
        double sum = 0;
        double squares = 0;
        double logs = 0;
        for (int step = 1; step <= c.steps(); step++) {
            if (step % STRIDE == 0) {
                stopIfInterrupted();
            }
            double residual = finite(1 - strong * strong - weak * weak);
            double factor = 1 + rate * residual;
            if (step > c.discard()) {
                sum += residual;
                squares += residual * residual;
                logs += StrictMath.log(Math.abs(factor));
            }
            strong *= factor;
            weak *= 1 + weakRate * residual;
            if (step % c.recordEvery() == 0) {
                course[step / c.recordEvery()] = weak;
            }
        }
        finite(strong * strong + weak * weak);
        int count = c.steps() - c.discard();
        return new Result(sum / count, squares / count, logs / count, Math.abs(strong), weak, Doubles.of(course));
    }

    @Override
    public double work(Config c) {
        return c.steps();
    }

    @Override
    public long memory(Config c) {
        return 2L * c.records() * Double.BYTES;
    }

    /** ⟨e⟩ on the two-step cycle at w = 0. */
    static double cycleResidual(double learningRate) {
        return (2 * learningRate - 1) / (4 * learningRate);
    }

    /** The weight w at which the oscillation ends. */
    static double weakLimit(double weakStrength, double learningRate) {
        return StrictMath.sqrt((1 - 1 / (2 * learningRate)) / (1 - weakStrength * weakStrength));
    }

    /** The weight w after a number of steps on the two-step cycle, to first order in u², from a positive start. */
    static double weak(double weakStrength, double learningRate, double start, double steps) {
        double level = 1 - 1 / (2 * learningRate);
        double growth = StrictMath.exp(-weakStrength * weakStrength * (2 * learningRate - 1) * steps);
        return StrictMath.sqrt(level / (1 + (level / (start * start) - 1) * growth));
    }
}
