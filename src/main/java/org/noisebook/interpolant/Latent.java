package org.noisebook.interpolant;

import org.noisebook.data.Check;

/**
 * The amplitude γ(t) of the latent noise z in x_t = α x_0 + β x_1 + γ z, with γ(0) = γ(1) = 0.
 *
 * <p>In configs: {@code none}, {@code root(a=2)}, {@code quadratic}, {@code sineSquared}, {@code sigmoids(scale=10)}.
 * All but the root have γγ̇ = 0 at the ends; the root has γγ̇ = ± a/2 there, and the velocity contains the end scores.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 4 and the authors' code
 * (sigmoids). <b>Special cases</b>: γ² is exactly 0 at both ends.
 */
public sealed interface Latent permits Latent.None, Latent.Root, Latent.Quadratic, Latent.SineSquared, Latent.Sigmoids {
    /** The square γ². */
    double squared(double t);

    /** The product γγ̇. */
    double product(double t);

    /** The maximum of γ², at t = 1/2. */
    default double largestSquared() {
        return squared(0.5);
    }

    /** No latent noise, γ = 0. */
    record None() implements Latent {
        @Override
        public double squared(double t) {
            return 0;
        }

        @Override
        public double product(double t) {
            return 0;
        }
    }

    /**
     * γ = √(a t (1 − t)), the standard deviation of √a times a Brownian bridge.
     *
     * @param a in (0, 1000]
     */
    record Root(double a) implements Latent {
        private static final double LARGEST = 1000;

        public Root {
            Check.above("a", a, 0, LARGEST);
        }

        /** The standard value a = 1. */
        public static Root standard() {
            return new Root(1);
        }

        @Override
        public double squared(double t) {
            return a * t * (1 - t);
        }

        @Override
        public double product(double t) {
            return a * (0.5 - t);
        }
    }

    /** γ = t (1 − t). */
    record Quadratic() implements Latent {
        @Override
        public double squared(double t) {
            double gamma = t * (1 - t);
            return gamma * gamma;
        }

        @Override
        public double product(double t) {
            return t * (1 - t) * (1 - 2 * t);
        }
    }

    /** γ = sin²(πt). */
    record SineSquared() implements Latent {
        @Override
        public double squared(double t) {
            double sine = StrictMath.sin(Math.PI * Math.min(t, 1 - t));
            return sine * sine * sine * sine;
        }

        @Override
        public double product(double t) {
            double near = Math.min(t, 1 - t);
            double sine = StrictMath.sin(Math.PI * near);
            double product = Math.PI * sine * sine * StrictMath.sin(Math.PI * (1 - 2 * near));
            return t > 0.5 ? -product : product;
        }
    }

    /**
     * γ = σ(f (t − 1/2) + 1) − σ(f (t − 1/2) − 1) minus its value at the ends, with the logistic function σ.
     *
     * @param scale f, in (0, 100]; 10 in the authors' code
     */
    record Sigmoids(double scale) implements Latent {
        private static final double LARGEST = 100;

        public Sigmoids {
            Check.above("scale", scale, 0, LARGEST);
        }

        /** The standard value f = 10. */
        public static Sigmoids standard() {
            return new Sigmoids(10);
        }

        private double gamma(double t) {
            return bump(-Math.abs(t - 0.5)) - bump(-0.5);
        }

        private double bump(double u) {
            return logistic(scale * u + 1) - logistic(scale * u - 1);
        }

        private static double logistic(double u) {
            return 1 / (1 + StrictMath.exp(-u));
        }

        private static double slope(double u) {
            double value = logistic(u);
            return value * (1 - value);
        }

        @Override
        public double squared(double t) {
            double gamma = gamma(t);
            return gamma * gamma;
        }

        @Override
        public double product(double t) {
            double u = -Math.abs(t - 0.5);
            double product = gamma(t) * scale * (slope(scale * u + 1) - slope(scale * u - 1));
            return t > 0.5 ? -product : product;
        }
    }
}
