package org.noisebook.solver;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Time grids between two times, forward or backward, evenly spaced in some function φ(t).
 *
 * <p>A grid may be split at times where a derivative jumps: each piece is then evenly spaced in φ, and steps are
 * assigned one by one to the piece whose steps are longest in φ. The ends and breaks are hit exactly.
 *
 * <p>σ(t) is the noise level: the standard deviation of the noise divided by the coefficient of the signal, such as α/β
 * of a one-sided interpolant or √V/a of a diffusion. It must be monotone between the two times; grids end where it is
 * still finite (and positive, for {@link #LOG_SNR}).
 *
 * <p><b>Special cases</b>: more steps than there are doubles, or a φ that is not monotone or not finite, throw an
 * exception. The times of a uniform grid of n steps recur bit for bit in one of m n steps. <b>Cost</b>: grids in σ find
 * t by bisection to the last bit, about 60 evaluations of σ per step.
 */
public enum TimeGrid {
    /** φ = t. */
    UNIFORM(false) {
        @Override
        double coordinate(double t) {
            return t;
        }
    },
    /** φ = √t for t ≥ 0, with short steps near 0. Song, Meng and Ermon 2020, appendix D.2 (arXiv 2010.02502). */
    QUADRATIC(false) {
        @Override
        double coordinate(double t) {
            return Math.sqrt(t);
        }
    },
    /**
     * φ = σ^(1/7). Karras, Aittala, Aila and Laine 2022, equation 5 with ρ = 7 (arXiv 2206.00364), who append a last
     * step from their smallest σ to 0.
     */
    EDM(true) {
        @Override
        double coordinate(double noiseLevel) {
            return StrictMath.pow(noiseLevel, 1 / RHO);
        }
    },
    /** φ = log σ = −½ log-SNR. Lu, Zhou, Bao, Chen, Li and Zhu 2022, section 3.4 (arXiv 2206.00927). */
    LOG_SNR(true) {
        @Override
        double coordinate(double noiseLevel) {
            return StrictMath.log(noiseLevel);
        }
    };

    private static final double RHO = 7;

    private final boolean inNoiseLevel;

    TimeGrid(boolean inNoiseLevel) {
        this.inNoiseLevel = inNoiseLevel;
    }

    /** φ as a function of t or σ. */
    abstract double coordinate(double value);

    /** Whether the grid needs σ(t). */
    public boolean needsNoiseLevel() {
        return inNoiseLevel;
    }

    /**
     * A grid that needs no σ(t).
     *
     * @param steps number of steps, one less than the number of times
     * @param breaks times that the grid must include; those outside (from, to) are ignored
     */
    public double[] times(double from, double to, int steps, double... breaks) {
        if (inNoiseLevel) {
            throw new IllegalArgumentException("a grid " + this + " must be given the noise level σ(t), got none");
        }
        return along(this::coordinate, from, to, steps, breaks);
    }

    /**
     * A grid that may need σ(t).
     *
     * @param noiseLevel σ(t); ignored if the grid does not need it
     * @param steps number of steps, one less than the number of times
     * @param breaks times that the grid must include; those outside (from, to) are ignored
     */
    public double[] times(double from, double to, int steps, DoubleUnaryOperator noiseLevel, double... breaks) {
        return inNoiseLevel
                ? along(t -> coordinate(noiseLevel.applyAsDouble(t)), from, to, steps, breaks)
                : times(from, to, steps, breaks);
    }

    /**
     * A grid that is uniform in any monotone function.
     *
     * @param coordinate φ(t), finite and strictly monotone between the two times
     */
    public static double[] along(DoubleUnaryOperator coordinate, double from, double to, int steps, double... breaks) {
        if (!Double.isFinite(from) || !Double.isFinite(to) || from == to) {
            throw new IllegalArgumentException(
                    "from and to must be different finite times, got " + from + " and " + to);
        }
        double[] ends = ends(from, to, breaks);
        int pieces = ends.length - 1;
        if (steps < pieces) {
            throw new IllegalArgumentException(
                    "steps must be at least " + pieces + ", one between breaks, got " + steps);
        }
        double[] at = new double[ends.length];
        for (int i = 0; i < ends.length; i++) {
            at[i] = coordinate.applyAsDouble(ends[i]);
            if (!Double.isFinite(at[i])) {
                throw new IllegalArgumentException(
                        "the variable in which a grid is uniform must be finite at both ends, got " + at[i] + " at t = "
                                + ends[i] + "; end the grid before");
            }
        }
        int[] shares = shares(at, steps);
        double[] times = new double[steps + 1];
        int next = 0;
        for (int p = 0; p < pieces; p++) {
            for (int i = 0; i < shares[p]; i++) {
                double target = Math.fma((double) i / shares[p], at[p + 1] - at[p], at[p]);
                times[next++] = i == 0 ? ends[p] : solve(coordinate, target, ends[p], ends[p + 1], at[p + 1] > at[p]);
            }
        }
        times[steps] = to;
        return strict(times);
    }

    private static double[] ends(double from, double to, double[] breaks) {
        double direction = Math.signum(to - from);
        if (Arrays.stream(breaks).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("breaks must be times, got NaN");
        }
        double[] inside = Arrays.stream(breaks)
                .filter(t -> (t - from) * direction > 0 && (to - t) * direction > 0)
                .map(t -> t * direction)
                .sorted()
                .distinct()
                .toArray();
        double[] ends = new double[inside.length + 2];
        ends[0] = from;
        for (int i = 0; i < inside.length; i++) {
            ends[i + 1] = inside[i] * direction;
        }
        ends[inside.length + 1] = to;
        return ends;
    }

    /** Steps of each piece: first one each, then one at a time to the piece with the longest steps. */
    private static int[] shares(double[] at, int steps) {
        int pieces = at.length - 1;
        double whole = at[pieces] - at[0];
        int[] shares = new int[pieces];
        double[] lengths = new double[pieces];
        for (int p = 0; p < pieces; p++) {
            lengths[p] = (at[p + 1] - at[p]) / whole;
            if (!(lengths[p] > 0)) {
                throw new IllegalArgumentException(
                        "the variable in which a grid is uniform must be strictly monotone, got " + at[p] + " then "
                                + at[p + 1] + " between " + at[0] + " and " + at[pieces]);
            }
            shares[p] = 1;
        }
        for (int given = pieces; given < steps; given++) {
            int longest = 0;
            for (int p = 1; p < pieces; p++) {
                if (lengths[p] / shares[p] > lengths[longest] / shares[longest]) {
                    longest = p;
                }
            }
            shares[longest]++;
        }
        return shares;
    }

    /** The time between the ends where φ reaches the target, by bisection until no double lies in between. */
    private static double solve(DoubleUnaryOperator coordinate, double target, double from, double to, boolean rising) {
        double before = from;
        double after = to;
        while (true) {
            double middle = before + (after - before) / 2;
            if (middle == before || middle == after) {
                double below = Math.abs(coordinate.applyAsDouble(before) - target);
                double above = Math.abs(coordinate.applyAsDouble(after) - target);
                return below <= above ? before : after;
            }
            if (coordinate.applyAsDouble(middle) < target == rising) {
                before = middle;
            } else {
                after = middle;
            }
        }
    }

    private static double[] strict(double[] times) {
        double direction = Math.signum(times[times.length - 1] - times[0]);
        for (int i = 1; i < times.length; i++) {
            if (!((times[i] - times[i - 1]) * direction > 0)) {
                throw new IllegalArgumentException(
                        "times must ascend or descend, got " + times[i - 1] + " then " + times[i] + " at index " + i);
            }
        }
        return times;
    }
}
