package org.noisebook.interpolant;

import org.noisebook.experiment.Check;

/**
 * A known error of a field on the line, for studies of what errors do to samples.
 *
 * <p>In configs: {@code none}, {@code wave(amplitude=0.4, frequency=3)}, {@code growing(size=0.4, rate=1)}.
 */
public sealed interface FieldError permits FieldError.None, FieldError.Wave, FieldError.Growing {
    /** The error at a time and place. */
    double at(double t, double x);

    /** Its derivative by place. */
    double slope(double t, double x);

    /** None. */
    record None() implements FieldError {
        @Override
        public double at(double t, double x) {
            return 0;
        }

        @Override
        public double slope(double t, double x) {
            return 0;
        }
    }

    /**
     * amplitude · sin(frequency · x).
     *
     * @param amplitude in [−100, 100]
     * @param frequency in [−100, 100]
     */
    record Wave(double amplitude, double frequency) implements FieldError {
        public Wave {
            Check.inRange("amplitude", amplitude, -100, 100);
            Check.inRange("frequency", frequency, -100, 100);
        }

        /** 0.4 sin 3x. */
        public static Wave standard() {
            return new Wave(0.4, 3);
        }

        @Override
        public double at(double t, double x) {
            return amplitude * StrictMath.sin(frequency * x);
        }

        @Override
        public double slope(double t, double x) {
            return amplitude * frequency * StrictMath.cos(frequency * x);
        }
    }

    /**
     * size · e^(rate · t), the same everywhere: what is Gaussian stays so.
     *
     * @param size in [−100, 100]
     * @param rate in [−20, 20]
     */
    record Growing(double size, double rate) implements FieldError {
        public Growing {
            Check.inRange("size", size, -100, 100);
            Check.inRange("rate", rate, -20, 20);
        }

        /** 0.4, constant. */
        public static Growing standard() {
            return new Growing(0.4, 0);
        }

        @Override
        public double at(double t, double x) {
            return size * StrictMath.exp(rate * t);
        }

        @Override
        public double slope(double t, double x) {
            return 0;
        }
    }
}
