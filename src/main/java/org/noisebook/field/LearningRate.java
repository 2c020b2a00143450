package org.noisebook.field;

import org.noisebook.data.Check;

/**
 * A learning rate that may decrease during training.
 *
 * <p>In configs: {@code constant(start=0.001)}, {@code cosine(start=0.002)}, {@code staircase(start=0.002, every=1200, factor=0.4)}.
 */
public sealed interface LearningRate permits LearningRate.Constant, LearningRate.Cosine, LearningRate.Staircase {
    /**
     * The learning rate η of a step.
     *
     * @param step 0, …, steps − 1
     */
    double at(int step, int steps);

    private static void checkStart(double start) {
        Check.above("start", start, 0, 1000);
    }

    /**
     * The same rate at every step.
     *
     * @param start η
     */
    record Constant(double start) implements LearningRate {
        public Constant {
            checkStart(start);
        }

        @Override
        public double at(int step, int steps) {
            return start;
        }
    }

    /**
     * Cosine decay, start (1 + cos(π step/steps))/2: Loshchilov and Hutter 2017 (arXiv 1608.03983), without restarts.
     *
     * @param start η of the first step
     */
    record Cosine(double start) implements LearningRate {
        public Cosine {
            checkStart(start);
        }

        @Override
        public double at(int step, int steps) {
            return start * (1 + StrictMath.cos(StrictMath.PI * step / steps)) / 2;
        }
    }

    /**
     * Step decay, start · factor^⌊step/every⌋.
     *
     * @param start η of the first step
     * @param every steps between two drops
     * @param factor factor of each drop
     */
    record Staircase(double start, int every, double factor) implements LearningRate {
        public Staircase {
            checkStart(start);
            Check.inRange("every", every, 1, Integer.MAX_VALUE);
            Check.above("factor", factor, 0, 1);
        }

        @Override
        public double at(int step, int steps) {
            return start * StrictMath.pow(factor, step / every);
        }
    }
}
