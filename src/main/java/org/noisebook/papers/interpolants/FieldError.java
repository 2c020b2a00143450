package org.noisebook.papers.interpolants;

import org.noisebook.experiment.Parameter;

/**
 * A known error of a one-dimensional field, for studies of its effect on samples.
 *
 * <p>In configs: {@code none}, {@code wave(amplitude=0.4, frequency=3)}, {@code growing(size=0.4, rate=1)}.
 */
public sealed interface FieldError {
    /** The error at a time and position. */
    double at(double t, double x);

    /** Its derivative with respect to position. */
    default double slope(double t, double x) {
        return 0;
    }

    /** No error. */
    record None() implements FieldError {
        @Override
        public double at(double t, double x) {
            return 0;
        }
    }

    /** The error amplitude · sin(frequency · x). */
    record Wave(
            @Parameter(standard = "0.4", range = "[-100, 100]", value = "amplitude")
            double amplitude,

            @Parameter(standard = "3", range = "[-100, 100]", value = "frequency")
            double frequency)
            implements FieldError {
        @Override
        public double at(double t, double x) {
            return amplitude * StrictMath.sin(frequency * x);
        }

        @Override
        public double slope(double t, double x) {
            return amplitude * frequency * StrictMath.cos(frequency * x);
        }
    }

    /** The error size · e^(rate · t), independent of position, so Gaussians stay Gaussian. */
    record Growing(
            @Parameter(standard = "0.4", range = "[-100, 100]", value = "size at t = 0")
            double size,

            @Parameter(standard = "0", range = "[-20, 20]", value = "rate")
            double rate)
            implements FieldError {
        @Override
        public double at(double t, double x) {
            return size * StrictMath.exp(rate * t);
        }
    }
}
