package org.noisebook.regime.recurrent;

import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.linalg.Kernels;

/**
 * One training of a recurrent network from an initial connectivity (Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie
 * 2024, arXiv 2310.08513).
 */
public record RecurrentConfig(
        @Parameter("what it learns: twoAlternativeChoice, delayedMatch, contextDecision or imageRows")
        RecurrentTask task,

        @Parameter(value = "recurrent units", symbol = "N", range = "[1, 4096]")
        int width,

        @Parameter(value = "share of the state that a step replaces, dt/τ", symbol = "a", range = "(0, 1]")
        double leak,

        @Parameter("structure of the initial recurrent weights, such as gaussian or lowRank(rank=5)")
        Connectivity connectivity,

        @Parameter(value = "initial size: weights of standard deviation g/√N", symbol = "g", range = "(0, 1e6]")
        double gain,

        @Parameter("what all structures share: frobenius or largestSingularValue")
        Connectivity.Norm norm,

        @Parameter(value = "learning rate", symbol = "η", range = "(0, 1e30]")
        double learningRate,

        @Parameter(value = "momentum", symbol = "μ", range = "[0, 1]")
        double momentum,

        @Parameter(value = "trials a step", symbol = "B", range = "[1, 65536]")
        int batchSize,

        @Parameter(value = "steps of SGD", range = "[1, 1000000000]")
        int iterations,

        @Parameter(value = "trials of the test loss and accuracy", range = "[1, 1000000]")
        int testTrials,

        @Parameter(value = "test trials of the tangent kernels", range = "[1, probes]")
        int kernelProbes,

        @Parameter(value = "test trials of the representation", range = "[1, testTrials]")
        int probes,

        @Parameter(
                value =
                        "moments, evenly spaced in the logarithm of the step, at which the movement is recorded; 0 for none",
                range = "[0, 1000]")
        int records) {
    /** What an array may hold. */
    private static final int MOST_ROWS = 8192;

    private static final int MOST_NUMBERS = Integer.MAX_VALUE / 2;

    public RecurrentConfig {
        Ranges.check(
                RecurrentConfig.class,
                task,
                width,
                leak,
                connectivity,
                gain,
                norm,
                learningRate,
                momentum,
                batchSize,
                iterations,
                testTrials,
                kernelProbes,
                probes,
                records);
        // A common shift of all classes is no direction.
        connectivity.check(width, task.classes() - 1);
        if (task instanceof RecurrentTask.ImageRows images) {
            Check.inRange("batchSize", batchSize, 1, "task.trainSize", images.trainSize());
            int left = images.dataset().points() - images.trainSize();
            Check.inRange("testTrials", testTrials, 1, "images beside task.trainSize", left);
        }
        checkSize("probes · width", (long) probes * width);
        checkSize("testTrials · steps · inputs", (long) testTrials * task.steps() * task.inputs());
        checkSize("batchSize · steps · width", (long) batchSize * (task.steps() + 1) * (width + 2L * Kernels.PAD));
        checkSize(
                "task.classes · steps² · width",
                (long) task.classes() * task.countedSteps() * task.steps() * (width + 2L * Kernels.PAD));
        int rows = task.classes() * task.countedSteps();
        Check.inRange("kernelProbes", kernelProbes, 1, MOST_ROWS + " rows of the kernel / " + rows, MOST_ROWS / rows);
    }

    private static void checkSize(String name, long size) {
        Check.inRange(name, size, 1, MOST_NUMBERS);
    }

    /** The authors' two-alternative choice at N = 100: gain 1.25, η = 0.003, μ = 0.9, 32 trials, 4000 steps. */
    public static RecurrentConfig standard() {
        return new RecurrentConfig(
                RecurrentTask.TwoAlternativeChoice.standard(),
                100,
                1,
                new Connectivity.Gaussian(),
                Connectivity.STANDARD_GAIN,
                Connectivity.Norm.FROBENIUS,
                0.003,
                0.9,
                32,
                4000,
                4096,
                16,
                320,
                0);
    }
}
