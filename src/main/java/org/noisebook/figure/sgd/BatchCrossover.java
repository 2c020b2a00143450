package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.powers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Lazy trainings without visible margin over sizes and all batch sizes 1, 2, 4, …, P at one learning rate, and their
 * first steps alone: what B* is read off, with its panels and claims.
 *
 * @param key in ids
 * @param name in words
 * @param base everything but P and B
 * @param sizes P, powers of two
 * @param replicas of every cell
 * @param lines of every size, along B
 * @param firstSteps of every size
 */
record BatchCrossover(
        String key,
        String name,
        NetworkConfig base,
        double[] sizes,
        int replicas,
        List<Line<NetworkConfig, NetworkResult>> lines,
        List<Cell<NetworkConfig, NetworkResult>> firstSteps) {
    /** The prefactor of the noise phase is taken at these batches. */
    private static final double[] NOISE_BATCHES = {1, 2};

    /** The slope in B is taken up to here. */
    private static final double LARGEST_SLOPE_BATCH = 4;

    /** B* is measured where the weight change is so many times its value at B = P. */
    private static final double DOUBLING = 2;

    /** η/h, so that noise moves the weights by a few hundredths at most. */
    private static final double RATE_PER_WIDTH = 0x1p-8;

    /** Colours of the borders of the planes stand for phases; these are others. */
    private static final int[] COLOURS = {2, 5, 6};

    private static final String CURVES = "curves";
    private static final String CROSSOVER = "crossover";

    /** Gaussian points in a wide network of one hidden layer and in a deeper narrow one, and images. */
    static List<BatchCrossover> of(Board board) {
        NetworkConfig shallow = lazy(NetworkCells.GAUSSIAN, new FullyConnected(1, 128, Activation.RELU));
        NetworkConfig deep = lazy(NetworkCells.GAUSSIAN, (FullyConnected) NetworkCells.GAUSSIAN.network());
        if (board.preset() == Preset.QUICK) {
            double[] sizes = powers(128, 2, 4);
            NetworkConfig digits = lazy(NetworkConfig.standard(), new FullyConnected(3, 32, Activation.RELU));
            return List.of(
                    of(board, "gaussian-d1", "Gaussian, D = 1", shallow, sizes, 12),
                    of(board, "gaussian-d3", "Gaussian, D = 3", deep, sizes, 12),
                    of(board, "digits", "digits, D = 3", digits, sizes, 12));
        }
        double[] sizes = powers(128, 2, 6);
        NetworkConfig images = Schema.with(
                lazy(NetworkConfig.standard(), new FullyConnected(5, 128, Activation.GELU)), "dataset=fashionMnist");
        return List.of(
                of(board, "gaussian-d1", "Gaussian, D = 1", shallow, sizes, 32),
                of(board, "gaussian-d3", "Gaussian, D = 3", deep, sizes, 32),
                of(board, "fashion", "Fashion-MNIST, D = 5", images, powers(1024, 2, 4), 8));
    }

    /** Declares every training and every first step. */
    private static BatchCrossover of(
            Board board, String key, String name, NetworkConfig base, double[] sizes, int replicas) {
        board.replicas(replicas);
        List<Line<NetworkConfig, NetworkResult>> lines = new ArrayList<>();
        List<Cell<NetworkConfig, NetworkResult>> firstSteps = new ArrayList<>();
        for (double size : sizes) {
            NetworkConfig sized = Schema.with(base, "trainSize", (int) size);
            double[] batches = powers(1, 2, Math.getExponent(size) + 1);
            lines.add(board.line(NetworkCells.STUDY, sized, "batchSize", batches));
            firstSteps.add(board.cell(NetworkCells.STUDY, firstStep(sized)));
        }
        return new BatchCrossover(key, name, base, sizes, replicas, lines, firstSteps);
    }

    /** Margins of 2^-20 do not show; the weights need more digits than float32 has. */
    private static NetworkConfig lazy(NetworkConfig data, FullyConnected network) {
        return Schema.with(
                Schema.with(data, "outputScale=2^20, precision=float64, sampleCap=2^24, probeSize=0, testSize=0"),
                "network",
                network,
                "learningRate",
                RATE_PER_WIDTH * network.width());
    }

    /** A training after its first step at B = P. */
    static NetworkConfig firstStep(NetworkConfig config) {
        return Schema.with(config, "batchSize", config.trainSize(), "sampleCap", (long) config.trainSize());
    }

    /** Along B at the largest P. */
    private Line<NetworkConfig, NetworkResult> largest() {
        return lines.get(lines.size() - 1);
    }

    private int largestSize() {
        return (int) sizes[sizes.length - 1];
    }

    /**
     * Weight changes {@code [size][batch][replica]}, and those of the first step {@code [size][replica]}. A batch size
     * at which a replica did not fit is NaN.
     */
    record Curves(double[] sizes, double[][][] changes, double[][] firstSteps) {
        /** B times the weight change at the smallest batches, per size: the law of noise at B = 1. */
        double[] noise(int[] replicas) {
            return Arrays.stream(changes)
                    .map(size -> NetworkCells.geometricMeans(size, replicas))
                    .mapToDouble(curve -> NetworkCells.prefactor(NOISE_BATCHES, curve, -1))
                    .toArray();
        }

        /** d ln noise/d ln P. */
        double gamma(int[] replicas) {
            return NetworkCells.slope(sizes, noise(replicas));
        }

        /** Per size, the batch size at which the weight change is twice that at B = P; NaN where there is none. */
        double[] measured(int[] replicas) {
            return Arrays.stream(changes)
                    .map(size -> NetworkCells.geometricMeans(size, replicas))
                    .mapToDouble(curve -> Arrays.stream(curve).anyMatch(Double::isNaN)
                            ? Double.NaN
                            : Line.crossing(powers(1, 2, curve.length), curve, DOUBLING * curve[curve.length - 1]))
                    .toArray();
        }

        /** Per size, the batch size at which the law of noise meets the first step. */
        double[] predicted(int[] replicas) {
            double[] crossings = noise(replicas);
            double[] firstStep = NetworkCells.geometricMeans(firstSteps, replicas);
            Arrays.setAll(crossings, s -> crossings[s] / firstStep[s]);
            return crossings;
        }

        /** Weight change of the largest size over the first step, by batch. */
        Estimate[] overFirstStep() {
            int last = sizes.length - 1;
            return Arrays.stream(changes[last])
                    .map(change -> Estimate.ofGeometricMean(IntStream.range(0, change.length)
                            .mapToDouble(r -> change[r] / firstSteps[last][r])
                            .toArray()))
                    .toArray(Estimate[]::new);
        }
    }

    Curves curves() {
        return new Curves(
                sizes,
                lines.stream()
                        .map(line -> line.cells().stream()
                                .map(BatchCrossover::changes)
                                .toArray(double[][]::new))
                        .toArray(double[][][]::new),
                firstSteps.stream()
                        .map(cell -> cell.values(NetworkResult::relativeWeightChange))
                        .toArray(double[][]::new));
    }

    private static double[] changes(Cell<NetworkConfig, NetworkResult> cell) {
        return cell.values(run -> cell.isWhole() ? run.relativeWeightChange() : Double.NaN);
    }

    /** Two panels with their claims: weight change of the largest P over the first step against B, and B* against P. */
    static void plot(Board board, List<BatchCrossover> all) {
        String largest = all.stream()
                .map(one -> String.valueOf(one.largestSize()))
                .distinct()
                .collect(Collectors.joining(", "));
        Plot over = board.plot(
                CURVES,
                "Over the first step, P = " + largest,
                Axis.log2("batch size B"),
                Axis.log2("over first step |Δw|/|Δw₁|"));
        for (BatchCrossover one : all) {
            double[] predicted = one.curves().predicted(NetworkCells.all(one.replicas));
            double meeting = predicted[predicted.length - 1];
            over.colour(COLOURS[all.indexOf(one)])
                    .points(one.name, one.largest(), one.curves().overFirstStep())
                    .named(one.name)
                    .line(LineKind.ANCHORED, one.name, new double[] {1, meeting, one.largestSize()}, new double[] {
                        meeting, 1, 1
                    });
        }
        Plot crossover = board.plot(
                CROSSOVER,
                "Crossover B*",
                Axis.log2("training points P"),
                Axis.log2("batch size B*").range(1, board.choose(256, 1024)));
        List<String> notes = new ArrayList<>();
        for (BatchCrossover one : all) {
            notes.add(one.plotCrossover(board, crossover.colour(COLOURS[all.indexOf(one)])));
            one.claim(board);
        }
        crossover.note(String.join("\n", notes));
    }

    private String stream() {
        return "bootstrap/batch/" + key + "/";
    }

    /** Returns the note of its exponent. */
    private String plotCrossover(Board board, Plot plot) {
        Curves curves = curves();
        Estimate[] measured = new Estimate[sizes.length];
        Arrays.setAll(
                measured,
                s -> board.bootstrap(stream() + (int) sizes[s], replicas, chosen -> curves.measured(chosen)[s]));
        plot.points(name, sizes, measured, lines.stream().map(Line::together).toArray(Ends[]::new))
                .named(name)
                .line(LineKind.ANCHORED, name, sizes, curves.predicted(NetworkCells.all(replicas)));
        Estimate exponent = board.bootstrap(
                stream() + "exponent", replicas, chosen -> NetworkCells.slope(sizes, curves.measured(chosen)));
        return String.format(
                Locale.ROOT,
                "%s: %.2f ± %.2f",
                name.replace("Gaussian, ", "").replaceAll(", D.*", ""),
                exponent.mean(),
                (exponent.high() - exponent.low()) / 2);
    }

    private void claim(Board board) {
        Curves curves = curves();
        var line = largest();
        String where = ", " + name + ", h = " + base.network().width();
        String atLargest = where + ", P = " + largestSize();
        String noise = "noise-dominated: at fixed η the lazy weight change falls as 1/B, exponent −1 over B = 1, 2, 4";
        Estimate slope = line.where(batch -> batch <= LARGEST_SLOPE_BATCH)
                .power(board.stream(stream() + "slope"), NetworkResult::relativeWeightChange)
                .exponent();
        claim(board, "noise", CURVES, noise + atLargest, -1, slope, "only T = η/B matters, |Δw| ~ T");
        String plateau =
                "above B* the lazy weight change does not depend on B: its value at B = P/2 over that at B = P is 1";
        var last = line.at(largestSize());
        Estimate half = line.at(largestSize() / 2.0).over(last, NetworkResult::relativeWeightChange);
        claim(board, "plateau", CURVES, plateau + atLargest, 1, half, "first-step-dominated SGD");
        String step = "above B* the lazy weight change is that of the first step: their ratio at B = P is 1";
        Estimate over = curves.overFirstStep()[line.size() - 1];
        claim(board, "first-step", CURVES, step + atLargest, 1, over, "first-step-dominated SGD");
        String growth = "B* ~ P^γ: the exponent of B*, where ";
        String law = ", over γ of |Δw| ~ T P^γ is 1" + where;
        Estimate measured = board.bootstrap(
                stream() + "ratio",
                replicas,
                chosen -> NetworkCells.slope(sizes, curves.measured(chosen)) / curves.gamma(chosen));
        String doubled = growth + "the weight change is twice that at B = P" + law;
        claim(board, "crossover", CROSSOVER, doubled, 1, measured, "B* ~ P^γ");
        Estimate predicted = board.bootstrap(
                stream() + "prediction",
                replicas,
                chosen -> NetworkCells.slope(sizes, curves.predicted(chosen)) / curves.gamma(chosen));
        String meeting = growth + "the law of noise meets the first step" + law;
        claim(board, "prediction", CROSSOVER, meeting, 1, predicted, "B* ~ P^γ");
    }

    private void claim(
            Board board, String id, String panel, String statement, double theory, Estimate measured, String why) {
        board.claim(id + "-" + key, statement)
                .in(panel)
                .theory(theory)
                .of(measured)
                .from(NetworkBatchPhaseDiagram.PAPER + ": " + why);
    }
}
