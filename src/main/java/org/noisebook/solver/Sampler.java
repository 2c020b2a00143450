package org.noisebook.solver;

import java.util.Arrays;
import java.util.Optional;

/**
 * A method that moves particles through time, step by step: a solver of an ODE or SDE, or a sampler of diffusions.
 *
 * <p>A sampler is immutable and shared by all threads; a {@link Stepper} holds the memory of one block and belongs to
 * one thread. The noise of a step is supplied by the caller, so that it can be designed, stored and reused; the caller
 * may also change the particles between two steps (guidance, replacement).
 */
public interface Sampler {
    /** The dimension d, the number of coordinates. */
    int dimension();

    /** Standard normal vectors needed per step: 0 for a deterministic method. */
    int noises();

    /**
     * Starts a path; multistep methods discard their history.
     *
     * @param capacity largest number of particles in a block
     */
    Stepper begin(int capacity);

    /** Moves one block; belongs to one thread. */
    interface Stepper {
        /**
         * Moves x in place from one time to another, forward or backward.
         *
         * @param from start time; the end of the last step, if there was one
         * @param x coordinate-major, x[j][k]
         * @param count particles
         * @param noise noise[m][j][k] standard normal, m &lt; {@link Sampler#noises}; read only
         */
        void step(double from, double to, double[][] x, int count, double[][][] noise);

        /** Field evaluations since the start; evaluating all particles of a block counts once. */
        long evaluations();

        /** State kept besides x for the next step; empty if the next step depends on x alone. */
        default Optional<Memory> memory() {
            return Optional.empty();
        }

        /**
         * Continues from the state of the stepper that returned this memory, on the x that was saved with it.
         *
         * @throws IllegalArgumentException if the method has no memory
         */
        default void memory(Memory memory) {
            throw new IllegalArgumentException("a method without memory cannot take one");
        }
    }

    /**
     * The additional state of a method with memory, which together with x determines how a path continues.
     *
     * @param end time of x; a step from any other time discards the memory
     * @param place time of the state
     * @param state state[j][k], for the same particles as x
     */
    record Memory(double end, double place, double[][] state) {
        public Memory {
            state = Arrays.stream(state).map(double[]::clone).toArray(double[][]::new);
        }
    }
}
