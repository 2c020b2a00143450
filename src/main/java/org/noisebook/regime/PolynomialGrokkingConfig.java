package org.noisebook.regime;

import java.util.stream.DoubleStream;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/** Gradient descent of a two-layer network with a fixed second layer on a polynomial of one direction. */
public record PolynomialGrokkingConfig(
        @Parameter(value = "dimension of the points", symbol = "D", range = "[1, 2000]")
        int dimension,

        @Parameter(value = "number of training points", symbol = "P", range = "[1, 4000]")
        int trainSize,

        @Parameter(value = "number of test points", range = "[1, 10000]")
        int testSize,

        @Parameter(value = "number of neurons at the start", symbol = "N", range = "[1, 100000]")
        int width,

        @Parameter(value = "output scale: large is lazy", symbol = "α", range = "[1e-6, 1e9]")
        double outputScale,

        @Parameter(value = "curvature of the activation z + εz²/2", symbol = "ε", range = "[0, 1000]")
        double curvature,

        @Parameter(value = "learning rate in units of N/α²", symbol = "ηα²/N", range = "(0, 1e9]")
        double learningRate,

        @Parameter(value = "steps of gradient descent", range = "[1, 1000000]")
        int steps,

        @Parameter(value = "records a decade of steps", range = "[1, 100]")
        int recordsPerDecade) {
    /** Validates. */
    public PolynomialGrokkingConfig {
        Ranges.check(
                PolynomialGrokkingConfig.class,
                dimension,
                trainSize,
                testSize,
                width,
                outputScale,
                curvature,
                learningRate,
                steps,
                recordsPerDecade);
    }

    /** D = 40, P = 220, 1,000 test points, N = 500, α = 1, ε = 1/4, η = 8 N/α², 2,000 steps, 24 records a decade. */
    public static PolynomialGrokkingConfig standard() {
        return new PolynomialGrokkingConfig(40, 220, 1000, 500, 1, 0.25, 8, 2000, 24);
    }

    /** The steps that are recorded, from 0 to the last, evenly spaced in their logarithm. */
    public double[] recordSteps() {
        int count = (int) Math.ceil(recordsPerDecade * StrictMath.log10(steps));
        DoubleStream between = DoubleStream.iterate(0, k -> k + 1)
                .limit(count)
                .map(k -> Math.floor(StrictMath.pow(10, k / recordsPerDecade)))
                .filter(step -> step < steps);
        return DoubleStream.concat(DoubleStream.of(0), DoubleStream.concat(between, DoubleStream.of(steps)))
                .distinct()
                .toArray();
    }
}
