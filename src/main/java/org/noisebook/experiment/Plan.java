package org.noisebook.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * What sweeps lack, what that will cost, and how to share it out.
 *
 * <p>A study's cost is its {@link Study#work} times a measured rate: that of runs of the same cells in the cache, else of its
 * timed steps, else of runs of other cells. Runs stop early, so that costs of equal work spread over decades: the simulation
 * gives each run the ratio of a measured one, drawn anew.
 *
 * <p><b>Error</b>: rates are of the machine that measured them, and of cells that may stop earlier or later than those planned.
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
    private final List<Part> parts = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> bases = new TreeSet<>();
    private final Set<String> unknown = new TreeSet<>();
    private long runs;
    private long missing;

    /** One sweep: work of all its runs and expected core seconds of those missing, by key, and measured costs over expected ones. */
    private record Part(Map<String, Double> work, Map<String, Double> seconds, double[] ratios) {}

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
        List<String> open = new ArrayList<>();
        C largest = null;
        Set<C> configs = new HashSet<>();
        for (Sweep.Cell<C> cell : sweep.cells()) {
            double one = sweep.study().work(cell.config());
            configs.add(cell.config());
            for (int r = 0; r < cell.replicas(); r++) {
                Run<C, R> run = new Run<>(
                        sweep.study(),
                        cell.config(),
                        streams.withFixed(sweep.fixed()).withReplica(r));
                String key = run.key(engineClass);
                if (work.put(key, one) == null && seen.add(key)) {
                    runs++;
                    if (cache.find(run, key).isEmpty()) {
                        open.add(key);
                        largest = largest == null || one > sweep.study().work(largest) ? cell.config() : largest;
                    }
                }
            }
        }
        missing += open.size();
        Map<String, Double> seconds = new LinkedHashMap<>();
        double[] ratios = {1};
        if (largest != null) {
            Measured measured = measure(sweep.study(), configs, largest);
            ratios = measured.ratios();
            bases.add(sweep.study().id() + " " + measured.basis());
            open.forEach(key -> seconds.put(key, work.get(key) * measured.rate()));
        }
        parts.add(new Part(work, seconds, ratios));
    }

    /** Core seconds a unit of work, what they rest on, and measured costs over what that rate foretells, of mean about 1. */
    private record Measured(double rate, String basis, double[] ratios) {}

    private <C extends Record, R extends Record> Measured measure(Study<C, R> study, Set<C> configs, C largest)
            throws IOException {
        List<double[]> same = new ArrayList<>();
        List<double[]> others = new ArrayList<>();
        for (String text : cache.runRecords(study)) {
            Matcher config = CONFIG.matcher(text);
            Matcher wall = WALL.matcher(text);
            if (text.contains("\"engine\": \"" + engineClass + "\"") && config.find() && wall.find()) {
                try {
                    C of = Schema.of(largest).parse(config.group(1).replaceAll("\\\\(.)", "$1"), study.defaults());
                    (configs.contains(of) ? same : others)
                            .add(new double[] {study.work(of), Double.parseDouble(wall.group(1))});
                } catch (IllegalArgumentException ignored) {
                    // A record of older fields measures nothing that is planned.
                }
            }
        }
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

    /** The same with mean 1 and none above the most: a run that reaches its cap costs no more than all its steps. */
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

    /** Different runs of all sweeps. */
    public long runs() {
        return runs;
    }

    /** Runs that are not in the cache. */
    public long missing() {
        return missing;
    }

    /** Expected core seconds of what is missing; NaN where nothing has been measured. */
    public double seconds() {
        return parts.stream()
                .flatMap(part -> part.seconds().values().stream())
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** The runs of a shard, in the cache or not. */
    public long runsOf(Shard shard) {
        return parts.stream()
                .mapToLong(part -> Shard.deal(part.work(), shard.count()).values().stream()
                        .filter(index -> index == shard.index())
                        .count())
                .sum();
    }

    /** Expected core seconds of the largest of so many shards. */
    double largestShard(int count) {
        double[] loads = new double[count];
        for (Part part : parts) {
            Map<String, Integer> dealt = Shard.deal(part.work(), count);
            part.seconds().forEach((key, seconds) -> loads[dealt.get(key) - 1] += seconds);
        }
        return Arrays.stream(loads).max().orElse(0);
    }

    /**
     * A simulated execution of what is missing by list scheduling, longest work first.
     *
     * @param makespan seconds from the start to the last end
     * @param tail seconds of them after the first core went idle
     * @param efficiency core seconds of the runs over those of the cores until the end
     */
    public record Schedule(double makespan, double tail, double efficiency) {}

    /** Simulates on so many cores, each run's cost its expected one times a measured ratio. */
    public Schedule simulate(int cores) {
        Stream stream = streams.at("bootstrap-plan");
        List<double[]> costs = new ArrayList<>();
        for (Part part : parts) {
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

    /** What is missing, what it will cost and how to share it out, in a few lines under a name. */
    public String text(String name) {
        StringBuilder text = new StringBuilder();
        add(text, "%s: %d runs, %d in the cache, %d missing", name, runs, runs - missing, missing);
        if (missing == 0) {
            return text.toString();
        }
        if (!unknown.isEmpty()) {
            add(text, "cost unknown: no run of %s has been measured; run one cell first", String.join(", ", unknown));
            add(text, "shards: up to --shard 1/%d", missing);
            return text.toString();
        }
        double seconds = seconds();
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
