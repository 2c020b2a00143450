package org.noisebook.papers.thermoacoustic;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.noisebook.rng.Stream;
import org.noisebook.solver.FiniteVolumes;
import org.noisebook.stats.LogPhi;

/**
 * Amplitudes A = |z| of a noisy oscillator near its Hopf bifurcation, dz = (μ + iω − |z|²)z dt + s dW, W complex of variance t a component.
 *
 * <p>At constant μ, A² is N(μ, s²) cut at 0, whatever ω. Euler–Maruyama at ω = 0 (the rotating frame) errs by O(dt); with ω it adds ω²dt/2 to μ. Source: Risken 1989, The
 * Fokker–Planck Equation, chapter 12.
 *
 * <p><b>Special cases</b>: steps too long for A give NaN. <b>Cost</b>: two normal numbers a step; an expectation solves five tridiagonal systems of 64.
 *
 * @param noise s, positive
 * @param omega ω of the frame, 0 for the rotating one
 * @param step dt, positive
 */
public record NoisyHopf(double noise, double omega, double step) {
    private static final int CELLS = 64;
    private static final int BACKWARD_STEPS = 5;

    /** Rejects numbers out of range. */
    public NoisyHopf {
        if (!(noise > 0 && step > 0 && omega >= 0)) {
            throw new IllegalArgumentException(
                    "noise and step must be positive, omega at least 0, got " + noise + ", " + step + " and " + omega);
        }
    }

    /** A after each of {@code count} intervals, from A = 0.3 at time −burn, with μ(0) before time 0. */
    public double[] amplitudes(DoubleUnaryOperator mu, double burn, double interval, int count, Stream stream) {
        int inner = (int) Math.max(1, Math.rint(interval / step));
        int before = (int) Math.ceil(burn / step);
        double dt = interval / inner;
        double kick = noise * Math.sqrt(dt);
        double[] out = new double[count];
        double x = 0.3;
        double y = 0;
        for (int k = -before; k < inner * count; k++) {
            double rate = mu.applyAsDouble(Math.max(0, k * dt)) - x * x - y * y;
            double next = x + (rate * x - omega * y) * dt + kick * stream.nextGaussian();
            y += (rate * y + omega * x) * dt + kick * stream.nextGaussian();
            x = next;
            if (k >= 0 && (k + 1) % inner == 0) {
                out[k / inner] = Math.sqrt(x * x + y * y);
            }
        }
        return out;
    }

    /** E[A(t + horizon) | A(t) = a] by the backward equation of dA = (μA − A³ + s²/(2A)) dt + s dW, 64 cells, 5 steps. */
    public double expected(DoubleUnaryOperator mu, double t, double horizon, double highest, double a) {
        FiniteVolumes grid = FiniteVolumes.uniform(0, highest, CELLS);
        double[] f = grid.centres();
        double dt = horizon / BACKWARD_STEPS;
        for (int k = BACKWARD_STEPS - 1; k >= 0; k--) {
            double now = mu.applyAsDouble(t + (k + 0.5) * dt);
            f = grid.expectation(x -> noise * noise / 2, x -> now * x - x * x * x + noise * noise / (2 * x), dt, f);
        }
        double place = Math.max(0, Math.min(CELLS - 1.001, a / highest * CELLS - 0.5));
        int cell = (int) place;
        return f[cell] + (place - cell) * (f[cell + 1] - f[cell]);
    }

    /** E[A²] = μ + s φ(μ/s)/Φ(μ/s). */
    public static double meanSquare(double mu, double s) {
        return mu + s * LogPhi.hazard(-mu / s);
    }

    /** E[A] of the law by Simpson's rule in A, density A exp(−(A² − μ)²/(2s²)). */
    public static double meanAmplitude(double mu, double s) {
        double high = Math.sqrt(Math.max(mu, 0) + 9 * s);
        int n = 2000;
        double[] sums = new double[2];
        for (int k = 0; k <= n; k++) {
            double a = high * k / n;
            double away = (a * a - mu) / s;
            double shift = Math.min(mu, 0) / s;
            double weight =
                    (k % n == 0 ? 1 : k % 2 == 0 ? 2 : 4) * a * StrictMath.exp(-(away * away - shift * shift) / 2);
            sums[0] += weight;
            sums[1] += weight * a;
        }
        return sums[1] / sums[0];
    }

    /** Continuous and linear between values at equally spaced knots. */
    public static DoubleUnaryOperator ramps(double spacing, double... knots) {
        double[] all = Arrays.copyOf(knots, knots.length + 1);
        all[knots.length] = knots[knots.length - 1];
        return t -> {
            int k = (int) Math.max(0, Math.min(knots.length - 1.0, Math.floor(t / spacing)));
            return all[k] + (t / spacing - k) * (all[k + 1] - all[k]);
        };
    }
}
