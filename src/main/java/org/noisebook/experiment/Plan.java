package org.noisebook.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The missing runs of sweeps, their expected cost, and how to distribute them.
 *
 * <p>A study's cost is its {@link Study#work} times a measured rate: the rate of cached runs of the same cells, else of
 * timed steps, else of cached runs of other cells. Since runs may stop early, the costs of equal work vary over
 * decades; the simulation draws for each run the ratio of a measured one.
 *
 * <p><b>Error</b>: rates are those of the measuring machine and of cells that may stop at other times.
 */
public final class Plan {
    private static final double HOUR = 3600;
    private static final int ROUNDS = 100;
    private static final int[] CORES = {1, 16, 256, 4096};
    private static final Pattern CONFIG = Pattern.compile("\"config\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern WALL = Pattern.compile("\"wallSeconds\": ([-+0-9.eE]+)");

    private final Streams streams;
    private final String engineClass;
    private final Cache cache;
    private final double shareOfWork;
    private final List<Part<?, ?>> parts = new ArrayList<>();
    private final List<Cost> costs = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> bases = new TreeSet<>();
    private final Set<String> unknown = new TreeSet<>();
    private long missing;

    /**
     * One sweep: the work of all runs by key, the keys of the missing ones, and the config with the most work of these.
     */
    private record Part<C extends Record, R extends Record>(
            Sweep<C, R> sweep, Map<String, Double> work, List<String> missing, Optional<C> largest) {}

    /** Expected core seconds of a part's missing runs by key, and ratios of measured to expected cost. */
    private record Cost(Map<String, Double> seconds, double[] ratios) {}

    Plan(long rootSeed, String engineClass, Cache cache, double shareOfWork, List<Sweep<?, ?>> sweeps)
            throws IOException {
        this.streams = Streams.of(rootSeed);
        this.engineClass = engineClass;
        this.cache = cache;
        this.shareOfWork = shareOfWork;
        for (Sweep<?, ?> sweep : sweeps) {
            add(sweep);
        }
    }

    private <C extends Record, R extends Record> void add(Sweep<C, R> sweep) throws IOException {
        Map<String, Double> work = new LinkedHashMap<>();
        Map<String, C> fresh = new LinkedHashMap<>();
        sweep.visit(streams.rootSeed(), engineClass, (run, key) -> {
            if (work.put(key, sweep.study().work(run.config())) == null && seen.add(key)) {
                fresh.put(key, run.config());
            }
        });
        List<String> open = new ArrayList<>();
        for (String key : fresh.keySet()) {
            if (!cache.has(sweep.study(), key)) {
                open.add(key);
            }
        }
        missing += open.size();
        Optional<C> largest =
                open.stream().max(Comparator.comparingDouble(work::get)).map(fresh::get);
        parts.add(new Part<>(sweep, work, open, largest));
    }

    /** Measured when costs are first requested; a shard that only counts never does. */
    private List<Cost> costs() {
        try {
            for (int k = costs.size(); k < parts.size(); k++) {
                costs.add(cost(parts.get(k)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return costs;
    }

    private <C extends Record, R extends Record> Cost cost(Part<C, R> part) throws IOException {
        Map<String, Double> seconds = new LinkedHashMap<>();
        if (part.largest().isEmpty()) {
            return new Cost(seconds, new double[] {1});
        }
        Study<C, R> study = part.sweep().study();
        Measured measured = measure(part.sweep(), part.largest().get());
        bases.add(study.id() + " " + measured.basis());
        part.missing().forEach(key -> seconds.put(key, part.work().get(key) * measured.rate()));
        return new Cost(seconds, measured.ratios());
    }

    /**
     * Core seconds per unit of work, the basis of this rate, and ratios of measured to predicted cost (mean about 1).
     */
    private record Measured(double rate, String basis, double[] ratios) {}

    private <C extends Record, R extends Record> Measured measure(Sweep<C, R> sweep, C largest) throws IOException {
        Study<C, R> study = sweep.study();
        Set<C> configs = new HashSet<>();
        sweep.cells().forEach(cell -> configs.add(cell.config()));
        List<double[]> same = new ArrayList<>();
        List<double[]> others = new ArrayList<>();
        measured(
                cache.runRecords(study),
                study,
                engineClass,
                (config, seconds) ->
                        (configs.contains(config) ? same : others).add(new double[] {study.work(config), seconds}));
        double timed =
                same.isEmpty() ? study.seconds(largest, streams) / study.work(largest) * shareOfWork : Double.NaN;
        List<double[]> chosen = same.isEmpty() ? others : same;
        double rate = sum(chosen, 1) / sum(chosen, 0);
        double[] ratios = chosen.stream().mapToDouble(one -> one[1] / one[0]).toArray();
        if (timed > 0) {
            return new Measured(
                    timed,
                    "by timed steps"
                            + (shareOfWork < 1
                                    ? ", of which runs like these took " + shareOfWork
                                    : ", the most they can be"),
                    scaled(ratios, 1 / shareOfWork));
        }
        if (!(rate > 0)) {
            unknown.add(study.id());
        }
        return new Measured(
                rate,
                "by " + chosen.size() + " measured runs of " + (same.isEmpty() ? "other" : "these") + " cells",
                scaled(ratios, Double.POSITIVE_INFINITY));
    }

    /**
     * Visits config and wall seconds of the run records of an engine class; records with outdated fields are skipped.
     */
    static <C extends Record, R extends Record> void measured(
            List<String> records, Study<C, R> study, String engineClass, BiConsumer<C, Double> visitor) {
        Map<String, Optional<C>> configs = new HashMap<>();
        for (String text : records) {
            Matcher config = CONFIG.matcher(text);
            Matcher wall = WALL.matcher(text);
            if (text.contains("\"engine\": \"" + engineClass + "\"") && config.find() && wall.find()) {
                configs.computeIfAbsent(config.group(1), words -> parse(study, words.replaceAll("\\\\(.)", "$1")))
                        .ifPresent(of -> visitor.accept(of, Double.parseDouble(wall.group(1))));
            }
        }
    }

    private static <C extends Record, R extends Record> Optional<C> parse(Study<C, R> study, String text) {
        try {
            C start = study.defaults();
            return Optional.of(Schema.of(start).parse(text, start));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The ratios scaled to mean 1 and capped: a run that reaches its cap costs no more than all its steps. */
    private static double[] scaled(double[] ratios, double most) {
        double scale = ratios.length / Arrays.stream(ratios).sum();
        for (int round = 0; round < ROUNDS; round++) {
            double now = scale;
            scale *= ratios.length
                    / Arrays.stream(ratios)
                            .map(one -> Math.min(now * one, most))
                            .sum();
        }
        double last = scale;
        return Arrays.stream(ratios).map(one -> Math.min(last * one, most)).toArray();
    }

    private static double sum(List<double[]> measured, int column) {
        return measured.stream().mapToDouble(one -> one[column]).sum();
    }

    /** Number of distinct runs in all sweeps. */
    public long runs() {
        return seen.size();
    }

    /** Number of runs that are not in the cache. */
    public long missing() {
        return missing;
    }

    /** Expected core seconds of the missing runs; NaN if nothing has been measured. */
    public double seconds() {
        return costs().stream()
                .flatMap(part -> part.seconds().values().stream())
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** Number of runs in a shard, cached or not. */
    public long runsOf(Shard shard) {
        return parts.stream()
                .mapToLong(part -> Shard.deal(part.work(), shard.count()).values().stream()
                        .filter(index -> index == shard.index())
                        .count())
                .sum();
    }

    /** Expected core seconds of the largest shard, for a given number of shards. */
    double largestShard(int count) {
        double[] loads = new double[count];
        for (int k = 0; k < parts.size(); k++) {
            Map<String, Integer> dealt = Shard.deal(parts.get(k).work(), count);
            costs().get(k).seconds().forEach((key, seconds) -> loads[dealt.get(key) - 1] += seconds);
        }
        return Arrays.stream(loads).max().orElse(0);
    }

    /**
     * A simulated execution of the missing runs by list scheduling, longest work first.
     *
     * @param makespan seconds from the start to the end of the last run
     * @param tail seconds from when the first core becomes idle until the end
     * @param efficiency core seconds of the runs divided by those of the cores until the end
     */
    public record Schedule(double makespan, double tail, double efficiency) {}

    /** Simulates execution on a number of cores; each run costs its expected time multiplied by a measured ratio. */
    public Schedule simulate(int cores) {
        Stream stream = streams.at("bootstrap-plan");
        List<double[]> costs = new ArrayList<>();
        for (Cost part : costs()) {
            for (double seconds : part.seconds().values()) {
                int measured = part.ratios().length;
                double ratio = measured == 0 ? 1 : part.ratios()[stream.nextIndex(measured)];
                costs.add(new double[] {seconds, seconds * ratio});
            }
        }
        costs.sort(Comparator.comparingDouble(one -> -one[0]));
        double[] actual = costs.stream().mapToDouble(one -> one[1]).toArray();
        double[] loads = Shard.loads(actual, Shard.schedule(actual, cores), cores);
        double end = Arrays.stream(loads).max().orElse(0);
        return new Schedule(
                end,
                end - Arrays.stream(loads).min().orElse(0),
                Arrays.stream(actual).sum() / (end * cores));
    }

    /** The missing runs, their cost and their distribution, as a few lines under a heading. */
    public String text(String name) {
        StringBuilder text = new StringBuilder();
        add(text, "%s: %d runs, %d in the cache, %d missing", name, runs(), runs() - missing, missing);
        if (missing == 0) {
            return text.toString();
        }
        double seconds = seconds();
        if (!unknown.isEmpty()) {
            add(text, "cost unknown: no run of %s has been measured; run one cell first", String.join(", ", unknown));
            add(text, "shards: up to --shard 1/%d", missing);
            return text.toString();
        }
        add(text, "expected %s CPU, %s", time(seconds), bases.stream().collect(Collectors.joining("; ")));
        for (int cores : CORES) {
            if (cores <= missing) {
                Schedule schedule = simulate(cores);
                add(
                        text,
                        "%5d %s %s, efficiency %.2f",
                        cores,
                        cores == 1 ? "core: " : "cores:",
                        time(schedule.makespan()),
                        schedule.efficiency());
            }
        }
        int shards = (int) Math.max(1, Math.min(missing, Math.rint(seconds / HOUR)));
        if (shards > 1) {
            add(
                    text,
                    "shards: --shard 1/%d to --shard %d/%d, the largest %s",
                    shards,
                    shards,
                    shards,
                    time(largestShard(shards)));
        } else {
            add(text, "shards: none are needed for less than an hour and a half");
        }
        return text.toString();
    }

    private static void add(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String time(double seconds) {
        return seconds < 2 * HOUR / 60
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : seconds < 2 * HOUR
                        ? String.format(Locale.ROOT, "%.0f min", seconds * 60 / HOUR)
                        : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}
