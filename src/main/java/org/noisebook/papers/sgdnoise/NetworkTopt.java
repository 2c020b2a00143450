package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.paper.NetworkCells;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The temperature of the smallest test error, T_opt, against α in the feature regime: its exponent k against
 * (D − 1)/(D + 1).
 *
 * <p>The tasks are listed here beforehand and all are tried on pilot replicas. A task whose error has a minimum inside the
 * range of temperatures, at three or more of the four α, is measured on other replicas; every task has its claim.
 */
public final class NetworkTopt extends Story {
    private static final double[] OUTPUT_SCALES = {0x1p-12, 0x1p-9, 0x1p-6, 0x1p-3};
    private static final double[] TEMPERATURES = powers(0x1p-9, 2, 12);
    private static final int[] PILOT = {0, 1, 2, 3, 4, 5};
    private static final int MINIMA_NEEDED = 3;
    /** Most tasks measured, those of the deepest minima in the pilot. */
    private static final int MOST_CHOSEN = 4;

    private static final List<String> PLACES = List.of("", "least noise", "in between", "most noise");
    private static final String PILOTS = "pilot";

    private static final NetworkConfig SIGN = Schema.with(NetworkCells.GAUSSIAN, "sampleCap=2^19");
    private static final NetworkConfig STRIPE = Schema.with(SIGN, "dataset=stripe");
    private static final NetworkConfig MNIST = Schema.with(
            NetworkCells.DIGITS,
            "dataset=mnist, testSize=4096, testDraw=own, batchSize=16, sampleCap=2^21,"
                    + " network=fullyConnected(depth=5, width=128, activation=relu)");
    private static final List<Candidate> CANDIDATES = List.of(
            task("sign", SIGN, 128, 3),
            task("sign", SIGN, 512, 3),
            task("sign", SIGN, 512, 5),
            task("stripe", STRIPE, 256, 2),
            task("stripe", STRIPE, 256, 3),
            task("digits", NetworkCells.DIGITS, 128, 3),
            task("digits", NetworkCells.DIGITS, 512, 3),
            task("digits", NetworkCells.DIGITS, 128, 5));
    /** MNIST by parity, in the full preset alone. */
    private static final List<Candidate> MORE = List.of(task("MNIST", MNIST, 1024, 3), task("MNIST", MNIST, 1024, 5));

    /** A task that may have an optimum. */
    private record Candidate(String name, NetworkConfig base) {
        String words() {
            return name.replaceAll("P = (\\d+), D = (\\d)", "$1 points, $2 layers");
        }

        /** Declares its cells along T at every α, with the replicas said last. */
        List<Line<NetworkConfig, NetworkResult>> lines(Board board) {
            return Arrays.stream(OUTPUT_SCALES)
                    .mapToObj(a -> board.along(NetworkCells.STUDY, TEMPERATURES, t -> NetworkCells.at(base, a, t)))
                    .toList();
        }
    }

    private static Candidate task(String data, NetworkConfig base, int size, int depth) {
        return new Candidate(
                data + ", P = " + size + ", D = " + depth,
                NetworkCells.withDepth(Schema.with(base, "trainSize", size), depth));
    }

    /** The figure. */
    public NetworkTopt() {
        super("network-topt", "The best temperature against α in the feature regime", NetworkCells.SOURCES);
    }

    /** A valley for each α of every task, on the replicas from the given one on. */
    private static Map<Candidate, List<ErrorValley>> valleys(Board board, List<Candidate> tasks, int first) {
        Map<Candidate, List<Line<NetworkConfig, NetworkResult>>> lines = new LinkedHashMap<>();
        tasks.forEach(task -> lines.put(task, task.lines(board)));
        Map<Candidate, List<ErrorValley>> valleys = new LinkedHashMap<>();
        lines.forEach((task, all) -> valleys.put(
                task,
                all.stream().map(line -> ErrorValley.of(line.after(first))).toList()));
        return valleys;
    }

    /** Those with a minimum inside the range of temperatures, in the pilot. */
    private static List<ErrorValley> inner(List<ErrorValley> valleys) {
        return valleys.stream().filter(valley -> valley.inside(PILOT)).toList();
    }

    private static double depth(List<ErrorValley> valleys) {
        return inner(valleys).stream()
                .mapToDouble(v -> v.depth(PILOT))
                .average()
                .orElse(0);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "The best noise grows with the output scale as predicted",
                "The best noise does not grow with the output scale as predicted",
                "Noise helps on digits and hurts on the sign task");
        board.subtitle("Change of test error relative to the weakest noise, against noise, at four output scales");
        board.show(
                "digits, P = 512, D = 3", "sign, P = 128, D = 3", "MNIST, P = 1024, D = 3", "MNIST, P = 1024, D = 5");
        List<Candidate> tasks = board.choose(CANDIDATES, MORE);
        board.replicas(PILOT.length);
        Map<Candidate, List<ErrorValley>> pilots = valleys(board, tasks, 0);
        List<Candidate> chosen = tasks.stream()
                .filter(task -> inner(pilots.get(task)).size() >= MINIMA_NEEDED)
                .sorted(Comparator.comparingDouble(task -> -depth(pilots.get(task))))
                .limit(MOST_CHOSEN)
                .toList();
        int n = board.choose(10, 16);
        board.replicas(PILOT.length + n);
        Map<Candidate, List<ErrorValley>> measured = valleys(board, chosen, PILOT.length);
        Map<Candidate, Estimate> exponents = new LinkedHashMap<>();
        measured.forEach((task, valleys) -> exponents.put(task, exponent(board, task, valleys, n)));
        tasks.forEach(task -> exponents.putIfAbsent(task, Estimate.ofMean()));
        long tested = exponents.values().stream().filter(k -> k.n() > 0).count();
        Stream.concat(chosen.stream(), tasks.stream())
                .distinct()
                .limit(2)
                .forEach(task -> tellValleys(board, task, measured.getOrDefault(task, pilots.get(task))));
        tellPlaces(board, pilots, measured, n);
        exponents.forEach((task, exponent) -> claim(board, task, exponent, tested + " of " + tasks.size()));
        board.stamp(PILOT.length + (chosen.isEmpty() ? "" : " (pilot), " + n + " (curves)"));
        board.caption(
                "Tasks, listed beforehand. Curves: test error less that at the lowest T on the same replicas, with 95 % t"
                        + " intervals{}, as far as all fit. Map: where the mean error is least. Curves and"
                        + " their tasks in the map: replicas {} to {}, of at most four tasks with three or more inside by pilot"
                        + " replicas 0 to {}, which give the rest. T_opt of claims: vertex of the"
                        + " parabola through the smallest mean and its neighbours, 95 % bootstrap intervals, in no law where one"
                        + " reaches an edge. Theory: k = (D − 1)/(D + 1). {}; h = {}, B = {}, float32.",
                board.choose(" without the error of the test set", ", each replica with its own test points"),
                PILOT.length,
                PILOT.length + n - 1,
                PILOT.length - 1,
                board.choose("x ~ N(0, 1₁₀), ReLU; digits: parity, GELU", "MNIST by parity, ReLU"),
                tasks.get(0).base.network().width(),
                tasks.get(0).base.batchSize());
    }

    private static void claim(Board board, Candidate task, Estimate exponent, String tested) {
        String none = "; fewer than three minima inside the range, or not among the four deepest in the pilot";
        board.claim(
                        task.name
                                .toLowerCase(Locale.ROOT)
                                .replace(", p = ", "-p")
                                .replace(", d = ", "-d"),
                        "T_opt ~ α^k with k = (D−1)/(D+1), " + task.name + (exponent.n() == 0 ? none : ""))
                .in(PILOTS)
                .says("The best noise grows with α as predicted")
                .theory(NetworkCells.featureExponent(task.base.network().depth()))
                .judge(exponent, "Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003");
    }

    /** Where the minima lie, on the replicas of the curves where a task has them, else of the pilot. */
    private static void tellPlaces(
            Board board, Map<Candidate, List<ErrorValley>> pilots, Map<Candidate, List<ErrorValley>> measured, int n) {
        List<Candidate> rows = List.copyOf(pilots.keySet());
        double[][] places = new double[rows.size()][OUTPUT_SCALES.length];
        Ends[][] ends = new Ends[rows.size()][OUTPUT_SCALES.length];
        for (int j = 0; j < rows.size(); j++) {
            List<ErrorValley> row = measured.getOrDefault(rows.get(j), pilots.get(rows.get(j)));
            int[] replicas =
                    measured.containsKey(rows.get(j)) ? IntStream.range(0, n).toArray() : PILOT;
            Arrays.setAll(places[j], s -> row.get(s).place(replicas));
            Arrays.setAll(ends[j], s -> row.get(s).ends(replicas.length));
        }
        Axis tasks =
                Axis.named("", pilots.keySet().stream().map(Candidate::words).toList());
        Axis scales = Axis.log2("output scale α: the smaller, the more features are learned");
        double[] ys = numbered(rows.size());
        ColourBar bar = ColourBar.classes();
        String title = "Best noise";
        Plot map = board.map(PILOTS, title, scales, tasks, bar, OUTPUT_SCALES, ys, places, ends);
        for (int j = 0; j < rows.size(); j++) {
            for (int s = 0; s < OUTPUT_SCALES.length; s++) {
                map.text(OUTPUT_SCALES[s], ys[j], PLACES.get((int) places[j][s]));
            }
        }
    }

    /** Errors less that at the lowest temperature, replica by replica. */
    private static void tellValleys(Board board, Candidate task, List<ErrorValley> valleys) {
        int width = task.base.network().width();
        Axis temperature = Axis.log2("noise T = learning rate / batch size");
        Axis change = Axis.linear("change of test error by noise (below 0: helps)");
        Plot plot = board.plot(task.name, task.words(), temperature, change)
                .column(NetworkCells.PER_WIDTH, "x", t -> t / width);
        for (int s = 0; s < OUTPUT_SCALES.length; s++) {
            double[][] errors = valleys.get(s).errors();
            Estimate[] changes = Arrays.stream(errors)
                    .map(here -> Estimate.ofMean(IntStream.range(0, here.length)
                            .mapToDouble(r -> here[r] - errors[0][r])
                            .toArray()))
                    .toArray(Estimate[]::new);
            plot.points(
                    "α = " + NetworkCells.power(OUTPUT_SCALES[s]),
                    valleys.get(s).temperatures(),
                    changes);
        }
    }

    /** The exponent of T_opt, which takes three α where no end of the range of temperatures lies in its interval. */
    private static Estimate exponent(Board board, Candidate task, List<ErrorValley> valleys, int n) {
        String stream = "bootstrap/topt/" + task.name;
        int[] inner = IntStream.range(0, OUTPUT_SCALES.length)
                .filter(s -> valleys.get(s).holds(board.bootstrap(stream + "/" + s, n, valleys.get(s)::optimum)))
                .toArray();
        double[] x = Arrays.stream(inner).mapToDouble(s -> OUTPUT_SCALES[s]).toArray();
        ToDoubleFunction<int[]> slope = replicas -> NetworkCells.slope(
                x,
                Arrays.stream(inner)
                        .mapToDouble(s -> valleys.get(s).optimum(replicas))
                        .toArray());
        return inner.length < MINIMA_NEEDED ? Estimate.ofMean() : board.bootstrap(stream, n, slope);
    }
}
