package org.noisebook.diffusion;

import java.util.Optional;
import java.util.function.IntFunction;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;

/** A stepper with a second state, which it discards if a step does not start at the end of the last one. */
abstract class PairedStepper implements Sampler.Stepper {
    private final Field.Evaluator field;
    /** The second state. */
    double[][] other;
    /** Scratch of the same shape. */
    double[][] free;
    /** Time of the second state. */
    double place = Double.NaN;

    private double end = Double.NaN;
    private int particles;
    private long evaluations;

    PairedStepper(Field noiseMean, int capacity) {
        other = Blocks.rows(noiseMean.dimension(), capacity);
        free = Blocks.rows(noiseMean.dimension(), capacity);
        field = noiseMean.evaluator(capacity);
    }

    /** A sampler that creates such steppers. */
    static Sampler sampler(Field noiseMean, IntFunction<Sampler.Stepper> steppers) {
        return sampler(noiseMean, 0, steppers);
    }

    /** A sampler whose steps take noise. */
    static Sampler sampler(Field noiseMean, int noises, IntFunction<Sampler.Stepper> steppers) {
        return new Sampler() {
            @Override
            public int dimension() {
                return noiseMean.dimension();
            }

            @Override
            public int noises() {
                return noises;
            }

            @Override
            public Stepper begin(int capacity) {
                return steppers.apply(capacity);
            }
        };
    }

    /** out = E[z | x]. */
    final void predict(double tau, double[][] x, int count, double[][] out) {
        field.at(tau, x, count, out);
        evaluations++;
    }

    final boolean remembers(double from, int count) {
        return from == end && count == particles;
    }

    final void remember(double newEnd, double newPlace, int count) {
        end = newEnd;
        place = newPlace;
        particles = count;
    }

    static void copy(double[][] from, int count, double[][] to) {
        for (int j = 0; j < from.length; j++) {
            System.arraycopy(from[j], 0, to[j], 0, count);
        }
    }

    @Override
    public final Optional<Sampler.Memory> memory() {
        if (Double.isNaN(end)) {
            return Optional.empty();
        }
        double[][] state = new double[other.length][particles];
        copy(other, particles, state);
        return Optional.of(new Sampler.Memory(end, place, state));
    }

    @Override
    public void memory(Sampler.Memory memory) {
        int count = memory.state()[0].length;
        Blocks.check(memory.state(), count, other);
        copy(memory.state(), count, other);
        remember(memory.end(), memory.place(), count);
    }

    @Override
    public final long evaluations() {
        return evaluations;
    }
}
