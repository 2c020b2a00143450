package org.noisebook.figure.sgd;

import java.util.List;
import java.util.Locale;
import org.noisebook.experiment.Schema;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.stats.Estimate;

/** What the perceptron figures share. */
final class PerceptronCells {
    static final Perceptron STUDY = new Perceptron();
    /** A margin that does not matter at temperatures of order one. */
    static final double NO_MARGIN = 0x1p-15;

    static final List<String> SOURCES = STUDY.sources();
    static final String REFERENCE = "exact event-driven SGD, float64, computed apart from this kit";

    private PerceptronCells() {}

    static PerceptronConfig config(
            double chi, int dimension, double trainSize, double batchSize, double rate, double margin) {
        return Schema.with(
                PerceptronConfig.standard(),
                "chi",
                chi,
                "dimension",
                dimension,
                "trainSize",
                (int) trainSize,
                "batchSize",
                (int) batchSize,
                "learningRate",
                rate,
                "margin",
                margin);
    }

    /** {@code χ = 1: 0.44 ± 0.02 [0.50]}: an exponent, the half-width of its interval, and theory's. */
    static String exponent(double chi, Estimate fitted, int digits, String theory) {
        String number = "%." + digits + "f";
        return String.format(
                Locale.ROOT,
                "χ = %.0f: " + number + " ± " + number + " [%s]",
                chi,
                fitted.mean(),
                (fitted.high() - fitted.low()) / 2,
                theory);
    }
}
