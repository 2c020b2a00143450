package org.noisebook.papers.sgdphases;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The crossover batch size B* of lazy networks with negligible margin: trainings over sizes P and batch sizes 1, 2, 4, …, P at one
 * learning rate, their first steps alone, and panels and claims.
 *
 * @param key name in ids
 * @param name name in words
 * @param base the config, except for P and B
 * @param sizes values of P, powers of two
 * @param replicas number of replicas per cell
 * @param lines trainings along B, one line per size
 * @param firstSteps first steps at B = P, one cell per size
 */
record BatchCrossover(
        String key,
        String name,
        NetworkConfig base,
        double[] sizes,
        int replicas,
        List<Line<NetworkConfig, NetworkResult>> lines,
        List<Cell<NetworkConfig, NetworkResult>> firstSteps) {
    /** Batch sizes at which the prefactor of the noise phase is measured. */
    private static final double[] NOISE_BATCHES = {1, 2};
    /** B* is the batch size at which the weight change is this many times its value at B = P. */
    private static final double DOUBLING = 2;

    /** The rate η/h, chosen so that noise moves the weights by a few hundredths at most. */
    private static final double RATE_PER_WIDTH = 0x1p-8;

    /** Colours that do not stand for phases in the planes. */
    private static final int[] COLOURS = {2, 5, 6};

    private static final ToDoubleFunction<NetworkResult> CHANGE = NetworkResult::relativeWeightChange;
    private static final String STREAM = "bootstrap/batch/";
    private static final String NOISE =
            "With small batches, the weight change is proportional to 1/B | exponent of growth with B";
    private static final String FIRST_STEP = "With large batches, the weights move in the first step alone";
    private static final String GROWTH =
            "The critical batch size B* grows with the points as predicted | exponent of B* / of weight change";

    /** The cases: Gaussian points for a wide network of one hidden layer and for a deep narrow one, and images. */
    static List<BatchCrossover> of(Board board) {
        double[] sizes = powers(128, 2, board.choose(4, 6));
        NetworkConfig gaussian = NetworkCells.GAUSSIAN;
        NetworkConfig digits = NetworkConfig.standard();
        NetworkConfig mnist = Schema.with(digits, "dataset=mnist");
        FullyConnected wide = new FullyConnected(1, 128, Activation.RELU);
        FullyConnected narrow = new FullyConnected(3, 32, Activation.RELU);
        FullyConnected deep = new FullyConnected(5, 128, Activation.GELU);
        return List.of(
                of(board, "gaussian-d1", "Gaussian, D = 1", gaussian, wide, sizes, board.choose(12, 32)),
                of(board, "gaussian-d3", "Gaussian, D = 3", gaussian, narrow, sizes, board.choose(12, 32)),
                board.preset() == Preset.QUICK
                        ? of(board, "digits", "digits, D = 3", digits, narrow, sizes, 12)
                        : of(board, "mnist", "MNIST, D = 5", mnist, deep, powers(512, 2, 4), 8));
    }

    /** Declares all trainings and first steps; a margin of 2^-20 has no effect, and the weights need float64. */
    private static BatchCrossover of(
            Board board,
            String key,
            String name,
            NetworkConfig data,
            FullyConnected network,
            double[] sizes,
            int replicas) {
        NetworkConfig base = Schema.with(
                Schema.with(data, "outputScale=2^20, precision=float64, sampleCap=2^24, probeSize=0, testSize=0"),
                "network",
                network,
                "learningRate",
                RATE_PER_WIDTH * network.width());
        board.replicas(replicas);
        DoubleFunction<NetworkConfig> sized = size -> Schema.with(base, "trainSize", (int) size);
        var lines = Arrays.stream(sizes)
                .mapToObj(size -> board.line(
                        NetworkCells.STUDY, sized.apply(size), "batchSize", powers(1, 2, Math.getExponent(size) + 1)))
                .toList();
        var firstSteps = Arrays.stream(sizes)
                .mapToObj(size -> board.cell(NetworkCells.STUDY, firstStep(sized.apply(size))))
                .toList();
        return new BatchCrossover(key, name, base, sizes, replicas, lines, firstSteps);
    }

    /** The name without the depth. */
    String data() {
        return name.replaceAll(",.*", "");
    }

    /** A training that stops after its first step, at B = P. */
    static NetworkConfig firstStep(NetworkConfig config) {
        return Schema.with(config, "batchSize", config.trainSize(), "sampleCap", (long) config.trainSize());
    }

    /**
     * Logarithms of the weight changes of the trainings, {@code [size][batch][replica]}, NaN if a replica did not fit, and of
     * their first steps, {@code [size][replica]}.
     */
    record Curves(double[] sizes, double[][][] changes, double[][] firstSteps) {
        /** For each size, B times the weight change at the smallest batches, the prefactor of the noise phase. */
        double[] noise(int[] replicas) {
            return Arrays.stream(changes)
                    .map(size -> NetworkCells.meansOfLogs(Arrays.copyOf(size, NOISE_BATCHES.length), replicas))
                    .mapToDouble(curve -> NetworkCells.prefactor(NOISE_BATCHES, curve, -1))
                    .toArray();
        }

        /** The exponent γ = d ln noise/d ln P. */
        double gamma(int[] replicas) {
            return NetworkCells.slope(sizes, noise(replicas));
        }

        /** For each size, the batch size at which the weight change is twice that at B = P; NaN if there is none. */
        double[] measured(int[] replicas) {
            return IntStream.range(0, sizes.length)
                    .mapToDouble(s -> measured(s, replicas))
                    .toArray();
        }

        private double measured(int s, int... replicas) {
            double[] curve = NetworkCells.meansOfLogs(changes[s], replicas);
            return Arrays.stream(curve).anyMatch(Double::isNaN)
                    ? Double.NaN
                    : Line.crossing(powers(1, 2, curve.length), curve, DOUBLING * curve[curve.length - 1]);
        }

        /** For each size, the batch size at which the power law of the noise phase meets the first step. */
        double[] predicted(int[] replicas) {
            double[] crossings = noise(replicas);
            double[] firstStep = NetworkCells.meansOfLogs(firstSteps, replicas);
            Arrays.setAll(crossings, s -> crossings[s] / firstStep[s]);
            return crossings;
        }
    }

    Curves curves() {
        return new Curves(
                sizes,
                lines.stream()
                        .map(line -> NetworkCells.logs(line.cells().stream()
                                .map(BatchCrossover::changes)
                                .toArray(double[][]::new)))
                        .toArray(double[][][]::new),
                NetworkCells.logs(
                        firstSteps.stream().map(cell -> cell.values(CHANGE)).toArray(double[][]::new)));
    }

    /** The weight changes of the replicas of a cell; NaN unless all fitted. */
    private static double[] changes(Cell<NetworkConfig, NetworkResult> cell) {
        return cell.values(run -> cell.isWhole() ? run.relativeWeightChange() : Double.NaN);
    }

    /** Weight change relative to the first step, by batch size, at the largest size. */
    private Estimate[] overFirstStep() {
        int last = sizes.length - 1;
        double[] first = firstSteps.get(last).values(CHANGE);
        return lines.get(last).cells().stream()
                .map(BatchCrossover::changes)
                .map(change -> Estimate.ofGeometricMeanOrNone(IntStream.range(0, change.length)
                        .mapToDouble(r -> change[r] / first[r])
                        .toArray()))
                .toArray(Estimate[]::new);
    }

    /** Two panels with their claims: weight change relative to the first step against B at the largest P, and B* against P. */
    static void tell(Board board, List<BatchCrossover> all) {
        Axis change = Axis.log2("weight change over first step's");
        Plot over = board.plot("curves", "Weight change", Axis.log2("batch size B"), change);
        Axis batch = Axis.log2("batch size B*").range(2, board.choose(256, 1024));
        Plot crossover = board.plot("crossover", "Critical batch size B*", NetworkCells.SIZES, batch);
        for (BatchCrossover one : all) {
            int colour = COLOURS[all.indexOf(one)];
            one.tell(board, over.colour(colour), crossover.colour(colour));
        }
    }

    private void tell(Board board, Plot over, Plot crossover) {
        Curves curves = curves();
        int[] everyone = NetworkCells.all(replicas);
        double[] predicted = curves.predicted(everyone);
        double meeting = predicted[predicted.length - 1];
        var line = lines.get(lines.size() - 1);
        double largest = sizes[sizes.length - 1];
        Estimate[] overFirstStep = overFirstStep();
        String words = name.replaceAll("D = (\\d)", "$1 hidden layer").replaceAll("([3-9] hidden layer)", "$1s");
        over.named(words)
                .points(name, line, overFirstStep)
                .named(words)
                .line(LineKind.ANCHORED, name, new double[] {1, meeting, largest}, new double[] {meeting, 1, 1});
        Estimate[] measured = new Estimate[sizes.length];
        Arrays.setAll(measured, s -> resampled(board, "" + (int) sizes[s], chosen -> curves.measured(s, chosen)));
        Estimate exponent = resampled(board, "exponent", chosen -> NetworkCells.slope(sizes, curves.measured(chosen)));
        double half = (exponent.high() - exponent.low()) / 2;
        String law = "%s: %.2f ± %.2f (γ = %.2f)";
        String series = String.format(Locale.ROOT, law, name, exponent.mean(), half, curves.gamma(everyone));
        words = words.replace(" hidden", "")
                + String.format(Locale.ROOT, ": exponent %.2f ± %.2f", exponent.mean(), half);
        crossover
                .named(words)
                .points(
                        series,
                        sizes,
                        measured,
                        lines.stream().map(Line::together).toArray(EndCounts[]::new))
                .named(words)
                .line(LineKind.ANCHORED, series, sizes, predicted);
        String where = ", " + name + ", h = " + base.network().width();
        String atLargest = where + ", P = " + (int) largest;
        String noise = "in the noise phase at fixed η, the lazy weight change falls as 1/B (exponent −1, B = 1, 2, 4)";
        Estimate slope = line.where(batch -> batch <= 4)
                .power(board.stream(STREAM + key + "/slope"), NetworkResult::relativeWeightChange)
                .exponent();
        claim(over, "noise", noise + atLargest, -1, slope, "only T = η/B matters, |Δw| ~ T", NOISE);
        String plateau = "above B*, the lazy weight change does not depend on B (ratio of B = P/2 to B = P is 1)";
        Estimate flat = line.at(largest / 2).over(line.last(), NetworkResult::relativeWeightChange);
        claim(over, "plateau", plateau + atLargest, 1, flat, "first-step-dominated SGD", "");
        String step = "above B*, the lazy weight change is that of the first step (ratio at B = P is 1)";
        Estimate last = overFirstStep[line.size() - 1];
        claim(over, "first-step", step + atLargest, 1, last, "first-step-dominated SGD", FIRST_STEP);
        String growth = "B* grows as P^γ, γ from |Δw| ~ T P^γ (ratio of exponents is 1), B* where %s" + where;
        String doubled = growth.formatted("the weight change is twice that at B = P");
        Estimate found = resampled(board, "ratio", chosen -> growth(curves, curves.measured(chosen), chosen));
        claim(crossover, "crossover", doubled, 1, found, "B* ~ P^γ", GROWTH);
        String meets = growth.formatted("the power law of the noise phase meets the first step");
        Estimate foretold = resampled(board, "prediction", chosen -> growth(curves, curves.predicted(chosen), chosen));
        claim(
                crossover,
                "prediction",
                meets,
                1,
                foretold,
                "B* ~ P^γ",
                "The predicted B* grows as P^γ too | exponent of B* / of weight change");
    }

    private Estimate resampled(Board board, String stream, ToDoubleFunction<int[]> statistic) {
        return board.bootstrap(STREAM + key + "/" + stream, replicas, statistic);
    }

    /** The ratio of the exponent of B* to γ. */
    private double growth(Curves curves, double[] crossings, int... chosen) {
        return NetworkCells.slope(sizes, crossings) / curves.gamma(chosen);
    }

    private void claim(Plot plot, String id, String statement, double theory, Estimate of, String why, String says) {
        plot.claim(id + "-" + key, statement)
                .says(says)
                .theory(theory)
                .judge(of, NetworkBatchPhaseDiagram.PAPER + ": " + why);
    }
}
