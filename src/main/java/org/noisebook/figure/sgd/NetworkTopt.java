package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * The temperature of the smallest test error, T_opt, against α in the feature regime: its exponent k against
 * (D − 1)/(D + 1).
 *
 * <p>The tasks are listed here beforehand and all are tried on pilot replicas. A task whose error has a minimum inside the
 * range of temperatures, at three or more of the four α, is measured on other replicas; all outcomes stand in the CSV.
 */
public final class NetworkTopt implements Figure {
    private static final double[] OUTPUT_SCALES = {0x1p-12, 0x1p-9, 0x1p-6, 0x1p-3};
    private static final double[] TEMPERATURES = TrainingCells.powers(0x1p-9, 2, 12);
    private static final int PILOT_REPLICAS = 6;
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

    /** A task that may have an optimum. */
    private record Candidate(String name, NetworkConfig base) {
        int depth() {
            return base.network().depth();
        }

        List<NetworkConfig> along(int scale) {
            return NetworkCells.along(base, OUTPUT_SCALES[scale], TEMPERATURES);
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

    @Override
    public String id() {
        return "network-topt";
    }

    @Override
    public String title() {
        return "The best temperature against α in the feature regime";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    private static int reported(Preset preset) {
        return preset.choose(24, 64);
    }

    /** Errors of one task at one α, {@code [temperature][replica]}, as far as all replicas fitted. */
    record Valley(double[] temperatures, double[][] errors) {
        static Valley of(
                Candidate candidate, int scale, int from, int to, Results<NetworkConfig, NetworkResult> results) {
            List<List<NetworkResult>> cells = candidate.along(scale).stream()
                    .map(config -> results.of(config).subList(from, to))
                    .toList();
            IntPredicate allFitted = t -> TrainingCells.ends(cells.get(t)).allFitted();
            int[] range = IntStream.range(0, TEMPERATURES.length)
                    .dropWhile(allFitted.negate())
                    .takeWhile(allFitted)
                    .toArray();
            return new Valley(
                    Arrays.stream(range).mapToDouble(t -> TEMPERATURES[t]).toArray(),
                    Arrays.stream(range)
                            .mapToObj(t -> cells.get(t).stream()
                                    .mapToDouble(NetworkResult::testError)
                                    .toArray())
                            .toArray(double[][]::new));
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

        /** How far the smaller of both ends lies above the minimum, as a share of it. */
        double depth(int[] replicas) {
            double[] means = means(replicas);
            double ends = Math.min(means[0], means[means.length - 1]);
            return ends / means[lowest(means)] - 1;
        }
    }

    /** The four valleys of a task. */
    private static Valley[] valleys(
            Candidate candidate, int from, int to, Results<NetworkConfig, NetworkResult> results) {
        Valley[] valleys = new Valley[OUTPUT_SCALES.length];
        Arrays.setAll(valleys, scale -> Valley.of(candidate, scale, from, to, results));
        return valleys;
    }

    private static Sweep<NetworkConfig, NetworkResult> sweep(List<Candidate> candidates, int replicas) {
        List<NetworkConfig> cells = new ArrayList<>();
        for (Candidate candidate : candidates) {
            for (int scale = 0; scale < OUTPUT_SCALES.length; scale++) {
                cells.addAll(candidate.along(scale));
            }
        }
        return Sweep.of(NetworkCells.STUDY, cells, replicas);
    }

    /** The outcome of the pilot: how many α have an inner minimum, and the mean depth of these. */
    private record Pilot(Candidate candidate, Valley[] valleys, int minima, double depth) {
        boolean chosen() {
            return minima >= MINIMA_NEEDED;
        }
    }

    private static Pilot pilot(Candidate candidate, Results<NetworkConfig, NetworkResult> results) {
        int[] replicas = NetworkCells.all(PILOT_REPLICAS);
        Valley[] valleys = valleys(candidate, 0, PILOT_REPLICAS, results);
        List<Valley> inner =
                Arrays.stream(valleys).filter(v -> v.inside(replicas)).toList();
        double depth =
                inner.stream().mapToDouble(v -> v.depth(replicas)).average().orElse(0);
        return new Pilot(candidate, valleys, inner.size(), depth);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Results<NetworkConfig, NetworkResult> first = experiment.run(sweep(CANDIDATES, PILOT_REPLICAS));
        List<Pilot> pilots = CANDIDATES.stream().map(c -> pilot(c, first)).toList();
        List<Pilot> chosen = pilots.stream()
                .filter(Pilot::chosen)
                .sorted((a, b) -> Double.compare(b.depth, a.depth))
                .limit(MOST_CHOSEN)
                .toList();
        Sheet sheet = new Sheet();
        drawPilots(sheet, pilots);
        List<Claim> claims = new ArrayList<>();
        int reported = reported(preset);
        sheet.panel("optimum", "Best temperature", Axis.log2("output scale α"), Axis.log2("temperature Tₒₚₜ = η/B"));
        if (!chosen.isEmpty()) {
            Results<NetworkConfig, NetworkResult> results =
                    experiment.run(sweep(chosen.stream().map(Pilot::candidate).toList(), PILOT_REPLICAS + reported));
            for (Pilot pilot : chosen) {
                Candidate candidate = pilot.candidate;
                Valley[] valleys = valleys(candidate, PILOT_REPLICAS, PILOT_REPLICAS + reported, results);
                drawValleys(sheet, candidate, valleys, reported);
                Estimate exponent = drawOptimum(sheet, candidate, chosen.indexOf(pilot), valleys, reported, experiment);
                claims.add(claim(candidate, exponent));
            }
        }
        for (Pilot pilot : pilots) {
            if (!chosen.contains(pilot)) {
                claims.add(claim(pilot.candidate, new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0)));
            }
        }
        int width = NetworkCells.GAUSSIAN.network().width();
        Map<String, String> columns = new HashMap<>(Map.of("optimum", "y"));
        chosen.forEach(pilot -> columns.put(pilot.candidate.name, "x"));
        String n = PILOT_REPLICAS + " (a), " + reported + " (others)";
        String tasks = CANDIDATES.stream()
                .map(c -> CANDIDATES.indexOf(c) + 1 + ": " + c.name + " (" + pilots.get(CANDIDATES.indexOf(c)).minima
                        + ")")
                .collect(Collectors.joining("; "));
        String caption =
                "(a) Pilot, replicas 0 to " + (PILOT_REPLICAS - 1) + ": how far below the highest temperature at which"
                        + " all replicas fitted, Tₘₐₓ, the mean test error is smallest; 0 means that it falls up to the border of"
                        + " convergence, grey that no temperature fitted. Tasks, listed beforehand, with the number of α whose minimum"
                        + " lies inside: " + tasks
                        + ". Measured further are tasks with three or more, at most four, those of the deepest"
                        + " minima. (b) and on: replicas " + PILOT_REPLICAS + " to " + (PILOT_REPLICAS + reported - 1)
                        + ". Tₒₚₜ is the vertex of the parabola in ln T through the smallest mean error and its neighbours, or the"
                        + " highest temperature that trains where the error falls up to it, with 95 % bootstrap intervals over whole"
                        + " replicas; none where the error is smallest at the lowest temperature tried, and then no exponent."
                        + " Dashed: theory's exponent, in brackets, with a measured prefactor. Last: error less that at the lowest"
                        + " temperature at which all replicas fitted, paired over replicas on one test set, whose sampling error the"
                        + " 95 % t intervals do not hold. sign and stripe: x ~ N(0, 1₁₀), ReLU; digits: parity, GELU; h = 32,"
                        + " B = 8, float32.";
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(sheet.frame(), width, columns),
                Plate.of(sheet.panels(), 2),
                caption,
                n,
                claims);
    }

    /** The task's place in the list, from 1. */
    private static String number(Candidate candidate) {
        return "task " + (CANDIDATES.indexOf(candidate) + 1);
    }

    private static Claim claim(Candidate candidate, Estimate exponent) {
        return Claim.theory(
                "network-topt-" + candidate.name.replace(", P = ", "-p").replace(", D = ", "-d"),
                "T_opt ~ α^k with k = (D−1)/(D+1), " + candidate.name
                        + (exponent.n() == 0
                                ? "; no minimum inside the range in the pilot, or not among the four deepest"
                                : ""),
                NetworkCells.featureExponent(candidate.depth()),
                exponent,
                "Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003");
    }

    private static void drawPilots(Sheet sheet, List<Pilot> pilots) {
        int[] replicas = NetworkCells.all(PILOT_REPLICAS);
        double[] numbers = new double[pilots.size()];
        double[][] octaves = new double[pilots.size()][OUTPUT_SCALES.length];
        Ends[][] ends = new Ends[pilots.size()][OUTPUT_SCALES.length];
        for (int c = 0; c < pilots.size(); c++) {
            numbers[c] = c + 1;
            for (int s = 0; s < OUTPUT_SCALES.length; s++) {
                Valley valley = pilots.get(c).valleys[s];
                double[] means = valley.means(replicas);
                boolean any = means.length > 0;
                octaves[c][s] = any ? valley.octavesBelowBorder(means) : Double.NaN;
                ends[c][s] = new Ends(any ? PILOT_REPLICAS : 0, any ? 0 : PILOT_REPLICAS, 0);
            }
        }
        sheet.cells(
                "pilot",
                "Pilot: smallest error",
                Axis.log2("output scale α"),
                Axis.linear("task, see caption"),
                ColourBar.of("octaves below Tₘₐₓ", 0, 6),
                OUTPUT_SCALES,
                numbers,
                octaves,
                ends);
    }

    /** Errors less that at the lowest temperature, replica by replica. */
    private static void drawValleys(Sheet sheet, Candidate candidate, Valley[] valleys, int reported) {
        sheet.panel(
                candidate.name,
                number(candidate) + ": " + candidate.name,
                Axis.log2("temperature T = η/B"),
                Axis.linear("ε(T) − ε(lowest T), paired"));
        for (int s = 0; s < OUTPUT_SCALES.length; s++) {
            Valley valley = valleys[s];
            Estimate[] changes = new Estimate[valley.temperatures.length];
            Ends[] ends = new Ends[changes.length];
            for (int t = 0; t < changes.length; t++) {
                double[] difference = new double[reported];
                double[] here = valley.errors[t];
                Arrays.setAll(difference, r -> here[r] - valley.errors[0][r]);
                changes[t] = Estimate.ofMean(difference);
                ends[t] = new Ends(reported, 0, 0);
            }
            sheet.points(
                    candidate.name,
                    "α = " + NetworkCells.power(OUTPUT_SCALES[s]),
                    s,
                    valley.temperatures,
                    changes,
                    ends);
        }
    }

    private static Estimate drawOptimum(
            Sheet sheet, Candidate candidate, int colour, Valley[] valleys, int reported, Experiment experiment) {
        String name = "bootstrap/topt/" + candidate.name;
        Estimate[] optima = new Estimate[valleys.length];
        Ends[] ends = new Ends[valleys.length];
        for (int s = 0; s < valleys.length; s++) {
            Valley valley = valleys[s];
            optima[s] = Bootstrap.of(reported, experiment.streams().at(name + "/" + s), valley::optimum);
            ends[s] = new Ends(reported, 0, 0);
        }
        Estimate exponent = Bootstrap.of(
                reported,
                experiment.streams().at(name),
                replicas -> NetworkCells.slope(
                        OUTPUT_SCALES,
                        Arrays.stream(valleys)
                                .mapToDouble(v -> v.optimum(replicas))
                                .toArray()));
        String measured = Double.isNaN(exponent.mean()) ? "no exponent" : "k = " + exponent.brief();
        String series = number(candidate) + ": " + measured
                + String.format(Locale.ROOT, " (%.2f)", NetworkCells.featureExponent(candidate.depth()));
        sheet.points("optimum", series, colour, OUTPUT_SCALES, optima, ends);
        double theory = NetworkCells.featureExponent(candidate.depth());
        double[] means = Arrays.stream(optima).mapToDouble(Estimate::mean).toArray();
        sheet.line(
                "optimum",
                series,
                "",
                colour,
                OUTPUT_SCALES,
                NetworkCells.law(OUTPUT_SCALES, means, theory),
                Sheet.Kind.ANCHORED);
        return exponent;
    }
}
