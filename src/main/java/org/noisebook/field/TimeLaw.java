package org.noisebook.field;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.data.Check;
import org.noisebook.interpolant.Schedule;

/**
 * The law of the times at which a field is trained.
 *
 * <p>In configs: {@code uniform}, {@code logNormal(mean=-1.2, stdDev=1.2)}.
 */
public sealed interface TimeLaw permits TimeLaw.Uniform, TimeLaw.LogNormal {
    /**
     * The time of a uniform number, by the inverse of the distribution function, within margins from 0 and 1.
     *
     * @param u in [0, 1)
     */
    double time(double u, double margin, Schedule schedule);

    /** Uniform times. */
    record Uniform() implements TimeLaw {
        @Override
        public double time(double u, double margin, Schedule schedule) {
            return margin + (1 - 2 * margin) * u;
        }
    }

    /**
     * log σ is N(mean, stdDev²) for the noise level σ = α/β of a one-sided interpolant, and the loss is that of the
     * network's output, in units of its deviation: the weights 1/c_out² of EDM if the network is preconditioned.
     *
     * <p>Karras, Aittala, Aila and Laine 2022 (arXiv 2206.00364), EDMLoss of their program. Times beyond the margins move
     * to them. <b>Error</b>: times to 10⁻¹⁵, by bisection of α/β, which falls with t.
     *
     * @param mean P_mean, −1.2 there
     * @param stdDev P_std, 1.2 there
     */
    record LogNormal(double mean, double stdDev) implements TimeLaw {
        private static final int HALVINGS = 50;
        private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

        /** The values of EDM. */
        public static LogNormal standard() {
            return new LogNormal(-1.2, 1.2);
        }

        public LogNormal {
            Check.inRange("mean", mean, -20, 20);
            Check.above("stdDev", stdDev, 0, 20);
        }

        @Override
        public double time(double u, double margin, Schedule schedule) {
            double normal = u > 0 ? NORMAL.inverseCumulativeProbability(u) : -40;
            double sigma = StrictMath.exp(mean + stdDev * normal);
            double low = margin;
            double high = 1 - margin;
            for (int k = 0; k < HALVINGS; k++) {
                double middle = (low + high) / 2;
                if (schedule.alpha(middle) > sigma * schedule.beta(middle)) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return (low + high) / 2;
        }
    }
}
