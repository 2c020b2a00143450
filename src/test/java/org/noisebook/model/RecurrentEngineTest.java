package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.RecurrentNetwork.Block;
import org.noisebook.model.RecurrentNetwork.LossSteps;
import org.noisebook.rng.Streams;

class RecurrentEngineTest {
    /** Central differences of step 1e-5 in float64: truncation 1e-10, rounding 1e-11 of numbers of order 1. */
    private static final double DIFFERENCE_STEP = 1e-5;

    private static final double DIFFERENCE_ERROR = 1e-8;
    /** Sums of a few hundred rounded terms of order 1. */
    private static final double ROUNDING = 1e-12;

    /** The same of products of gradients of order 1, summed over a few hundred weights. */
    private static final double KERNEL_ERROR = 1e-7;

    private static final int TRIALS = 5;
    private static final int INPUTS = 3;

    static Stream<Arguments> cases() {
        return Stream.of(LossSteps.values())
                .flatMap(loss -> Stream.of(1.0, 0.3)
                        .flatMap(leak -> Stream.of(
                                Arguments.of(new RecurrentNetwork(INPUTS, 7, 3, leak), 4, loss),
                                Arguments.of(new RecurrentNetwork(INPUTS, 17, 4, leak), 1, loss),
                                Arguments.of(new RecurrentNetwork(INPUTS, 20, 2, leak), 6, loss))));
    }

    private static Trials trials(int count, int steps, int classes) {
        org.noisebook.rng.Stream stream = Streams.of(1).at("data");
        Trials trials = Trials.of(count, steps, INPUTS);
        for (int i = 0; i < count; i++) {
            for (int t = 0; t < steps; t++) {
                for (int c = 0; c < INPUTS; c++) {
                    trials.putInput(i, t, c, stream.nextGaussian());
                }
                trials.putLabel(i, t, stream.nextIndex(classes));
            }
        }
        return trials;
    }

    /** Weights with which about half of the units are on. */
    private static RecurrentEngine engine(
            RecurrentNetwork network, int steps, LossSteps loss, int capacity, MatrixKernels products) {
        RecurrentEngine engine = network.engine(steps, loss, capacity, products);
        org.noisebook.rng.Stream init = Streams.of(1).at("init");
        double[] start = new double[network.width() * network.width()];
        for (int k = 0; k < start.length; k++) {
            start[k] = 1.25 * init.nextGaussian() / Math.sqrt(network.width());
        }
        engine.initialise(start, init.part(0), init.part(1));
        return engine;
    }

    private static RecurrentEngine engine(RecurrentNetwork network, int steps, LossSteps loss) {
        return engine(network, steps, loss, TRIALS, MatrixKernels.fastest());
    }

    /** The formula of the class, written out apart from the engine: the state after every step. */
    private static double[][] byHand(RecurrentNetwork network, double[] w, Trials trials, int trial) {
        int n = network.width();
        double[][] states = new double[trials.steps() + 1][n];
        for (int t = 0; t < trials.steps(); t++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int c = 0; c < INPUTS; c++) {
                    sum += w[j * INPUTS + c] * trials.input(trial, t, c);
                }
                for (int i = 0; i < n; i++) {
                    sum += w[network.start(Block.RECURRENT) + j * n + i] * states[t][i];
                }
                states[t + 1][j] = Math.max(0, (1 - network.leak()) * states[t][j] + network.leak() * sum);
            }
        }
        return states;
    }

    private static double score(RecurrentNetwork network, double[] w, double[] state, int k) {
        double sum = 0;
        for (int i = 0; i < network.width(); i++) {
            sum += w[network.start(Block.READ_OUT) + k * network.width() + i] * state[i];
        }
        return sum;
    }

    private static double lossByHand(RecurrentNetwork network, LossSteps loss, double[] w, Trials trials) {
        double sum = 0;
        int counted = 0;
        for (int i = 0; i < trials.count(); i++) {
            double[][] states = byHand(network, w, trials, i);
            for (int t = loss.first(trials.steps()); t < trials.steps(); t++) {
                double total = 0;
                for (int k = 0; k < network.classes(); k++) {
                    total += Math.exp(score(network, w, states[t + 1], k));
                }
                sum += Math.log(total) - score(network, w, states[t + 1], trials.label(i, t));
                counted++;
            }
        }
        return sum / counted;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void scoresAndActivityFollowTheFormula(RecurrentNetwork network, int steps, LossSteps loss) {
        Trials trials = trials(TRIALS, steps, network.classes());
        for (int capacity : new int[] {2, TRIALS}) {
            RecurrentEngine engine = engine(network, steps, loss, capacity, MatrixKernels.fastest());
            double[] scores = engine.scores(trials);
            double[] activity = engine.activity(trials);
            int at = 0;
            for (int i = 0; i < TRIALS; i++) {
                double[][] states = byHand(network, engine.weights(), trials, i);
                for (int t = loss.first(steps); t < steps; t++) {
                    for (int k = 0; k < network.classes(); k++) {
                        assertThat(scores[at++])
                                .isCloseTo(score(network, engine.weights(), states[t + 1], k), within(ROUNDING));
                    }
                }
                for (int j = 0; j < network.width(); j++) {
                    assertThat(activity[i * network.width() + j]).isCloseTo(states[steps][j], within(ROUNDING));
                }
            }
            assertThat(scores).hasSize(at);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreThoseOfTheLoss(RecurrentNetwork network, int steps, LossSteps loss) {
        Trials trials = trials(TRIALS, steps, network.classes());
        RecurrentEngine engine = engine(network, steps, loss);
        double[] weights = engine.weights();
        double[] gradient = engine.gradient(trials);

        assertThat(gradient).hasSize(network.size(Block.ALL));
        assertThat(engine.weights()).isEqualTo(weights);
        for (Block block : new Block[] {Block.INPUT, Block.RECURRENT, Block.READ_OUT}) {
            for (int k = 0; k < network.size(block); k++) {
                int at = network.start(block) + k;
                double[] w = weights.clone();
                w[at] += DIFFERENCE_STEP;
                double up = lossByHand(network, loss, w, trials);
                w[at] -= 2 * DIFFERENCE_STEP;
                double down = lossByHand(network, loss, w, trials);
                assertThat(gradient[at])
                        .as("%s %d", block, k)
                        .isCloseTo((up - down) / (2 * DIFFERENCE_STEP), within(DIFFERENCE_ERROR));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void momentumFollowsItsRule(RecurrentNetwork network, int steps, LossSteps loss) {
        Trials trials = trials(TRIALS, steps, network.classes());
        RecurrentEngine engine = engine(network, steps, loss);
        RecurrentEngine other = engine(network, steps, loss);
        double[] velocity = new double[network.size(Block.ALL)];
        for (int step = 0; step < 4; step++) {
            double[] weights = other.weights();
            double[] gradient = other.gradient(trials);
            double before = lossByHand(network, loss, weights, trials);
            for (int k = 0; k < weights.length; k++) {
                velocity[k] = 0.9 * velocity[k] + gradient[k];
                weights[k] -= 0.1 * velocity[k];
            }
            other.set(weights);
            assertThat(engine.step(trials, 0.1, 0.9)).isCloseTo(before, within(ROUNDING));
        }
        double[] weights = engine.weights();
        for (int k = 0; k < weights.length; k++) {
            assertThat(weights[k]).isCloseTo(other.weights()[k], within(ROUNDING));
        }
    }

    /** Rows of gradients of scores by central differences, and their products. */
    @ParameterizedTest
    @MethodSource("cases")
    void tangentKernelsAreThoseOfTheGradients(RecurrentNetwork network, int steps, LossSteps loss) {
        Trials probes = trials(3, steps, network.classes());
        RecurrentEngine engine = engine(network, steps, loss);
        double[] weights = engine.weights();
        int rows = engine.scores(probes).length;
        double[][] slopes = new double[weights.length][];
        for (int k = 0; k < weights.length; k++) {
            double[] w = weights.clone();
            w[k] += DIFFERENCE_STEP;
            engine.set(w);
            double[] up = engine.scores(probes);
            w[k] -= 2 * DIFFERENCE_STEP;
            engine.set(w);
            double[] down = engine.scores(probes);
            slopes[k] = new double[rows];
            for (int a = 0; a < rows; a++) {
                slopes[k][a] = (up[a] - down[a]) / (2 * DIFFERENCE_STEP);
            }
        }
        engine.set(weights);
        for (Block block : Block.values()) {
            double[] kernel = engine.tangentValues(probes, block);
            ProbeKernel probeKernel = engine.tangentKernel(probes, block);
            assertThat(probeKernel.size()).isEqualTo(rows);
            assertThat(kernel).hasSize(rows * rows);
            for (int a = 0; a < rows; a++) {
                for (int b = 0; b < rows; b++) {
                    double sum = 0;
                    for (int k = network.start(block); k < network.start(block) + network.size(block); k++) {
                        sum += slopes[k][a] * slopes[k][b];
                    }
                    assertThat(kernel[a * rows + b]).as("%s %d %d", block, a, b).isCloseTo(sum, within(KERNEL_ERROR));
                    assertThat(probeKernel.value(a, b)).isCloseTo(kernel[a * rows + b], within(ROUNDING));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void twinsGiveTheSameBits(RecurrentNetwork network, int steps, LossSteps loss) {
        Trials trials = trials(TRIALS, steps, network.classes());
        RecurrentEngine fast = engine(network, steps, loss);
        RecurrentEngine plain = engine(network, steps, loss, TRIALS, MatrixKernels.plain());
        for (int step = 0; step < 20; step++) {
            assertThat(fast.step(trials, 0.05, 0.9)).isEqualTo(plain.step(trials, 0.05, 0.9));
        }

        assertThat(fast.weights()).isEqualTo(plain.weights());
        for (Block block : Block.values()) {
            assertThat(fast.tangentValues(trials, block)).isEqualTo(plain.tangentValues(trials, block));
        }
    }

    @Test
    void noProbesGiveTheEmptyKernel() {
        RecurrentEngine engine = engine(new RecurrentNetwork(INPUTS, 5, 3, 1), 4, LossSteps.EVERY);

        assertThat(engine.tangentKernel(Trials.of(0, 4, INPUTS), Block.ALL).size())
                .isZero();
    }

    /** Memory that a larger batch left behind must not show in a smaller one. */
    @ParameterizedTest
    @EnumSource(LossSteps.class)
    void batchesLeaveNoTrace(LossSteps loss) {
        RecurrentNetwork network = new RecurrentNetwork(INPUTS, 19, 3, 0.4);
        Trials large = trials(9, 5, 3);
        RecurrentEngine used = engine(network, 5, loss, 9, MatrixKernels.fastest());
        used.gradient(large);
        used.scores(large.first(2));
        used.gradient(large);

        assertThat(used.gradient(large.first(4)))
                .isEqualTo(engine(network, 5, loss).gradient(large.first(4)));
    }

    /** On the plain kernels: of vectors the compiler decides. */
    @Test
    void trainingStepsAllocateNoArrays() {
        RecurrentNetwork network = new RecurrentNetwork(INPUTS, 33, 3, 1);
        Trials trials = trials(8, 6, 3);
        RecurrentEngine engine = engine(network, 6, LossSteps.EVERY, 8, MatrixKernels.plain());
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Compilation may allocate in a step; the least of many blocks does not hold it.
        long least = Long.MAX_VALUE;
        for (int block = 0; block < 200; block++) {
            long before = bean.getCurrentThreadAllocatedBytes();
            for (int step = 0; step < 20; step++) {
                engine.step(trials, 0.01, 0.9);
            }
            least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
        }

        // The smallest array of a step has 3,072 bytes.
        assertThat(least).isLessThan(20 * 2048);
    }

    @Test
    void initialWeightsAreUniformWithinTheirBounds() {
        RecurrentNetwork network = new RecurrentNetwork(INPUTS, 400, 5, 1);
        double[] weights = engine(network, 2, LossSteps.LAST).weights();
        for (Block block : new Block[] {Block.INPUT, Block.READ_OUT}) {
            double bound = 1 / Math.sqrt(block == Block.INPUT ? INPUTS : 400);
            double squares = 0;
            for (int k = network.start(block); k < network.start(block) + network.size(block); k++) {
                assertThat(weights[k]).isBetween(-bound, bound);
                squares += weights[k] * weights[k];
            }
            // The mean square of 1200 or more draws has a relative error of 0.026; six of them: a false alarm of 1e-8.
            assertThat(squares / network.size(block) / (bound * bound)).isCloseTo(1 / 3.0, within(0.16 / 3));
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecurrentNetwork(0, 5, 3, 1))
                .withMessage("inputs must be in [1, 16384], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecurrentNetwork(1, 5, 1, 1))
                .withMessage("classes must be in [2, 16384], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecurrentNetwork(1, 5, 2, 0))
                .withMessage("leak must be in (0, 1], got 0.0");
        RecurrentNetwork network = new RecurrentNetwork(INPUTS, 5, 3, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.engine(0, LossSteps.LAST, 1, MatrixKernels.plain()))
                .withMessageContaining("got 0 and 1");
        RecurrentEngine engine = engine(network, 4, LossSteps.EVERY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.step(trials(TRIALS + 1, 4, 3), 0.1, 0))
                .withMessage("count must be in [1, capacity=5], got 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.scores(trials(1, 3, 3)))
                .withMessage("trials must have 4 steps of 3 inputs, got 3 of 3");
        assertThatIllegalArgumentException().isThrownBy(() -> engine.set(new double[3]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.initialise(
                        new double[24], Streams.of(1).at("init"), Streams.of(1).at("init")))
                .withMessage("start must have width² = 25 values, got 24");
        assertThatIllegalArgumentException().isThrownBy(() -> Trials.of(-1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Trials.of(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> trials(2, 2, 2).first(3));
    }
}
