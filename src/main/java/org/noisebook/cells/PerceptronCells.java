package org.noisebook.cells;

import java.util.List;
import org.noisebook.experiment.Schema;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;

/** Code shared by the perceptron figures. */
public final class PerceptronCells {
    public static final Perceptron STUDY = new Perceptron();
    /** A margin that is negligible at temperatures of order one. */
    public static final double NO_MARGIN = 0x1p-15;

    public static final List<String> SOURCES = STUDY.sources();
    public static final String REFERENCE = "exact event-driven SGD, float64, computed independently of this kit";

    private PerceptronCells() {}

    public static PerceptronConfig config(
            double chi, int dimension, double trainSize, double batchSize, double rate, double margin) {
        PerceptronConfig points = Schema.with(PerceptronConfig.standard(), "chi", chi, "dimension", dimension);
        PerceptronConfig sizes = Schema.with(points, "trainSize", (int) trainSize, "batchSize", (int) batchSize);
        return Schema.with(sizes, "learningRate", rate, "margin", margin);
    }
}
