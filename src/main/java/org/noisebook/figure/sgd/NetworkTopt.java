package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.model.Ends;
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

    private static final String PILOTS = "pilot";
    private static final String OPTIMUM = "optimum";

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
            task("digits", NetworkCells.DIGITS, 512, 5));
    /** MNIST by parity, in the full preset alone. */
    private static final List<Candidate> MORE = List.of(task("MNIST", MNIST, 1024, 3), task("MNIST", MNIST, 1024, 5));

    /** A task that may have an optimum. */
    private record Candidate(String name, NetworkConfig base) {
        double theory() {
            return NetworkCells.featureExponent(base.network().depth());
        }

        String stream() {
            return "bootstrap/topt/" + name;
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
                task, all.stream().map(line -> ErrorValley.of(line.after(first))).toList()));
        return valleys;
    }

    /** Those with a minimum inside the range of temperatures, in the pilot. */
    private static List<ErrorValley> inner(List<ErrorValley> valleys) {
        return valleys.stream().filter(valley -> valley.inside(PILOT)).toList();
    }

    private static double depth(List<ErrorValley> valleys) {
        return inner(valleys).stream().mapToDouble(v -> v.depth(PILOT)).average().orElse(0);
    }

    @Override
    protected void tell(Board board) {
        List<Candidate> tasks = board.choose(CANDIDATES, MORE);
        board.replicas(PILOT.length);
        Map<Candidate, List<ErrorValley>> pilots = valleys(board, tasks, 0);
        List<Candidate> chosen = tasks.stream()
                .filter(task -> inner(pilots.get(task)).size() >= MINIMA_NEEDED)
                .sorted(Comparator.comparingDouble(task -> -depth(pilots.get(task))))
                .limit(MOST_CHOSEN)
                .toList();
        int n = board.choose(24, 16);
        board.replicas(PILOT.length + n);
        Map<Candidate, List<ErrorValley>> measured = valleys(board, chosen, PILOT.length);
        Map<Candidate, Estimate> exponents = new LinkedHashMap<>();
        measured.forEach((task, valleys) -> exponents.put(task, exponent(board, task, valleys, n)));
        tasks.forEach(task -> exponents.putIfAbsent(task, Estimate.ofMean()));
        List<Candidate> tested =
                tasks.stream().filter(task -> exponents.get(task).n() > 0).toList();
        if (!tested.isEmpty()) {
            Axis temperature = Axis.log2("temperature T_opt = η/B");
            Plot plot = board.plot(OPTIMUM, "Best temperature", Axis.log2("output scale α"), temperature);
            tested.forEach(task -> tellOptimum(board, plot, task, measured.get(task), exponents.get(task), n));
        }
        chosen.stream().limit(2).forEach(task -> tellValleys(board, task, measured.get(task), n));
        tellPilots(board, pilots);
        exponents.forEach((task, exponent) -> claim(board, task, exponent, tested.size() + " of " + tasks.size()));
        board.stamp(PILOT.length + " (all tasks), " + n + " (curves)");
        board.layout(plate -> plate.size(170, 0.75));
        board.caption(
                "Tasks, listed beforehand: P points, D hidden layers. Curves: test error less that at the lowest T on the same"
                        + " replicas, {} to {}, with 95 % t intervals {}, as far as all replicas fit. Map: where the mean error of"
                        + " pilot replicas 0 to {} is least: at the highest T that fits, the lowest that was tried, or inside. Measured"
                        + " further: at most four tasks with three or more inside, the deepest. T_opt: vertex of the parabola through"
                        + " the smallest mean and its neighbours, 95 % bootstrap intervals, in no law where one reaches an edge."
                        + " Theory: k = (D − 1)/(D + 1). {}; h = {}, B = {}, float32.",
                PILOT.length,
                PILOT.length + n - 1,
                board.choose("without the error of the test set", "each replica with its own test points"),
                PILOT.length - 1,
                board.choose("x ~ N(0, 1₁₀), ReLU; digits: parity, GELU", "MNIST by parity, ReLU"),
                tasks.get(0).base.network().width(),
                tasks.get(0).base.batchSize());
    }

    private static void claim(Board board, Candidate task, Estimate exponent, String tested) {
        String none = "; fewer than three minima inside the range, or not among the four deepest in the pilot";
        board.claim(
                        task.name.replace(", P = ", "-p").replace(", D = ", "-d"),
                        "T_opt ~ α^k with k = (D−1)/(D+1), " + task.name + (exponent.n() == 0 ? none : ""))
                .in(exponent.n() == 0 ? PILOTS : OPTIMUM)
                .says("The best temperature grows as α^((D−1)/(D+1)): " + tested
                        + " tasks can tell, elsewhere it lies at or near an edge")
                .theory(task.theory())
                .of(exponent)
                .from("Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003");
    }

    private static void tellPilots(Board board, Map<Candidate, List<ErrorValley>> pilots) {
        List<List<ErrorValley>> rows = List.copyOf(pilots.values());
        double[][] octaves = new double[rows.size()][OUTPUT_SCALES.length];
        Ends[][] ends = new Ends[rows.size()][OUTPUT_SCALES.length];
        for (int j = 0; j < rows.size(); j++) {
            List<ErrorValley> row = rows.get(j);
            Arrays.setAll(octaves[j], s -> row.get(s).octavesBelowBorder(PILOT));
            Arrays.setAll(ends[j], s -> row.get(s).ends(PILOT.length));
        }
        Plot map = board.map(
                PILOTS,
                "Temperature of the least test error, by task",
                Axis.log2("output scale α"),
                Axis.named("", pilots.keySet().stream().map(Candidate::name).toList()),
                ColourBar.of("octaves below highest T", 0, 8),
                OUTPUT_SCALES,
                numbered(rows.size()),
                octaves,
                ends);
        for (int j = 0; j < rows.size(); j++) {
            for (int s = 0; s < OUTPUT_SCALES.length; s++) {
                map.text(OUTPUT_SCALES[s], j + 1, rows.get(j).get(s).place(PILOT));
            }
        }
    }

    /** Errors less that at the lowest temperature, replica by replica. */
    private static void tellValleys(Board board, Candidate task, List<ErrorValley> valleys, int n) {
        int width = task.base.network().width();
        Axis temperature = Axis.log2("temperature T = η/B");
        Plot plot = board.plot(
                        task.name, "Test error, " + task.name, temperature, Axis.linear("error less that at lowest T"))
                .column(NetworkCells.PER_WIDTH, "x", t -> t / width)
                .legend(Corner.BELOW);
        for (int s = 0; s < OUTPUT_SCALES.length; s++) {
            double[][] errors = valleys.get(s).errors();
            Estimate[] changes = Arrays.stream(errors)
                    .map(here -> Estimate.ofMean(IntStream.range(0, n)
                            .mapToDouble(r -> here[r] - errors[0][r])
                            .toArray()))
                    .toArray(Estimate[]::new);
            plot.points("α = " + NetworkCells.power(OUTPUT_SCALES[s]), valleys.get(s).temperatures(), changes, n);
        }
    }

    /** T_opt at every α; none where an edge of the range of temperatures lies in its interval. */
    private static Estimate[] optima(Board board, Candidate task, List<ErrorValley> valleys, int n) {
        Estimate[] optima = new Estimate[OUTPUT_SCALES.length];
        Arrays.setAll(optima, s -> {
            Estimate optimum = board.bootstrap(task.stream() + "/" + s, n, valleys.get(s)::optimum);
            return valleys.get(s).holds(optimum) ? optimum : Estimate.ofMean();
        });
        return optima;
    }

    /** The exponent of the optima, which takes three. */
    private static Estimate exponent(Board board, Candidate task, List<ErrorValley> valleys, int n) {
        Estimate[] optima = optima(board, task, valleys, n);
        int[] inner = IntStream.range(0, optima.length)
                .filter(s -> optima[s].n() > 0)
                .toArray();
        double[] x = Arrays.stream(inner).mapToDouble(s -> OUTPUT_SCALES[s]).toArray();
        ToDoubleFunction<int[]> slope = replicas -> NetworkCells.slope(
                x,
                Arrays.stream(inner).mapToDouble(s -> valleys.get(s).optimum(replicas)).toArray());
        return inner.length < MINIMA_NEEDED ? Estimate.ofMean() : board.bootstrap(task.stream(), n, slope);
    }

    private static void tellOptimum(
            Board board, Plot plot, Candidate task, List<ErrorValley> valleys, Estimate exponent, int n) {
        Estimate[] optima = optima(board, task, valleys, n);
        double[] means = Arrays.stream(optima).mapToDouble(Estimate::mean).toArray();
        String series = task.name + ": k = " + Words.exponent(exponent, task.theory());
        plot.points(series, OUTPUT_SCALES, optima, n)
                .line(LineKind.ANCHORED, series, OUTPUT_SCALES, NetworkCells.law(OUTPUT_SCALES, means, task.theory()));
    }
}
