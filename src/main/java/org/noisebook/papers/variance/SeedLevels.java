package org.noisebook.papers.variance;

import java.util.List;
import org.noisebook.data.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.CrossedComponents;

/**
 * Number of seeds of each source of randomness in a fully crossed design of initialisation, order and data.
 *
 * <p>Seed i of a source with I levels is replica r·I + i of its stream, r the replica of the study, so replicas share no seed; a fixed
 * source keeps the seeds of replica 0.
 *
 * <p><b>Shapes</b>: cells are {@code [init][order][data]}, row-major.
 */
public record SeedLevels(
        @Parameter(standard = "6", value = "seeds of the initialisation", symbol = "I", range = "[2, 1000]")
        int init,

        @Parameter(standard = "6", value = "seeds of the order", symbol = "J", range = "[2, 1000]")
        int order,

        @Parameter(standard = "6", value = "seeds of the data", symbol = "K", range = "[2, 1000]")
        int data) {
    /** The names of the three sources, which are also their streams. */
    static final List<String> SOURCES = List.of("init", "order", "data");

    private static final int MOST_CELLS = 1_000_000;

    public SeedLevels {
        Check.inRange("init · order · data", (long) init * order * data, 2, MOST_CELLS);
    }

    /** The same number of seeds of every source. */
    public static SeedLevels of(int each) {
        return new SeedLevels(each, each, each);
    }

    /** Total number of trainings. */
    public int cells() {
        return init * order * data;
    }

    /** The numbers of seeds {init, order, data}. */
    public int[] counts() {
        return new int[] {init, order, data};
    }

    /** The variance components from one response per cell; the stream draws their intervals. */
    public CrossedComponents components(double[] response, Stream stream) {
        return CrossedComponents.of(SOURCES, counts(), response, stream);
    }

    /** The streams of a cell, each source pinned to its seed. */
    public Streams at(Streams streams, int cell) {
        int[] seeds = {cell / (order * data), cell / data % order, cell % data};
        int[] counts = counts();
        Streams own = streams;
        for (int k = 0; k < counts.length; k++) {
            String source = SOURCES.get(k);
            int first = streams.fixed().contains(source) ? 0 : streams.replica() * counts[k];
            own = own.withReplica(source, first + seeds[k]);
        }
        return own;
    }
}
