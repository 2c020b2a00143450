package org.noisebook.solver;

import java.util.Arrays;
import java.util.Optional;

/**
 * A method that moves particles through time, step by step: a solver of an ODE or SDE, or a sampler of diffusions.
 *
 * <p>A sampler is immutable and belongs to all threads; a {@link Stepper} holds the memory of one block and belongs to one.
 * The noise of a step comes from outside, so that it can be designed, kept and used again; whoever stands between two
 * steps may change the particles (guidance, replacement).
 */
public interface Sampler {
    /** d, the number of coordinates. */
    int dimension();

    /** Vectors of standard normal numbers that a step takes: 0 for a deterministic method. */
    int noises();

    /**
     * Begins a path; multistep methods forget what was before.
     *
     * @param capacity most particles of a block
     */
    Stepper begin(int capacity);

    /** Moves one block; belongs to one thread. */
    interface Stepper {
        /**
         * Moves x in place from one time to another, forward or backward.
         *
         * @param from where the last step ended, if there was one
         * @param x coordinate-major, x[j][k]
         * @param count particles
         * @param noise noise[m][j][k] standard normal, m &lt; {@link Sampler#noises}; read only
         */
        void step(double from, double to, double[][] x, int count, double[][][] noise);

        /** Evaluations of fields since the beginning, each counting all particles of a block once. */
        long evaluations();

        /** What it keeps beside x for its next step; empty where that depends on x alone. */
        default Optional<Memory> memory() {
            return Optional.empty();
        }

        /**
         * Goes on, or back, from where the stepper stood that gave this memory, on the x that was saved with it.
         *
         * @throws IllegalArgumentException if the method keeps none
         */
        default void memory(Memory memory) {
            throw new IllegalArgumentException("a method without memory cannot take one");
        }
    }

    /**
     * The second state of a method with memory: together with x it is what a path goes on from, and what is kept of it.
     *
     * @param end time of x; a step from any other time forgets the memory
     * @param place time of the state
     * @param state state[j][k] of as many particles as x has
     */
    record Memory(double end, double place, double[][] state) {
        /** Copies the state. */
        public Memory {
            state = Arrays.stream(state).map(double[]::clone).toArray(double[][]::new);
        }
    }
}
