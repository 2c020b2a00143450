package org.noisebook.papers.cyclic;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.rng.Stream;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/**
 * The order of steps of an ancestral sampler that goes back to more noise and imposes known coordinates after every step.
 *
 * <p>RePaint (Lugmayr et al. 2022, arXiv 2201.09865) goes back by single steps, cyclic one-way diffusion (arXiv 2306.08247) over a range
 * of times. The same order moves samples or, for an affine score, their exact law.
 *
 * @param steps equal steps from τ = 1 to 0
 * @param count how often the path goes back
 * @param noisy τ to which it goes back
 * @param clean τ from which it goes back
 * @param imposed whether what is known is imposed within the cycles too, or only before them and at the end
 */
public record Cycles(int steps, int count, double noisy, double clean, boolean imposed) {
    /** What moves: a law or samples. */
    public interface State {
        /** A step of the sampler. */
        void down(double from, double to);

        /** A step of the diffusion from less noise to more. */
        void up(double from, double to);

        /** Replaces the known coordinates by their values with the noise of time t. */
        void impose(double t);
    }

    /** Moves a state from pure noise to the data. */
    public void run(State state) {
        double[] times = TimeGrid.UNIFORM.times(1, 0, steps);
        int back = (int) Math.round((1 - noisy) * steps);
        int turn = (int) Math.round((1 - clean) * steps);
        int done = 0;
        state.impose(times[0]);
        for (int k = 0; k < steps; ) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("sampling interrupted");
            }
            state.down(times[k], times[k + 1]);
            k++;
            if (imposed || done == 0 || k == steps) {
                state.impose(times[k]);
            }
            if (k == turn && done < count && back < turn) {
                done++;
                state.up(times[turn], times[back]);
                k = back;
                if (imposed) {
                    state.impose(times[back]);
                }
            }
        }
    }

    /** Samples in one block. */
    public static final class Samples implements State {
        private final Diffusion diffusion;
        private final double[][] known;
        private final double[][] x;
        private final double[][][] noise;
        private final GaussianSampler.Step stepper;
        private final Stream stream;

        /** Samples from pure noise; known is [coordinate][sample] of the first coordinates. */
        public Samples(Diffusion diffusion, Score score, double[][] known, Stream stream) {
            this.diffusion = diffusion;
            this.known = known;
            this.stream = stream;
            int count = known[0].length;
            noise = new double[1][score.dimension()][count];
            x = new double[score.dimension()][count];
            stepper = DiffusionMethod.Ancestral.standard()
                    .sampler(diffusion, score)
                    .begin(count);
            mix(0, 1);
        }

        /** x[coordinate][sample]; not a copy. */
        public double[][] x() {
            return x;
        }

        /** x ← factor x + root z. */
        private void mix(double factor, double root) {
            for (double[] row : x) {
                Arrays.setAll(row, k -> Math.fma(root, stream.nextGaussian(), factor * row[k]));
            }
        }

        @Override
        public void down(double from, double to) {
            for (double[] row : noise[0]) {
                Arrays.setAll(row, k -> stream.nextGaussian());
            }
            stepper.step(from, to, x, x[0].length, noise);
        }

        @Override
        public void up(double from, double to) {
            double ratio = diffusion.meanCoefficient(to) / diffusion.meanCoefficient(from);
            mix(ratio, Math.sqrt(diffusion.variance(to) - ratio * ratio * diffusion.variance(from)));
        }

        @Override
        public void impose(double t) {
            double a = diffusion.meanCoefficient(t);
            double root = diffusion.stdDev(t);
            for (int j = 0; j < known.length; j++) {
                double[] values = known[j];
                Arrays.setAll(x[j], k -> Math.fma(root, stream.nextGaussian(), a * values[k]));
            }
        }
    }

    /** The exact law of the samples, whose inputs are the known coordinates. */
    public static final class Law implements State {
        private final Diffusion diffusion;
        private final GaussianSampler sampler;
        private GaussianLaw law;

        /** The law of pure noise; known is the number of known coordinates, the first ones. */
        public Law(Diffusion diffusion, Score score, int known) {
            this.diffusion = diffusion;
            sampler = DiffusionMethod.Ancestral.standard().sampler(diffusion, score);
            law = GaussianLaw.white(score.dimension(), known);
        }

        /** The law so far. */
        public GaussianLaw law() {
            return law;
        }

        @Override
        public void down(double from, double to) {
            law = law.through(sampler, from, to);
        }

        @Override
        public void up(double from, double to) {
            double ratio = diffusion.meanCoefficient(to) / diffusion.meanCoefficient(from);
            law = law.noised(ratio, diffusion.variance(to) - ratio * ratio * diffusion.variance(from));
        }

        @Override
        public void impose(double t) {
            law = law.replaced(diffusion.meanCoefficient(t), diffusion.variance(t));
        }
    }
}
