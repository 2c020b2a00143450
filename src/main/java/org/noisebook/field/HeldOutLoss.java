package org.noisebook.field;

import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;

/**
 * The loss of a learned field on new draws of its interpolant, and its excess if the exact field is known.
 *
 * <p>Draws come in antithetic pairs at stratified times. Each repetition is an independent estimate, and the interval
 * is Student's t over repetitions. The excess is computed as half the mean squared error, which has less variance than
 * a difference of losses. Conditional networks are tested without their class.
 */
public final class HeldOutLoss {
    private static final int REPEATS = 8;
    private static final int TIMES = 100;
    private static final int POINTS = 256;

    private HeldOutLoss() {}

    /** E[½ f² − f·y] of the quantity that the network learned. */
    public static Estimate loss(LearnedField learned, Streams streams) {
        FieldConfig config = learned.config();
        Field.Evaluator field =
                learned.unconditional().field(config.objective()).evaluator(POINTS);
        double[][] f = new double[config.dimension()][POINTS];
        double margin = config.training().timeMargin();
        return mean(config, margin, 1 - margin, streams, draws -> {
            field.at(draws.t[0], draws.x, POINTS, f);
            return objective(f, draws.y);
        });
    }

    /** E[½ |f − f*|²] of the quantity that the network learned. */
    public static Estimate excess(LearnedField learned, Field exact, Streams streams) {
        double margin = learned.config().training().timeMargin();
        return excess(learned, learned.config().objective(), exact, margin, 1 - margin, streams);
    }

    /** E[½ |f − f*|²] of a chosen field, at times between two bounds. */
    public static Estimate excess(
            LearnedField learned, Objective objective, Field exact, double from, double to, Streams streams) {
        FieldConfig config = learned.config();
        Field.Evaluator field = learned.unconditional().field(objective).evaluator(POINTS);
        Field.Evaluator truth = exact.evaluator(POINTS);
        double[][] f = new double[config.dimension()][POINTS];
        double[][] g = new double[config.dimension()][POINTS];
        return mean(config, from, to, streams, draws -> {
            field.at(draws.t[0], draws.x, POINTS, f);
            truth.at(draws.t[0], draws.x, POINTS, g);
            return halfSquare(f, g);
        });
    }

    /** Σ f²/2 − y f. */
    private static double objective(double[][] f, double[][] y) {
        double sum = 0;
        for (int j = 0; j < f.length; j++) {
            for (int k = 0; k < f[j].length; k++) {
                sum = Math.fma(f[j][k], f[j][k] / 2 - y[j][k], sum);
            }
        }
        return sum;
    }

    /** Σ (f − g)²/2. */
    private static double halfSquare(double[][] f, double[][] g) {
        double sum = 0;
        for (int j = 0; j < f.length; j++) {
            for (int k = 0; k < f[j].length; k++) {
                double off = f[j][k] - g[j][k];
                sum = Math.fma(off, off / 2, sum);
            }
        }
        return sum;
    }

    private interface Measure {
        /** A sum over points drawn at one time. */
        double of(FieldDraws draws);
    }

    private static Estimate mean(FieldConfig config, double from, double to, Streams streams, Measure measure) {
        FieldDraws draws = FieldDraws.testing(config, streams, POINTS);
        double[] values = new double[REPEATS];
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            double sum = 0;
            for (int part = 0; part < TIMES; part++) {
                double step = (to - from) / TIMES;
                draws.draw(POINTS, from + part * step, from + (part + 1) * step);
                sum += measure.of(draws);
            }
            values[repeat] = sum / (TIMES * POINTS);
        }
        return Estimate.ofMean(values);
    }
}
