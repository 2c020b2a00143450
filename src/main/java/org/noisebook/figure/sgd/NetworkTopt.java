package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

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

    private static final int WIDTH = NetworkCells.GAUSSIAN.network().width();
    private static final List<Candidate> CANDIDATES = List.of(
            gaussian(DataSource.SIGN, 128, 3),
            gaussian(DataSource.SIGN, 512, 3),
            gaussian(DataSource.SIGN, 512, 5),
            gaussian(DataSource.STRIPE, 256, 2),
            gaussian(DataSource.STRIPE, 256, 3),
            digits(128, 3),
            digits(512, 3),
            digits(512, 5));

    /** A task that may have an optimum. */
    private record Candidate(String name, NetworkConfig base) {
        int depth() {
            return base.network().depth();
        }

        /** Its place in the list, from 1. */
        int number() {
            return CANDIDATES.indexOf(this) + 1;
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

    /** The figure. */
    public NetworkTopt() {
        super("network-topt", "The best temperature against α in the feature regime", NetworkCells.SOURCES);
    }

    /** Errors of one task at one α, {@code [temperature][replica]}, as far as all replicas fitted. */
    record Valley(double[] temperatures, double[][] errors) {
        static Valley of(Line<NetworkConfig, NetworkResult> line) {
            var whole = line.wholeRange();
            return new Valley(whole.x(), whole.values(NetworkResult::testError));
        }

        double[] means(int[] replicas) {
            return Arrays.stream(errors)
                    .mapToDouble(cell -> Arrays.stream(replicas)
                            .mapToDouble(r -> cell[r])
                            .average()
                            .orElse(Double.NaN))
                    .toArray();
        }

        static int lowest(double[] means) {
            int best = 0;
            for (int t = 1; t < means.length; t++) {
                best = means[t] < means[best] ? t : best;
            }
            return best;
        }

        boolean inside(int[] replicas) {
            int best = lowest(means(replicas));
            return best > 0 && best < temperatures.length - 1;
        }

        /**
         * The vertex of the parabola in ln T through the smallest mean and its neighbours; the highest temperature where the
         * mean falls up to it, since no higher one trains; NaN where it is smallest at the lowest, which only the grid sets.
         */
        double optimum(int[] replicas) {
            double[] means = means(replicas);
            if (means.length == 0) {
                return Double.NaN;
            }
            int best = lowest(means);
            if (best == 0) {
                return Double.NaN;
            }
            if (best == means.length - 1) {
                return temperatures[best];
            }
            double left = means[best - 1] - means[best];
            double right = means[best + 1] - means[best];
            double shift = left + right > 0 ? (left - right) / (2 * (left + right)) : 0;
            return temperatures[best] * StrictMath.pow(temperatures[best + 1] / temperatures[best], shift);
        }

        /** How many octaves the smallest mean lies below the highest temperature. */
        double octavesBelowBorder(double[] means) {
            return Math.getExponent(temperatures[means.length - 1] / temperatures[lowest(means)]);
        }

        private double pilotOctaves() {
            return errors.length == 0 ? Double.NaN : octavesBelowBorder(means(PILOT));
        }

        /** How far the smaller of both ends lies above the minimum, as a share of it. */
        double depth(int[] replicas) {
            double[] means = means(replicas);
            double ends = Math.min(means[0], means[means.length - 1]);
            return ends / means[lowest(means)] - 1;
        }
    }

    /** A task on one set of replicas, a valley for each α. */
    private record Outcome(Candidate candidate, List<Valley> valleys) {
        static Outcome of(Candidate candidate, List<Line<NetworkConfig, NetworkResult>> lines) {
            return new Outcome(candidate, lines.stream().map(Valley::of).toList());
        }

        /** Those with a minimum inside the range of temperatures, in the pilot. */
        List<Valley> inner() {
            return valleys.stream().filter(v -> v.inside(PILOT)).toList();
        }

        double depth() {
            return inner().stream().mapToDouble(v -> v.depth(PILOT)).average().orElse(0);
        }
    }

    @Override
    protected void tell(Board board) {
        board.replicas(PILOT.length);
        List<List<Line<NetworkConfig, NetworkResult>>> lines =
                CANDIDATES.stream().map(candidate -> candidate.lines(board)).toList();
        List<Outcome> pilots = CANDIDATES.stream()
                .map(candidate -> Outcome.of(candidate, lines.get(CANDIDATES.indexOf(candidate))))
                .toList();
        tellPilots(board, pilots);
        int n = board.choose(24, 64);
        List<Candidate> chosen = pilots.stream()
                .filter(pilot -> pilot.inner().size() >= MINIMA_NEEDED)
                .sorted((a, b) -> Double.compare(b.depth(), a.depth()))
                .limit(MOST_CHOSEN)
                .map(Outcome::candidate)
                .toList();
        board.replicas(PILOT.length + n);
        List<List<Line<NetworkConfig, NetworkResult>>> measured =
                chosen.stream().map(candidate -> candidate.lines(board)).toList();
        Plot optimum = board.plot(
                        "optimum", "Best temperature", Axis.log2("output scale α"), Axis.log2("temperature Tₒₚₜ = η/B"))
                .column(NetworkCells.PER_WIDTH, "y", t -> t / WIDTH);
        for (Candidate candidate : chosen) {
            Outcome outcome = Outcome.of(
                    candidate,
                    measured.get(chosen.indexOf(candidate)).stream()
                            .map(line -> line.after(PILOT.length))
                            .toList());
            tellValleys(board, outcome, n);
            Estimate exponent = tellOptimum(board, optimum, outcome, n);
            claim(board, candidate, exponent);
        }
        CANDIDATES.stream()
                .filter(candidate -> !chosen.contains(candidate))
                .forEach(candidate -> claim(board, candidate, Estimate.ofMean()));
        board.stamp(PILOT.length + " (a), " + n + " (others)");
        board.caption(
                "(a) Pilot, replicas 0 to {}: octaves between the smallest mean test error and the highest temperature at which"
                        + " all fitted, Tₘₐₓ; grey: none did. Tasks, listed beforehand, with the number of α whose minimum lies"
                        + " inside: {}. Measured further: at most four with three or more, of the deepest minima."
                        + " (b) and on: replicas {} to {}. Tₒₚₜ: vertex of the parabola in ln T through the smallest mean and its"
                        + " neighbours, Tₘₐₓ where the error falls up to it, none where the lowest T is best; 95 % bootstrap intervals;"
                        + " long dashes: theory's exponent, in brackets. Last: error less that at the lowest T, paired, with 95 %"
                        + " t intervals without the sampling error of the test set. x ~ N(0, 1₁₀), ReLU; digits: parity, GELU;"
                        + " h = {}, B = 8, float32.",
                PILOT.length - 1,
                pilots.stream()
                        .map(pilot -> pilot.candidate.number() + ": "
                                + pilot.candidate.name.replace(", P = ", " ").replace(", D = ", ", ") + " ("
                                + pilot.inner().size() + ")")
                        .collect(Collectors.joining("; ")),
                PILOT.length,
                PILOT.length + n - 1,
                WIDTH);
    }

    private static void claim(Board board, Candidate candidate, Estimate exponent) {
        board.claim(
                        candidate.name.replace(", P = ", "-p").replace(", D = ", "-d"),
                        "T_opt ~ α^k with k = (D−1)/(D+1), " + candidate.name
                                + (exponent.n() == 0
                                        ? "; no minimum inside the range in the pilot, or not among the four deepest"
                                        : ""))
                .in(exponent.n() == 0 ? "pilot" : "optimum")
                .theory(NetworkCells.featureExponent(candidate.depth()))
                .of(exponent)
                .from("Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003");
    }

    private static void tellPilots(Board board, List<Outcome> pilots) {
        double[][] octaves = pilots.stream()
                .map(pilot ->
                        pilot.valleys.stream().mapToDouble(Valley::pilotOctaves).toArray())
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
                .column(NetworkCells.PER_WIDTH, "x", t -> t / WIDTH);
        for (int s = 0; s < OUTPUT_SCALES.length; s++) {
            Valley valley = outcome.valleys.get(s);
            Estimate[] changes = Arrays.stream(valley.errors)
                    .map(here -> Estimate.ofMean(IntStream.range(0, n)
                            .mapToDouble(r -> here[r] - valley.errors[0][r])
                            .toArray()))
                    .toArray(Estimate[]::new);
            plot.points("α = " + NetworkCells.power(OUTPUT_SCALES[s]), valley.temperatures, changes, n);
        }
    }

    /** Shows the optima of a task and returns their exponent. */
    private static Estimate tellOptimum(Board board, Plot plot, Outcome outcome, int n) {
        String name = "bootstrap/topt/" + outcome.candidate.name;
        Estimate[] optima = new Estimate[OUTPUT_SCALES.length];
        Arrays.setAll(optima, s -> board.bootstrap(name + "/" + s, n, outcome.valleys.get(s)::optimum));
        Estimate exponent = board.bootstrap(
                name,
                n,
                replicas -> NetworkCells.slope(
                        OUTPUT_SCALES,
                        outcome.valleys.stream()
                                .mapToDouble(v -> v.optimum(replicas))
                                .toArray()));
        double theory = NetworkCells.featureExponent(outcome.candidate.depth());
        String series = "task " + outcome.candidate.number() + ": "
                + (Double.isNaN(exponent.mean()) ? "no exponent" : "k = " + exponent.brief())
                + String.format(Locale.ROOT, " (%.2f)", theory);
        double[] means = Arrays.stream(optima).mapToDouble(Estimate::mean).toArray();
        plot.points(series, OUTPUT_SCALES, optima, n)
                .line(LineKind.ANCHORED, series, OUTPUT_SCALES, NetworkCells.law(OUTPUT_SCALES, means, theory));
        return exponent;
    }
}
