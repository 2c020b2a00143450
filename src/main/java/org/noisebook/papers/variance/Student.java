package org.noisebook.papers.variance;

import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import org.noisebook.experiment.Parameter;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.Mlp;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.Shuffle;

/**
 * Regression on a teacher of ReLU units by SGD, which is convex for a linear student but not for one with hidden units.
 *
 * <p>y = Σ_k a_k max(0, w_k·x) + noise with x ~ N(0, 1_d), w_k and a_k normal, standardised on the noiseless test points to mean 0 and
 * variance 1; loss (f − y)²/2 on batches in a fresh order every epoch; initial weights N(0, 1/units read), biases 0. The
 * test error is the mean square error over the variance on noiseless test points, the same for all trainings; the response is its logarithm,
 * and 0 for a diverged training, as for a student that predicts the mean.
 *
 * <p><b>Streams</b>: {@code init}, {@code order}, {@code data}, {@code teacher} of a replica of the study.
 */
public record Student(
        @Parameter(standard = "30", value = "input dimension", symbol = "d", range = "[1, 16383]")
        int dimension,

        @Parameter(standard = "120", value = "number of training points", symbol = "n", range = "[1, 1000000]")
        int trainSize,

        @Parameter(standard = "5", value = "hidden units of the teacher", range = "[1, 10000]")
        int teacherUnits,

        @Parameter(standard = "20", value = "hidden ReLU units of the student; 0 is linear", range = "[0, 16383]")
        int hidden,

        @Parameter(standard = "0", value = "standard deviation of the labels' noise", range = "[0, 1e30]")
        double noise,

        @Parameter(standard = "10", value = "points per step", symbol = "B", range = "[1, trainSize]")
        int batchSize,

        @Parameter(standard = "30", value = "passes through the points", range = "[1, 1000000]")
        int epochs,

        @Parameter(standard = "0.05", value = "learning rate", symbol = "η", range = "(0, 1e30]")
        double learningRate,

        @Parameter(standard = "1000", value = "test points", range = "[2, 1000000]")
        int testSize)
        implements Learner {
    private static final double GAIN = 1;
    private static final int STEP_OPERATIONS = 6;

    @Override
    public Training train(Streams streams) {
        double[] test = normal(testSize * dimension, streams.at("test", 0));
        Teacher teacher = Teacher.of(this, streams.at("teacher"), test);
        Stream data = streams.at("data");
        double[] points = normal(trainSize * dimension, data);
        double[] labels = teacher.labels(points);
        for (int i = 0; i < trainSize; i++) {
            labels[i] = Math.fma(noise, data.nextGaussian(), labels[i]);
        }
        int[] widths = hidden == 0 ? new int[] {dimension, 1} : new int[] {dimension, hidden, 1};
        Mlp student = Mlp.of(widths, Activation.RELU, Math.max(batchSize, testSize), MatrixKernels.fastest());
        student.initialise(streams.at("init"), GAIN);
        double[] start = student.weights();
        descend(student, points, labels, streams.at("order"));
        student.forward(test, counted(testSize), 0, testSize);
        double error = squares(student, teacher.labels(test)) / testSize;
        int steps = epochs * ((trainSize + batchSize - 1) / batchSize);
        return Double.isFinite(error)
                ? new Training(
                        StopReason.COMPLETED, error, learningRate * steps, relativeChange(start, student.weights()))
                : new Training(StopReason.DIVERGED, Double.NaN, learningRate * steps, Double.NaN);
    }

    private void descend(Mlp student, double[] points, double[] labels, Stream order) {
        for (int epoch = 0; epoch < epochs; epoch++) {
            stopIfInterrupted();
            int[] turn = Shuffle.of(trainSize, order);
            for (int from = 0; from < trainSize; from += batchSize) {
                int count = Math.min(batchSize, trainSize - from);
                student.forward(points, turn, from, count);
                double[] slopes = new double[count];
                for (int k = 0; k < count; k++) {
                    slopes[k] = (student.activity(student.layers(), k, 0) - labels[turn[from + k]]) / count;
                }
                student.setSlopes(slopes);
                student.backward();
                student.descend(learningRate, 0);
            }
        }
    }

    private static double squares(Mlp student, double[] labels) {
        double sum = 0;
        for (int k = 0; k < labels.length; k++) {
            double off = student.activity(student.layers(), k, 0) - labels[k];
            sum = Math.fma(off, off, sum);
        }
        return sum;
    }

    private static double relativeChange(double[] start, double[] end) {
        double change = 0;
        double norm = 0;
        for (int k = 0; k < start.length; k++) {
            change = Math.fma(end[k] - start[k], end[k] - start[k], change);
            norm = Math.fma(start[k], start[k], norm);
        }
        return Math.sqrt(change / norm);
    }

    private static int[] counted(int count) {
        int[] index = new int[count];
        Arrays.setAll(index, i -> i);
        return index;
    }

    private static double[] normal(int count, Stream stream) {
        double[] x = new double[count];
        Arrays.setAll(x, i -> stream.nextGaussian());
        return x;
    }

    /** The target function. */
    private record Teacher(int dimension, double[] inner, double[] outer, double mean, double scale) {
        static Teacher of(Student config, Stream stream, double[] test) {
            double[] inner = normal(config.teacherUnits * config.dimension, stream);
            double[] outer = normal(config.teacherUnits, stream);
            double[] raw = new Teacher(config.dimension, inner, outer, 0, 1).labels(test);
            double mean = 0;
            for (double value : raw) {
                mean += value / raw.length;
            }
            double square = 0;
            for (double value : raw) {
                square += (value - mean) * (value - mean) / raw.length;
            }
            return new Teacher(config.dimension, inner, outer, mean, 1 / Math.sqrt(square));
        }

        double[] labels(double[] points) {
            double[] labels = new double[points.length / dimension];
            for (int i = 0; i < labels.length; i++) {
                double sum = -mean;
                for (int k = 0; k < outer.length; k++) {
                    double z = 0;
                    for (int j = 0; j < dimension; j++) {
                        z = Math.fma(inner[k * dimension + j], points[i * dimension + j], z);
                    }
                    sum = Math.fma(outer[k], Math.max(0, z), sum);
                }
                labels[i] = scale * sum;
            }
            return labels;
        }
    }

    @Override
    public double response(double testError) {
        return Double.isNaN(testError) ? 0 : StrictMath.log(testError);
    }

    @Override
    public double work() {
        return (double) STEP_OPERATIONS * epochs * trainSize * dimension * Math.max(1, hidden);
    }

    @Override
    public long memory() {
        return (long) Double.BYTES * (testSize + (long) trainSize) * (dimension + 5L * Math.max(1, hidden));
    }

    @Override
    public List<String> inputs() {
        return List.of();
    }
}
