package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The temperature of the smallest test error, T_opt, against α in the feature regime: its exponent k against
 * (D − 1)/(D + 1).
 *
 * <p>The tasks are listed here beforehand and all are tried on pilot replicas. A task whose error has a minimum inside the
 * range of temperatures, at three or more of the four α, is measured on other replicas; all outcomes stand in the CSV.
 */
public final class NetworkTopt extends Story {
    private static final double[] OUTPUT_SCALES = {0x1p-12, 0x1p-9, 0x1p-6, 0x1p-3};
    private static final double[] TEMPERATURES = powers(0x1p-9, 2, 12);
    private static final int[] PILOT = {0, 1, 2, 3, 4, 5};
    private static final int MINIMA_NEEDED = 3;
    /** Most tasks measured, those of the deepest minima in the pilot. */
    private static final int MOST_CHOSEN = 4;

    private static final List<Candidate> CANDIDATES = List.of(
            gaussian(DataSource.SIGN, 128, 3),
            gaussian(DataSource.SIGN, 512, 3),
            gaussian(DataSource.SIGN, 512, 5),
            gaussian(DataSource.STRIPE, 256, 2),
            gaussian(DataSource.STRIPE, 256, 3),
            digits(128, 3),
            digits(512, 3),
            digits(512, 5));
    /** MNIST by parity, in the full preset alone. */
    private static final List<Candidate> MORE = List.of(mnist(3), mnist(5));

    /** A task that may have an optimum. */
    private record Candidate(String name, NetworkConfig base) {
        int depth() {
            return base.network().depth();
        }

        /** Its place in the list, from 1. */
        int number() {
            int more = MORE.indexOf(this);
            return more < 0 ? CANDIDATES.indexOf(this) + 1 : CANDIDATES.size() + more + 1;
        }

        /** Declares its cells along T at every α, with the replicas said last. */
        List<Line<NetworkConfig, NetworkResult>> lines(Board board) {
            return Arrays.stream(OUTPUT_SCALES)
                    .mapToObj(a -> board.along(NetworkCells.STUDY, TEMPERATURES, t -> NetworkCells.at(base, a, t)))
                    .toList();
        }
    }

    private static Candidate gaussian(DataSource source, int size, int depth) {
        return new Candidate(
                source + ", P = " + size + ", D = " + depth,
                NetworkCells.withDepth(
                        Schema.with(NetworkCells.GAUSSIAN, "dataset", source, "trainSize", size, "sampleCap", 1 << 19),
                        depth));
    }

    private static Candidate digits(int size, int depth) {
        return new Candidate(
                "digits, P = " + size + ", D = " + depth,
                NetworkCells.withDepth(Schema.with(NetworkCells.DIGITS, "trainSize", size), depth));
    }

    private static Candidate mnist(int depth) {
        return new Candidate(
                "MNIST, P = 1024, D = " + depth,
                NetworkCells.withDepth(
                        Schema.with(
                                NetworkCells.DIGITS,
                                "dataset=mnist, trainSize=1024, testSize=4096, testDraw=own, batchSize=16, sampleCap=2^21,"
                                        + " network=fullyConnected(depth=5, width=128, activation=relu)"),
                        depth));
    }

    /** The figure. */
    public NetworkTopt() {
        super("network-topt", "The best temperature against α in the feature regime", NetworkCells.SOURCES);
    }

    /** A task on one set of replicas, a valley for each α. */
    private record Outcome(Candidate candidate, List<ErrorValley> valleys) {
        static Outcome of(Candidate candidate, List<Line<NetworkConfig, NetworkResult>> lines) {
            return new Outcome(candidate, lines.stream().map(ErrorValley::of).toList());
        }

        /** Those with a minimum inside the range of temperatures, in the pilot. */
        List<ErrorValley> inner() {
            return valleys.stream().filter(v -> v.inside(PILOT)).toList();
        }

        double depth() {
            return inner().stream().mapToDouble(v -> v.depth(PILOT)).average().orElse(0);
        }
    }

    @Override
    protected void tell(Board board) {
        board.replicas(PILOT.length);
        List<Candidate> candidates = board.choose(CANDIDATES, MORE);
        List<List<Line<NetworkConfig, NetworkResult>>> lines =
                candidates.stream().map(candidate -> candidate.lines(board)).toList();
        List<Outcome> pilots = candidates.stream()
                .map(candidate -> Outcome.of(candidate, lines.get(candidates.indexOf(candidate))))
                .toList();
        tellPilots(board, pilots);
        int n = board.choose(24, 16);
        List<Candidate> chosen = pilots.stream()
                .filter(pilot -> pilot.inner().size() >= MINIMA_NEEDED)
                .sorted((a, b) -> Double.compare(b.depth(), a.depth()))
                .limit(MOST_CHOSEN)
                .map(Outcome::candidate)
                .toList();
        board.replicas(PILOT.length + n);
        List<List<Line<NetworkConfig, NetworkResult>>> measured =
                chosen.stream().map(candidate -> candidate.lines(board)).toList();
        List<Estimate> judged = new ArrayList<>();
        int width = candidates.get(0).base.network().width();
        Plot optimum = board.plot(
                        "optimum", "Best temperature", Axis.log2("output scale α"), Axis.log2("temperature Tₒₚₜ = η/B"))
                .column(NetworkCells.PER_WIDTH, "y", t -> t / width);
        for (Candidate candidate : chosen) {
            Outcome outcome = Outcome.of(
                    candidate,
                    measured.get(chosen.indexOf(candidate)).stream()
                            .map(line -> line.after(PILOT.length))
                            .toList());
            tellValleys(board, outcome, n);
            Estimate exponent = tellOptimum(board, optimum, outcome, n);
            claim(board, candidate, exponent);
            judged.add(exponent);
        }
        if (judged.stream().allMatch(exponent -> exponent.n() == 0)) {
            optimum.note("no task has three optima\ninside the range");
        }
        candidates.stream()
                .filter(candidate -> !chosen.contains(candidate))
                .forEach(candidate -> claim(board, candidate, Estimate.ofMean()));
        board.stamp(PILOT.length + " (a), " + n + " (others)");
        board.caption(
                "(a) Pilot, replicas 0 to {}: octaves between the smallest mean test error and the highest temperature at which"
                        + " all fitted, Tₘₐₓ; grey: none did. Tasks, listed beforehand, with the number of α with a minimum"
                        + " inside: {}. Measured further: at most four with three or more, the deepest."
                        + " (b) and on: replicas {} to {}. Tₒₚₜ: vertex of the parabola through the smallest mean and its"
                        + " neighbours, 95 % bootstrap intervals; one that reaches Tₘₐₓ is a bound and in no law, one that reaches the"
                        + " lowest T not drawn. Long dashes: theory's exponent, in brackets. Last: error less that at the lowest T, paired, with 95 %"
                        + " t intervals {} h = {}, B = {}, float32.",
                PILOT.length - 1,
                pilots.stream()
                        .map(pilot -> pilot.candidate.number() + ": "
                                + pilot.candidate.name.replace(", P = ", " ").replace(", D = ", ", ") + " ("
                                + pilot.inner().size() + ")")
                        .collect(Collectors.joining("; ")),
                PILOT.length,
                PILOT.length + n - 1,
                board.choose(
                        "without the sampling error of the test set. x ~ N(0, 1₁₀), ReLU; digits: parity, GELU;",
                        "each replica with its own test points. Parity, ReLU;"),
                width,
                candidates.get(0).base.batchSize());
    }

    private static void claim(Board board, Candidate candidate, Estimate exponent) {
        board.claim(
                        candidate.name.replace(", P = ", "-p").replace(", D = ", "-d"),
                        "T_opt ~ α^k with k = (D−1)/(D+1), " + candidate.name
                                + (exponent.n() == 0
                                        ? "; fewer than three minima inside the range, or not among the four deepest in the pilot"
                                        : ""))
                .in(exponent.n() == 0 ? "pilot" : "optimum")
                .theory(NetworkCells.featureExponent(candidate.depth()))
                .of(exponent)
                .from("Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003");
    }

    private static void tellPilots(Board board, List<Outcome> pilots) {
        double[][] octaves = pilots.stream()
                .map(pilot -> pilot.valleys.stream()
                        .mapToDouble(valley -> valley.errors().length == 0
                                ? Double.NaN
                                : valley.octavesBelowBorder(valley.means(PILOT)))
                        .toArray())
                .toArray(double[][]::new);
        Ends[][] ends = Arrays.stream(octaves)
                .map(row -> Arrays.stream(row)
                        .mapToObj(value -> Double.isNaN(value) ? new Ends(0, PILOT.length, 0) : Ends.all(PILOT.length))
                        .toArray(Ends[]::new))
                .toArray(Ends[][]::new);
        board.map(
                "pilot",
                "Pilot: smallest error",
                Axis.log2("output scale α"),
                Axis.linear("task, see caption"),
                ColourBar.of("octaves below Tₘₐₓ", 0, 6),
                OUTPUT_SCALES,
                numbered(pilots.size()),
                octaves,
                ends);
    }

    /** Errors less that at the lowest temperature, replica by replica. */
    private static void tellValleys(Board board, Outcome outcome, int n) {
        Candidate candidate = outcome.candidate;
        Plot plot = board.plot(
                        candidate.name,
                        "task " + candidate.number() + ": " + candidate.name,
                        Axis.log2("temperature T = η/B"),
                        Axis.linear("ε(T) − ε(lowest T), paired"))
                .column(
                        NetworkCells.PER_WIDTH,
                        "x",
                        t -> t / candidate.base.network().width());
        for (int s = 0; s < OUTPUT_SCALES.length; s++) {
            ErrorValley valley = outcome.valleys.get(s);
            Estimate[] changes = Arrays.stream(valley.errors())
                    .map(here -> Estimate.ofMean(IntStream.range(0, n)
                            .mapToDouble(r -> here[r] - valley.errors()[0][r])
                            .toArray()))
                    .toArray(Estimate[]::new);
            plot.points("α = " + NetworkCells.power(OUTPUT_SCALES[s]), valley.temperatures(), changes, n);
        }
    }

    /**
     * Shows the optima of a task and returns their exponent. An optimum is censored if the range of temperatures ends in its
     * interval: it is drawn as a bound and takes no part in the exponent, which needs three others.
     */
    private static Estimate tellOptimum(Board board, Plot plot, Outcome outcome, int n) {
        String name = "bootstrap/topt/" + outcome.candidate.name;
        Estimate[] optima = new Estimate[OUTPUT_SCALES.length];
        Arrays.setAll(optima, s -> board.bootstrap(name + "/" + s, n, outcome.valleys.get(s)::optimum));
        int[] inner = IntStream.range(0, optima.length)
                .filter(s -> outcome.valleys.get(s).holds(optima[s]))
                .toArray();
        double[] outputScales =
                Arrays.stream(inner).mapToDouble(s -> OUTPUT_SCALES[s]).toArray();
        Estimate exponent = inner.length < MINIMA_NEEDED
                ? Estimate.ofMean()
                : board.bootstrap(
                        name,
                        n,
                        replicas -> NetworkCells.slope(
                                outputScales,
                                Arrays.stream(inner)
                                        .mapToDouble(s -> outcome.valleys.get(s).optimum(replicas))
                                        .toArray()));
        double theory = NetworkCells.featureExponent(outcome.candidate.depth());
        String series = "task " + outcome.candidate.number() + ": "
                + (Double.isNaN(exponent.mean()) ? "no exponent" : "k = " + exponent.brief())
                + String.format(Locale.ROOT, " (%.2f)", theory);
        Estimate[] inside = Arrays.stream(inner).mapToObj(s -> optima[s]).toArray(Estimate[]::new);
        double[] means = Arrays.stream(inside).mapToDouble(Estimate::mean).toArray();
        if (inner.length > 0) {
            plot.points(series, outputScales, inside, n)
                    .line(LineKind.ANCHORED, series, outputScales, NetworkCells.law(outputScales, means, theory));
        }
        int[] above = IntStream.range(0, optima.length)
                .filter(s -> outcome.valleys.get(s).endsIn(optima[s]))
                .toArray();
        if (above.length > 0) {
            plot.points(
                    "task " + outcome.candidate.number() + ": at least, censored by Tₘₐₓ",
                    Arrays.stream(above).mapToDouble(s -> OUTPUT_SCALES[s]).toArray(),
                    Arrays.stream(above)
                            .mapToObj(s -> new Estimate(
                                    optima[s].low(), Double.NaN, optima[s].low(), Double.POSITIVE_INFINITY, n))
                            .toArray(Estimate[]::new),
                    n);
        }
        return exponent;
    }
}
