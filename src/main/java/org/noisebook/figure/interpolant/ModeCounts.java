package org.noisebook.figure.interpolant;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;

/** Modes of ρ(t) on the line, over all t, and what noise of the linear schedule does to them. */
final class ModeCounts {
    /** Modes lie within it. */
    static final double REACH = 12;

    /** A root of ρ′ on both sides is double there, by Newton's method on ρ′ = ρ″ = 0. */
    private static final double MERGING = 4.49742;

    private ModeCounts() {}

    /** At each time. */
    static double[] of(Pair pair, PathSchedule schedule, double... t) {
        return Arrays.stream(t)
                .map(time -> pair.interpolant(schedule).marginal(time).modes(REACH))
                .toArray();
    }

    /** Claims on the counts without noise and at a = 2, at the same even times. */
    static void judge(Plot plot, Pair pair, double[] still, double[] noisy, String source) {
        double gain = Arrays.stream(noisy).sum() - Arrays.stream(still).sum();
        plot.claim("modes", "mean over t of the modes of ρ(t) at linear a = 2 less that at γ = 0 is below 0")
                .below(0)
                .of(SixDigits.exact(gain / still.length))
                .from(source + ": γ removes spurious intermediate modes");
        plot.claim("modes-spurious", "most modes of ρ(t) at any t at linear a = 2 are at most the 3 of the end")
                .below(3.5)
                .of(SixDigits.exact(Arrays.stream(noisy).max().orElseThrow()))
                .from(source + ": γ removes spurious intermediate modes, read as all of them");
        plot.claim("modes-rise", "largest rise over t of the modes of ρ(t) from γ = 0 to linear a = 2")
                .identity(0, 0.5)
                .of(SixDigits.exact(IntStream.range(0, still.length)
                        .mapToDouble(k -> noisy[k] - still[k])
                        .max()
                        .orElseThrow()))
                .from(
                        "Silverman 1981, doi:10.1111/j.2517-6161.1981.tb01155.x: on the line a Gaussian blur adds no mode");
        double half = of(pair, PathSchedule.linear(0), 0.5)[0];
        int least = IntStream.iterate(0, k -> k + 1)
                .filter(k -> of(pair, PathSchedule.linear(0.01 * k), 0.5)[0] < half)
                .findFirst()
                .orElseThrow();
        plot.claim(
                        "modes-half",
                        "least a, in steps of 0.01, at which ρ(½) of the linear schedule has fewer modes than at 0")
                .identity(MERGING, 0.01)
                .of(SixDigits.exact(0.01 * least))
                .from("ρ′ = ρ″ = 0 at x = ±3.97780 for a = 4.49742, where both outer modes end; window: the step");
    }
}
