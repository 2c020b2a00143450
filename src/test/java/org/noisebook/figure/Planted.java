package org.noisebook.figure;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Runner;

/** Runs that compute nothing: their results are a planted function of config and replica. */
public final class Planted {
    private Planted() {}

    /** What is planted for a run. */
    public interface Law {
        /** The result. */
        Record of(Run<?, ?> run) throws IOException;
    }

    private record Plan(Law law) implements Runner {
        @Override
        public int threads() {
            return 1;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink)
                throws IOException {
            for (int k = 0; k < runs.size(); k++) {
                sink.ended(k, Optional.of((R) law.of(runs.get(k))), Duration.ZERO);
            }
        }
    }

    /** An experiment of such runs, with an empty cache. */
    public static Experiment runs(Law law) {
        return new Experiment(Experiment.STANDARD_SEED, Cache.inMemory(), new Plan(law), Progress.SILENT);
    }

    /** The same of config and replica alone. */
    public static Experiment experiment(BiFunction<Record, Integer, Record> law) {
        return runs(run -> law.apply(run.config(), run.streams().replica()));
    }

    /** Rows of a table by panel, series and kind, as many of them as are given; {@code a*} is all that begins with a. */
    public static int[] rows(Frame frame, String... keys) {
        List<String> columns = List.of("panel", "series", "kind");
        return IntStream.range(0, frame.rows())
                .filter(row ->
                        IntStream.range(0, keys.length).allMatch(k -> fits(frame.text(row, columns.get(k)), keys[k])))
                .toArray();
    }

    private static boolean fits(String text, String key) {
        return key.endsWith("*") ? text.startsWith(key.substring(0, key.length() - 1)) : text.equals(key);
    }

    /** The numbers of a column in those rows. */
    public static double[] column(Frame frame, String name, String... keys) {
        return Arrays.stream(rows(frame, keys))
                .mapToDouble(row -> frame.doubles(name)[row])
                .toArray();
    }

    /** A claim of a drawing. */
    public static Claim claim(Story.Drawing drawing, String id) {
        return drawing.claims().stream()
                .filter(claim -> claim.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
