package org.noisebook.compare;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.compare.Comparison.Options;
import org.noisebook.compare.RunReader.Keep;
import org.noisebook.compare.RunReader.Said;
import org.noisebook.rng.Streams;

/** Tables, options and comparisons that tests share. */
final class Compared {
    private Compared() {}

    static List<String> tasks(int n) {
        return IntStream.range(0, n).mapToObj(k -> "t" + k).toList();
    }

    /** A and B with the same seeds, {@code [model][task][seed]}. */
    static RunTable pair(double[][][] y) {
        return RunTable.of(y, List.of("A", "B"), tasks(y[0].length));
    }

    /** A and B without a common seed. */
    static RunTable fresh(double[][][] y) {
        RunTable table = pair(y);
        for (int[] of : table.seed()[1]) {
            Arrays.setAll(of, i -> of[i] + 100);
        }
        return table;
    }

    static Options options(Stopping.Rule rule, int seeds, Optional<String> baseline, boolean overTasks) {
        return new Options(0.05, 0.75, rule, seeds, baseline, 100, Optional.empty(), Family.Control.ANY, overTasks);
    }

    static Comparison compare(RunTable table, Options options) {
        return Comparison.of(table, options, Streams.of(1).at("compare"));
    }

    /** All pairs, or each with a baseline, at any look. */
    static Comparison compare(RunTable table, Optional<String> baseline) {
        return compare(table, options(Stopping.Rule.ANYTIME, 0, baseline, false));
    }

    static Comparison compare(RunTable table) {
        return compare(table, Optional.empty());
    }

    /** The first two models at any look, with a largest number of seeds or 0. */
    static PairComparison duel(RunTable table, int most) {
        Stopping stopping = new Stopping(Stopping.Rule.ANYTIME, 0.05, most);
        return PairComparison.of(table, 0, 1, stopping, 1, Streams.of(1).at("x"), new HashMap<>());
    }

    /** A table of which something is said. */
    static Said said(List<String> score, Keep keep, List<String> ignored, Optional<Double> testShare) {
        Said nothing = Said.nothing();
        return new Said(
                nothing.model(),
                nothing.task(),
                nothing.seed(),
                score,
                nothing.step(),
                keep,
                nothing.wide(),
                nothing.runName(),
                nothing.lowerIsBetter(),
                false,
                ignored,
                nothing.fold(),
                testShare);
    }
}
