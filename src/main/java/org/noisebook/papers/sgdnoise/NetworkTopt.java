package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The temperature of the smallest test error, T_opt, against α in the feature regime, and its exponent k compared with
 * (D − 1)/(D + 1).
 *
 * <p>The tasks were listed before the runs; every one is measured and has its claim. A task has an exponent if its error has a
 * minimum inside the range of temperatures at three or more α; these give the vertices of {@link ErrorValley#optima}.
 */
public final class NetworkTopt extends Story {
    private static final int MINIMA_NEEDED = 3;
    private static final List<String> PLACES = List.of("", "least noise", "in between", "most noise");
    /** End of the colour scale, a change of two percentage points. */
    private static final double DEEPEST = 0.02;

    private static final String BEST = "best";
    private static final String OPTIMA = "optima";
    private static final Axis SCALES = Axis.log2("output scale α (small: features are learned)");

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
    /** MNIST by parity, in the full preset only. */
    private static final List<Candidate> MORE = List.of(task("MNIST", MNIST, 1024, 5), task("MNIST", MNIST, 1024, 3));

    /** A task that may have an optimum. */
    private record Candidate(String name, NetworkConfig base) {
        String words() {
            return name.replaceAll("P = (\\d+), D = (\\d)", "$1 points, $2 layers");
        }

        /** The theoretical exponent. */
        double theory() {
            return NetworkCells.featureExponent(base.network().depth());
        }
    }

    /** The results for a task: a valley for each α, the α with a minimum inside the range, their optima, and the exponent. */
    private record Found(
            double[] scales, List<ErrorValley> valleys, double[] inner, Estimate[] optima, Estimate exponent) {
        static Found of(Board board, Candidate task, double[] scales, List<ErrorValley> valleys, int n) {
            int[] all = NetworkCells.all(n);
            int[] inside = IntStream.range(0, scales.length)
                    .filter(s -> valleys.get(s).inside(all))
                    .toArray();
            if (inside.length < MINIMA_NEEDED) {
                return new Found(scales, valleys, new double[0], new Estimate[0], Estimate.NONE);
            }
            List<ErrorValley> chosen =
                    Arrays.stream(inside).mapToObj(valleys::get).toList();
            double[] inner = Arrays.stream(inside).mapToDouble(s -> scales[s]).toArray();
            String stream = "bootstrap/topt/" + task.name;
            Estimate[] optima = new Estimate[inner.length];
            Arrays.setAll(optima, s -> board.bootstrap(stream + "/" + s, n, r -> ErrorValley.optima(chosen, r)[s]));
            Estimate exponent =
                    board.bootstrap(stream, n, r -> NetworkCells.slope(inner, ErrorValley.optima(chosen, r)));
            return new Found(scales, valleys, inner, optima, exponent);
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

    @Override
    protected void tell(Board board) {
        board.control("run: the other depth, whose exponent lies outside the window");
        board.title(
                "The best noise grows with the output scale as predicted",
                "The best noise does not grow with the output scale as predicted",
                board.choose("On digits, the", "The") + " best noise grows with the output scale; power undecided");
        board.subtitle(
                "Change of test error from the weakest noise; best noise T_opt (ring): least error, 95 % interval");
        board.show(board.choose(
                new String[] {"digits, P = 512, D = 3", "sign, P = 128, D = 3"},
                new String[] {"MNIST, P = 1024, D = 5", OPTIMA}));
        List<Candidate> tasks = board.choose(CANDIDATES, MORE);
        double[] scales = board.choose(powers(0x1p-12, 8, 4), powers(0x1p-7, 2, 5));
        double[] temperatures = board.choose(powers(0x1p-9, 2, 12), halves(0x1p-5, 17));
        int n = board.choose(8, 16);
        board.replicas(n);
        Map<Candidate, Plane<NetworkConfig, NetworkResult>> planes = new LinkedHashMap<>();
        tasks.forEach(task -> planes.put(
                task,
                board.plane(NetworkCells.STUDY, temperatures, scales, (t, a) -> NetworkCells.at(task.base, a, t))));
        Map<Candidate, Found> found = new LinkedHashMap<>();
        planes.forEach((task, plane) -> {
            List<ErrorValley> valleys = plane.lines().map(ErrorValley::of).toList();
            found.put(task, Found.of(board, task, scales, valleys, n));
            tellValleys(board, task, plane, valleys, n);
        });
        tellOptima(board, found);
        tellPlaces(board, found, n);
        found.forEach((task, here) -> claim(board, task, here));
        board.stamp(String.valueOf(n));
        board.caption(
                "Tasks, listed beforehand. Colours: test error minus that at the lowest T on the same replicas{}, up to where three"
                        + " quarters of the replicas fit; only those that fit at all these T count. Ring: T of the least mean error, 95 % bootstrap interval. T_opt:"
                        + " vertices of parabolas in ln T of one curvature through the means within a factor of 4 of the least one,"
                        + " at those α at which that lies inside the range, 95 % bootstrap intervals over whole replicas. Theory:"
                        + " k = (D − 1)/(D + 1). {}; h = {}, B = {}, float32.",
                board.choose("", ", each replica with its own test points"),
                board.choose("x ~ N(0, 1₁₀), ReLU; digits: parity, GELU", "MNIST by parity, ReLU"),
                tasks.get(0).base.network().width(),
                tasks.get(0).base.batchSize());
    }

    /** The values {@code first · 2^(k/2)}, every other one exact. */
    private static double[] halves(double first, int count) {
        return IntStream.range(0, count)
                .mapToDouble(k -> first * (1 << k / 2) * (k % 2 == 0 ? 1 : StrictMath.sqrt(2)))
                .toArray();
    }

    private static void claim(Board board, Candidate task, Found found) {
        Estimate exponent = found.exponent;
        board.claim(
                        task.name
                                .toLowerCase(Locale.ROOT)
                                .replace(", p = ", "-p")
                                .replace(", d = ", "-d"),
                        "T_opt grows as α^k with k = (D−1)/(D+1), " + task.name
                                + (exponent.n() == 0 ? "; fewer than three minima inside the range" : ""))
                .in(board.choose(task.name, OPTIMA))
                .says("The best noise grows as α^k with the predicted k | fitted power k")
                .theory(task.theory())
                .judge(exponent, "Sclocchi, Geiger and Wyart, APS March Meeting 2023, F02.00003");
    }

    /** Plots T_opt against α for tasks that have it, with the theoretical power law through the points. */
    private static void tellOptima(Board board, Map<Candidate, Found> all) {
        Plot plot = board.plot(OPTIMA, "Best noise", SCALES, Axis.log2("best noise T_opt = rate / batch size"));
        int colour = 0;
        for (Map.Entry<Candidate, Found> one : all.entrySet()) {
            Candidate task = one.getKey();
            double[] x = one.getValue().inner;
            if (x.length > 0) {
                double[] y = Arrays.stream(one.getValue().optima)
                        .mapToDouble(Estimate::mean)
                        .toArray();
                double[] law = NetworkCells.law(x, y, task.theory());
                plot.colour(colour)
                        .named(task.words().replaceFirst(".*, ", ""))
                        .points(
                                task.name,
                                x,
                                one.getValue().optima,
                                one.getValue().exponent.n())
                        .colour(colour)
                        .named("theory")
                        .anchored("theory, " + task.name, x, a -> law[Arrays.binarySearch(x, a)]);
            }
            colour++;
        }
    }

    /** Maps the positions of the minima. */
    private static void tellPlaces(Board board, Map<Candidate, Found> found, int n) {
        List<Candidate> rows = List.copyOf(found.keySet());
        double[] scales = found.get(rows.get(0)).scales;
        double[][] places = new double[rows.size()][scales.length];
        EndCounts[][] ends = new EndCounts[rows.size()][scales.length];
        for (int j = 0; j < rows.size(); j++) {
            List<ErrorValley> row = found.get(rows.get(j)).valleys;
            Arrays.setAll(places[j], s -> row.get(s).place(NetworkCells.all(n)));
            Arrays.setAll(ends[j], s -> row.get(s).ends(n));
        }
        Axis tasks = Axis.named("", rows.stream().map(Candidate::words).toList());
        double[] ys = numbered(rows.size());
        Plot map = board.map(BEST, "Best noise", SCALES, tasks, ColourBar.classes(), scales, ys, places, ends);
        for (int j = 0; j < rows.size(); j++) {
            for (int s = 0; s < scales.length; s++) {
                map.text(scales[s], ys[j], PLACES.get(Double.isNaN(places[j][s]) ? 0 : (int) places[j][s]));
            }
        }
    }

    /** Maps errors minus that at the lowest temperature, replica by replica, with the minimum for each α. */
    private static void tellValleys(
            Board board, Candidate task, Plane<NetworkConfig, NetworkResult> plane, List<ErrorValley> valleys, int n) {
        Estimate[][] changes = new Estimate[valleys.size()][plane.xs().length];
        for (int s = 0; s < changes.length; s++) {
            ErrorValley valley = valleys.get(s);
            double[][] errors = valley.errors();
            double[] range = valley.temperatures();
            int first = range.length == 0 ? 0 : Arrays.binarySearch(plane.xs(), range[0]);
            Arrays.setAll(
                    changes[s],
                    t -> t < first || t >= first + errors.length
                            ? Estimate.NONE
                            : Estimate.ofMeanOrNone(Arrays.stream(valley.fitted())
                                    .mapToDouble(r -> errors[t - first][r] - errors[0][r])
                                    .toArray()));
        }
        Axis noise = Axis.log2("noise T = learning rate / batch size");
        ColourBar bar = ColourBar.differences("change of test error", DEEPEST);
        Plot map = board.map(task.name, task.words(), noise, SCALES, bar, plane, changes);
        for (int s = 0; s < changes.length; s++) {
            ErrorValley valley = valleys.get(s);
            double a = plane.ys()[s];
            if (valley.fitted().length > 0) {
                Estimate best = board.bootstrap(
                        "bootstrap/topt/least/" + task.name + "/" + s,
                        n,
                        r -> valley.temperatures()[ErrorValley.lowest(valley.means(r))]);
                map.colour(0)
                        .named(s == 0 ? "least error" : "")
                        .line(
                                LineKind.LEAST,
                                "least, α = " + NetworkCells.power(a),
                                new double[] {best.low(), best.mean(), best.high()},
                                new double[] {a, a, a});
            }
        }
    }
}
