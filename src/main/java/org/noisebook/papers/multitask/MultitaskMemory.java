package org.noisebook.papers.multitask;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Overlaps of a Hopfield network with several patterns whose entries are blank with probability d, in theory and in simulation.
 *
 * <p>Couplings are Σ_μ of products of the patterns' entries, or of M examples whose entries are right with probability (1 + r)/2:
 * with a teacher of the means of each pattern's examples, alone of each example; over r² + (1 − r²)/M.
 */
@Paper(
        key = "2308.04106",
        title = "Parallel Learning by Multitasking Neural Networks",
        cite = "Agliari, Alessandrelli, Barra, Ricci-Tersenghi 2023, arXiv 2308.04106",
        study = "multitask-memory",
        version = 1,
        does = "Overlaps of a Hopfield network with several patterns that have blank entries, in theory and simulation",
        figure = "multitask-memory",
        shows = "A Hopfield network that retrieves several patterns at once",
        streams = {"patterns", "examples", "dynamics"})
public final class MultitaskMemory extends OnePaper<MultitaskMemory.Config, MultitaskMemory.Result> {
    /** How examples make couplings. */
    public enum Learning {
        /** The examples of a pattern are averaged: someone knows which belong together. */
        TEACHER,
        /** Each example counts by itself. */
        ALONE
    }

    /** A network and its patterns. */
    public record Config(
            @Parameter(standard = "3", range = "[1, 4]", symbol = "K", value = "patterns")
            int patterns,

            @Parameter(standard = "0.5", range = "[0, 1)", symbol = "d", value = "probability of a blank entry")
            double blank,

            @Parameter(standard = "0.02", range = "[0.01, 2]", symbol = "T", value = "temperature")
            double temperature,

            @Parameter(standard = "100000", range = "[100, 1000000]", symbol = "N", value = "units")
            int units,

            @Parameter(
                    standard = "12",
                    range = "[2, 10000]",
                    value = "sweeps; overlaps are averaged over the last half")
            int sweeps,

            @Parameter(standard = "1", range = "[1, 64]", symbol = "M", value = "examples of each pattern")
            int examples,

            @Parameter(
                    standard = "1",
                    range = "[0, 1]",
                    symbol = "r",
                    value = "quality of an example: its correlation with the pattern")
            double quality,

            @Parameter(standard = "teacher", value = "how examples make couplings: teacher or alone")
            Learning learning) {
        double signal() {
            return quality * quality + (1 - quality * quality) / examples;
        }

        double gain(Learning how) {
            return 1 / (signal() * (how == Learning.TEACHER ? (double) examples * examples : examples));
        }
    }

    /** Overlaps with the patterns, (1/N) Σ ξσ, in descending order. */
    public record Result(
            @Parameter(length = "patterns", value = "overlaps in an infinite network whose examples count alike")
            Doubles law,

            @Parameter(length = "patterns", value = "overlaps in the simulation from pattern 1")
            Doubles simulated,

            @Parameter("free energy of the law less that of equal overlaps")
            double energy,

            @Parameter("growth of a small difference between equal overlaps: they are stable below 1")
            double growth,

            @Parameter("largest difference of law and simulation")
            double gap)
            implements Outcome {}

    // The study.

    /** Units and what they should say; weights are their probabilities. */
    private record Units(double[] weights, short[][] rows, double[][] truth) {
        double[] overlaps(double... spins) {
            return IntStream.range(0, truth[0].length)
                    .mapToDouble(k -> Grammar.sum(spins.length, i -> weights[i] * truth[i][k] * spins[i]))
                    .toArray();
        }
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        double t = c.temperature();
        Units all = infinite(c);
        HebbianMemory infinite = new HebbianMemory(c.gain(Learning.TEACHER), all.weights(), all.rows());
        double[] settled = infinite.settled(t, cue(c, 0.1));
        double[] equal = infinite.settled(t, cue(c, 1));
        double[] spins = infinite.means(t, equal);
        double apart = Grammar.sum(spins.length, i -> {
            short[] row = all.rows()[i];
            double other = row.length > 1 ? row[1] : 0;
            return all.weights()[i] * row[0] * (row[0] - other) * (1 - spins[i] * spins[i]);
        });
        double[] law = sorted(all.overlaps(infinite.means(t, settled)));
        double[] simulated = sorted(simulated(c, streams));
        return new Result(
                Doubles.of(law),
                Doubles.of(simulated),
                Grammar.finite(infinite.freeEnergy(t, settled) - infinite.freeEnergy(t, equal)),
                c.gain(Learning.TEACHER) / t * apart,
                IntStream.range(0, law.length)
                        .mapToDouble(k -> Math.abs(law[k] - simulated[k]))
                        .max()
                        .orElseThrow());
    }

    private static double[] sorted(double... overlaps) {
        return Arrays.stream(overlaps)
                .map(m -> -Math.abs(m))
                .sorted()
                .map(m -> -m)
                .toArray();
    }

    /** Every combination of blanks and sums of examples, and the mean of the entry it comes from. */
    private static Units infinite(Config c) {
        int m = c.examples();
        double right = (1 + c.quality()) / 2;
        double[] one = new double[m + 2];
        double[] truth = new double[m + 2];
        one[m + 1] = c.blank();
        for (int k = 0; k <= m; k++) {
            double ways = StrictMath.exp(CombinatoricsUtils.binomialCoefficientLog(m, k));
            double plus = ways * StrictMath.pow(right, k) * StrictMath.pow(1 - right, m - k);
            double minus = ways * StrictMath.pow(right, m - k) * StrictMath.pow(1 - right, k);
            one[k] = (1 - c.blank()) * (plus + minus) / 2;
            truth[k] = plus + minus > 0 ? (plus - minus) / (plus + minus) : 0;
        }
        int count = 1;
        for (int k = 0; k < c.patterns(); k++) {
            count *= m + 2;
        }
        Units all = new Units(new double[count], new short[count][c.patterns()], new double[count][c.patterns()]);
        for (int i = 0; i < count; i++) {
            int rest = i;
            all.weights()[i] = 1;
            for (int k = 0; k < c.patterns(); k++) {
                int at = rest % (m + 2);
                rest /= m + 2;
                all.weights()[i] *= one[at];
                all.rows()[i][k] = (short) (at > m ? 0 : 2 * at - m);
                all.truth()[i][k] = truth[at];
            }
        }
        return all;
    }

    private static double[] simulated(Config c, Streams streams) {
        int m = c.examples();
        boolean alone = c.learning() == Learning.ALONE;
        Units units = new Units(
                new double[c.units()],
                new short[c.units()][alone ? m * c.patterns() : c.patterns()],
                new double[c.units()][c.patterns()]);
        Arrays.fill(units.weights(), 1.0 / c.units());
        Stream patterns = streams.at("patterns");
        Stream examples = streams.at("examples");
        Stream dynamics = streams.at("dynamics");
        double[] spins = new double[c.units()];
        for (int i = 0; i < spins.length; i++) {
            for (int k = 0; k < c.patterns(); k++) {
                double u = patterns.nextDouble();
                int entry = u < c.blank() ? 0 : u < (1 + c.blank()) / 2 ? 1 : -1;
                units.truth()[i][k] = entry;
                for (int a = 0; a < m; a++) {
                    int shown = examples.nextDouble() < (1 + c.quality()) / 2 ? entry : -entry;
                    units.rows()[i][alone ? k * m + a : k] += (short) shown;
                }
            }
            double entry = units.truth()[i][0];
            spins[i] = entry == 0 ? dynamics.nextDouble() < 0.5 ? 1 : -1 : entry;
        }
        return units.overlaps(new HebbianMemory(c.gain(c.learning()), units.weights(), units.rows())
                .heatBath(c.temperature(), spins, c.sweeps(), dynamics));
    }

    /** Overlaps from which the limit starts, each the given part of the one before. */
    private static double[] cue(Config c, double part) {
        double first = c.examples() * c.quality() * (1 - c.blank()) / 2;
        return IntStream.range(0, c.patterns())
                .mapToDouble(k -> first * StrictMath.pow(part, k))
                .toArray();
    }

    /** Overlaps in an infinite network of the patterns themselves. */
    static double[] law(int patterns, double blank, double temperature) {
        Config c = Schema.with(
                new MultitaskMemory().defaults(),
                "units=100, patterns=" + patterns + ", blank=" + blank + ", temperature=" + temperature);
        Units all = infinite(c);
        HebbianMemory memory = new HebbianMemory(1, all.weights(), all.rows());
        return sorted(all.overlaps(memory.means(temperature, memory.settled(temperature, cue(c, 0.1)))));
    }

    private static double rows(Config c) {
        return Math.pow(c.examples() + 2.0, c.patterns());
    }

    @Override
    public double work(Config c) {
        double across = c.patterns() * (c.learning() == Learning.ALONE ? c.examples() : 1.0);
        return (double) c.units() * (c.sweeps() * (60 + 4 * across) + 3.0 * c.patterns() * c.examples())
                + 5e4 * rows(c) * (20 + c.patterns()) / 100;
    }

    @Override
    public long memory(Config c) {
        double across = c.patterns() * (c.learning() == Learning.ALONE ? c.examples() : 1.0);
        return (long) (c.units() * (90 + 2 * across + 8.0 * c.patterns()) + rows(c) * (60 + 10.0 * c.patterns()))
                + (1L << 24);
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "Blank entries let a cold network retrieve three patterns at once",
                "Three patterns with blank entries do not follow (1 − d)dᵏ",
                "Three patterns with blank entries may follow (1 − d)dᵏ");
        board.subtitle(
                "Overlap of the network with pattern k = 0, 1, 2. Theory: infinite network; dots: 100,000 units");
        int n = board.replicas(4, 16);
        double[] grid = {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
        var cold = on(board, "three patterns, T = 0.02").along("blank", grid);
        var warm = on(board, "three patterns, T = 0.1")
                .with("temperature=0.1, sweeps=24")
                .along("blank", 0.2, 0.4, 0.5, 0.6, 0.8);
        var two = on(board, "two patterns, T = 0.02").with("patterns=2").along("blank", 0.3, 0.6);
        var none = on(board, "three patterns, T = 0.02").along("blank", 0);
        double[] few = {2, 4, 8};
        String shown = "patterns=2, blank=0.3, temperature=0.1, sweeps=16, quality=0.3";
        String words = "two patterns, d = 0.3, T = 0.1, r = 0.3, ";
        var taught = on(board, words + "with a teacher").with(shown).along("examples", few);
        var alone =
                on(board, words + "without").with(shown + ", learning=alone").along("examples", few);
        var noise = on(board, "two patterns, 8 examples of quality 0")
                .with(shown)
                .with("examples=8, quality=0")
                .each("learning", "teacher", "alone");
        board.replicas(1);
        var stable2 = on(board, "two patterns, T = 0.1")
                .with("patterns=2, temperature=0.1, units=100")
                .along("blank", 0.68, 0.7);
        var stable3 = on(board, "three patterns, T = 0.1")
                .with("temperature=0.1, units=100")
                .along("blank", 0.7, 0.715);
        board.stamp(n + "; limits of infinite size 1 (exact)");
        Axis x = Axis.linear("probability d of a blank entry").range(0.1, 0.9);
        Axis y = Axis.linear("overlap (1/N) Σ ξσ with a pattern").range(0, 0.85);
        Plot left =
                draw(board.plot("cold", "Temperature 0.02", x, y), 0.02, cold).text(0.36, 0.74, "dashed: (1 − d)dᵏ");
        Plot right =
                draw(board.plot("warm", "Temperature 0.1", x, y), 0.1, warm).text(0.62, 0.5, "equal from d = 0.71");

        for (double d : new double[] {0.3, 0.5}) {
            for (int k = 0; k < 3; k++) {
                int which = k;
                left.claim(
                                "law-" + (k + 1) + "-" + Numbers.brief(d, 1),
                                "overlap " + (k + 1) + " less (1 − d)dᵏ",
                                cold,
                                d)
                        .says("T = 0.02: overlaps are (1 − d)dᵏ up to d = 0.5 | overlap less (1 − d)dᵏ")
                        .theory(0, 0.01)
                        .control("claim: temperature")
                        .of(cold.at(d), r -> r.simulated().orNaN(which) - (1 - d) * StrictMath.pow(d, which))
                        .from(source(), "window 0.01, about 3/√N");
            }
        }
        left.claim("temperature", "largest overlap", cold, 0.6)
                .says("T = 0.02, d = 0.6: the largest is 0.368, not 0.4 | largest overlap")
                .theory(0.368, 0.01)
                .control("none: (1 − d) = 0.4 lies outside the window")
                .of(cold.at(0.6), r -> r.simulated().orNaN(0))
                .from("the law needs d + d² < 1 by a margin at T > 0; self-consistency computed independently");
        right.claim("equal", "first less third overlap", warm, 0.8)
                .says("T = 0.1: overlaps are equal at d = 0.8 | first less third overlap")
                .below(0.03)
                .control("claim: unequal")
                .of(warm.at(0.8), r -> r.simulated().orNaN(0) - r.simulated().orNaN(2))
                .from(source(), "bound of 0.03 set before the run");
        right.claim("unequal", "first less third overlap", warm, 0.6)
                .says("T = 0.1: overlaps differ at d = 0.6 | first less third overlap")
                .above(0.1)
                .control("claim: equal")
                .of(warm.at(0.6), r -> r.simulated().orNaN(0) - r.simulated().orNaN(2))
                .from(source(), "bound of 0.1 set before the run");
        for (int k = 0; k < 2; k++) {
            var line = k == 0 ? stable2 : stable3;
            double onset = k == 0 ? 0.6914 : 0.7071;
            for (double d : line.x()) {
                ClaimDraft claim = board.claim(
                        "stable-" + (k + 2) + (d < onset ? "-below" : "-above"),
                        "growth of a small difference between equal overlaps",
                        line,
                        d);
                (d < onset ? claim.above(1) : claim.below(1))
                        .control("claim: stable-" + (k + 2) + (d < onset ? "-above" : "-below"))
                        .of(line.at(d).mean(Result::growth))
                        .from("equal overlaps are stable from d = " + onset + ", computed independently");
            }
        }
        board.claim("energy", "free energy of the hierarchy less that of equal overlaps", cold, 0.6)
                .below(-1e-3)
                .control("claim: no-energy")
                .of(cold.at(0.6).mean(Result::energy))
                .from(source(), "bound set before the run");
        board.claim("no-energy", "free energy of the settled state less that of equal overlaps", warm, 0.8)
                .theory(0, 1e-6)
                .control("claim: energy")
                .of(warm.at(0.8).mean(Result::energy))
                .from("both are the same state");
        for (double d : two.x()) {
            board.claim("two-" + Numbers.brief(d, 1), "second overlap less d(1 − d)", two, d)
                    .theory(0, 0.01)
                    .control("claim: temperature")
                    .of(two.at(d), r -> r.simulated().orNaN(1) - d * (1 - d))
                    .from(source(), "window 0.01, about 3/√N");
        }
        board.claim("full", "second overlap", none, 0)
                .below(0.03)
                .control("claim: law-2-0.3")
                .of(none.at(0), r -> r.simulated().orNaN(1))
                .from("control: without blanks one pattern takes all units; bound set before the run");
        for (double d : grid) {
            board.claim(
                            "limit-" + Numbers.brief(d, 1),
                            "largest difference of simulation and infinite network",
                            cold,
                            d)
                    .below(0.01)
                    .control("claim: temperature")
                    .of(cold.at(d), Result::gap)
                    .from("self-consistent overlaps; window 0.01, about 3/√N");
        }
        for (double m : few) {
            board.claim("teacher-" + (int) m, "second overlap without less with a teacher", alone, m)
                    .theory(0, 0.015)
                    .control(m == 2 ? "claim: teacher-8" : "claim: teacher-2")
                    .of(alone.at(m).less(taught.at(m), r -> r.simulated().orNaN(1)))
                    .from(source(), "no difference; window set before the run");
        }
        for (int k = 1; k <= 2; k++) {
            board.claim("noise-" + k, "largest overlap, learning " + (k == 1 ? "with a teacher" : "without"), noise, k)
                    .below(0.03)
                    .control("claim: good")
                    .of(noise.at(k), r -> r.simulated().orNaN(0))
                    .from("control: examples of quality 0 say nothing of the pattern");
        }
        board.claim("good", "largest overlap, with a teacher", taught, 8)
                .above(0.2)
                .control("claim: noise-1")
                .of(taught.at(8), r -> r.simulated().orNaN(0))
                .from("bound set before the run");
        board.caption("""
                Overlaps (1/N) Σ ξσ, in descending order, of a Hopfield network (couplings Σ ξξ/N) with three patterns of entries 0 with probability d, else ±1. Solid lines: overlaps that reproduce themselves, \
                m = E[ξ tanh(Σ ξm/T)], by enumeration. Dots: heat-bath simulation of 100,000 units from pattern 1, mean of {} replicas. Dashed: (1 − d)dᵏ, exact at T = 0 if d + d² < 1 (d < 0.618). (a) T = 0.02, \
                (b) T = 0.1: equal overlaps are stable from d = 0.7071. In the table: two patterns, and couplings from M examples of each, with a teacher who averages them or without.""", n);
    }

    private static Plot draw(Plot plot, double temperature, Line<Config, Result> line) {
        double[] x = Line.even(0.12, 0.88, 77);
        for (int k = 0; k < 3; k++) {
            int which = k;
            String name = List.of("first pattern", "second", "third").get(k);
            plot.points(name, line, Reduction.mean(r -> r.simulated().orNaN(which)))
                    .law(name, x, d -> law(3, d, temperature)[which])
                    .line(
                            LineKind.BORDER,
                            name,
                            x,
                            Arrays.stream(x)
                                    .map(d -> (1 - d) * StrictMath.pow(d, which))
                                    .toArray());
        }
        return plot;
    }

    @Override
    protected String says() {
        return """
                A Hopfield network whose patterns are full retrieves one of them. The paper leaves entries blank with probability d: the units that one pattern leaves free take up the next, so the overlaps
                with K patterns are (1 − d)dᵏ; with many blanks all overlaps become equal; and couplings learned from noisy examples work as well without a teacher who says which examples belong together.

                At T = 0.02 three patterns have overlaps (1 − d)dᵏ within 0.005 up to d = 0.5, in simulations of 100,000 units; without blanks the second overlap is 0.003. At T = 0 the law holds exactly
                while d + d² < 1, but at d = 0.6 even T = 0.02 counts: 0.367, 0.27, 0.18 instead of 0.4, 0.24, 0.144. At T = 0.1 the hierarchy loses its third member below d = 0.4, and
                equal overlaps are stable from d = 0.7071 (two patterns: 0.6914).

                The teacher does not matter from 8 examples of quality 0.3 on: the second overlap differs by 0.001. With 2 examples it matters: starting from pattern 1, the second overlap is
                0.06 without a teacher and 0.13 with one. With 4 the runs end in different states, since states that retrieve single examples then have the lower free energy; the claim is undecided.
                Examples of quality 0 are the control: no overlap with the pattern is left. In practice: the paper's tolerance 4/√N is 0.05 at N = 6,000 and hides such differences, so use 10⁵ units, start from a cue, and average
                the examples of a pattern if you know which they are. In Java: `new MultitaskMemory().run("patterns=3, blank=0.4", 1)`.""";
    }
}
