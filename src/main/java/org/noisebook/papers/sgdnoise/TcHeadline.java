package org.noisebook.papers.sgdnoise;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Box;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.Setting;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * The main claim of the paper at one setting: is T_c, where noise moves the weights by 5 %, a power law of P rather than a logarithm, and do
 * noise and a smaller α change the error of a lazy network in opposite directions? A setting is a sweep over five sizes up to its own, and four
 * corners in the (α, T) plane at a quarter of it.
 */
final class TcHeadline {
    private static final String ABSTRACT = "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703, abstract";
    private static final double LEVEL = 0.05;
    private static final int SIZES = 5;
    /** Temperatures of a size, factors of 2 apart; one more for the digits, whose weights move at a lower T. */
    private static final int TEMPERATURES = 4;

    private static final double SMALL_ALPHA = 0x1p-5;
    /** T/h of both α in the comparison of effects, and a warmer one; the later of those at which training is lazy is judged. */
    private static final double[] LAZY_NOISE = {0x1p-12, 0x1p-10};

    private static final double LAZY = 0.1;
    /** A quarter of hκ, where noise has no effect in theory. */
    private static final double COLD = 0.25;

    private TcHeadline() {}

    /** Declares the headline of a figure, which it judges at the digits, from the quick edition on at MNIST. */
    static void tell(Board board) {
        NetworkConfig own = board.choose(
                Schema.with(LazySweep.IMAGES, "trainSize", 1024), Schema.with(LazySweep.AUTHORS, "trainSize", 16384));
        board.headline(
                        "abstract",
                        "the characteristic temperature T_c where the noise of SGD starts affecting the trained model (and eventually"
                                + " performance) is a power law of P",
                        "although increasing T or decreasing alpha both allow the net to escape the lazy regime, these changes can have"
                                + " opposite effects on performance")
                .decidedBy("curvature", "residuals", "opposite")
                .lacks("CIFAR-10")
                .vary(
                        new Setting<>(board, NetworkCells.STUDY, own, "lazy training", Optional.empty()),
                        // Five hidden layers, as in the paper; a first draw had the three of the digits: it held at 3
                        // of 4 settings, one was open.
                        Box.ofValues("dataset", "mnist")
                                .and("trainSize", 1024, 4096)
                                .and("network.width", 32, 512)
                                .and("outputScale", 4096, 32768)
                                .pick("network.depth", "5")
                                .settings(4),
                        TcHeadline::decide);
    }

    /** The highest T/h of a size: above every T_c, and low enough to train. */
    private static double highest(int size) {
        return size < 1024 ? 0x1p-2 : 0x1p-3;
    }

    private static void decide(Board board, Setting<NetworkConfig, NetworkResult> at) {
        NetworkConfig config = at.config();
        boolean shipped = config.dataset() == DataSource.DIGITS;
        int n = board.choose(shipped ? 24 : 8, 32);
        double[] sizes = IntStream.range(0, SIZES)
                .mapToDouble(k -> Math.rint(config.trainSize() / StrictMath.pow(2, SIZES - 1 - k)))
                .toArray();
        List<Line<NetworkConfig, NetworkResult>> sweep = Arrays.stream(sizes)
                .mapToObj(size -> line(board, Schema.with(config, "trainSize", (int) size), n))
                .toList();
        NetworkConfig square = Schema.with(
                config, shipped ? "trainSize=256" : "testSize=4096, testDraw=own, trainSize=" + config.trainSize() / 4);
        int m = board.choose(shipped ? 24 : 16, 16);
        double alpha = config.outputScale();
        Cell<NetworkConfig, NetworkResult> cold = corner(board, square, alpha, COLD / alpha, m);
        List<Cell<NetworkConfig, NetworkResult>> noisy = Arrays.stream(LAZY_NOISE)
                .mapToObj(t -> corner(board, square, alpha, t, m))
                .toList();
        Cell<NetworkConfig, NetworkResult> rich = corner(board, square, SMALL_ALPHA, LAZY_NOISE[0], m);

        String on = " (" + (shipped ? "digits" : Schema.formatValue(config.dataset())) + ", h = "
                + config.network().width() + ").";
        String panel = board.choose("digits", "MNIST");
        Curves curves = Curves.of(sweep);
        board.claim("curvature", "In logarithms, T_c against P is less than half as curved as a logarithm of P" + on)
                .in(panel)
                .says("T_c is a power law of P, not a logarithm | curvature / that of a logarithm")
                .paper()
                .between(-0.5, 0.5)
                .control("run: planted T_c = a − b ln P, whose curvature is 1")
                .of(board.bootstrap("bootstrap/tc/headline/curvature", n, r -> curvature(curves.escapes(r))))
                .from(ABSTRACT, "half way between a power law, 0, and a logarithm, 1, set before the run");
        board.claim("residuals", "A power law of P fits T_c with smaller residuals than a logarithm of P" + on)
                .in(panel)
                .says("A power law fits T_c better than a logarithm | residuals / those of a logarithm")
                .paper()
                .below(1)
                .control("run: planted T_c = a − b ln P, whose ratio is above 1")
                .of(board.bootstrap("bootstrap/tc/headline/residuals", n, r -> residuals(curves.escapes(r))))
                .from(ABSTRACT, "bound 1 from the paper's power law");
        board.claim(
                        "opposite",
                        "While training is lazy, noise changes the test error in the opposite direction to a smaller α"
                                + on)
                .paper()
                .above(0)
                .control("run: the smaller α, where noise lowers the error")
                .of(opposite(cold, noisy, rich))
                .from(ABSTRACT, "the sign of the paper's word opposite");
    }

    private static Line<NetworkConfig, NetworkResult> line(Board board, NetworkConfig base, int replicas) {
        double top = highest(base.trainSize()) * base.network().width();
        int count = TEMPERATURES + (base.dataset() == DataSource.DIGITS ? 1 : 0);
        double[] temperatures = Line.powers(top / StrictMath.pow(2, count - 1), 2, count);
        return board.lineOf(
                temperatures,
                t -> board.cell(NetworkCells.STUDY, NetworkCells.at(base, base.outputScale(), t), replicas));
    }

    private static Cell<NetworkConfig, NetworkResult> corner(
            Board board, NetworkConfig base, double alpha, double perWidth, int replicas) {
        return board.cell(
                NetworkCells.STUDY,
                NetworkCells.at(base, alpha, perWidth * base.network().width()),
                replicas);
    }

    /** Change by noise, positive if opposite to that by a smaller α; none if that is not resolved or no noise is lazy. */
    private static Estimate opposite(
            Cell<NetworkConfig, NetworkResult> cold,
            List<Cell<NetworkConfig, NetworkResult>> noisy,
            Cell<NetworkConfig, NetworkResult> rich) {
        Estimate byAlpha = rich.less(noisy.get(0), NetworkResult::testError).oneOf(2);
        boolean helps = byAlpha.high() < 0;
        return noisy.stream()
                .filter(cell -> cell.the(Reduction.geometric(NetworkResult::relativeKernelChange))
                                .mean()
                        < LAZY)
                .reduce((colder, warmer) -> warmer)
                .filter(cell -> helps || byAlpha.low() > 0)
                .map(cell -> cell.less(cold, NetworkResult::testError).oneOf(2).times(helps ? 1 : -1))
                .orElse(Estimate.NONE);
    }

    /** Logarithms of weight changes of every size, {@code [temperature][replica]}, where three quarters of the replicas fitted. */
    private record Curves(double[][] temperatures, double[][][] logChanges, int[][] fitted) {
        static Curves of(List<Line<NetworkConfig, NetworkResult>> sweep) {
            var lines =
                    sweep.stream().map(line -> line.range(NetworkTc.ADMITTED)).toList();
            return new Curves(
                    lines.stream().map(Line::x).toArray(double[][]::new),
                    lines.stream()
                            .map(line -> NetworkCells.logs(line.values(NetworkResult::relativeWeightChange)))
                            .toArray(double[][][]::new),
                    lines.stream().map(Line::fitted).toArray(int[][]::new));
        }

        /** ln T_c of every size for these replicas; NaN if the level is not reached. */
        double[] escapes(int... replicas) {
            return IntStream.range(0, fitted.length)
                    .mapToDouble(s -> StrictMath.log(Line.crossing(
                            temperatures[s],
                            NetworkCells.meansOfLogs(logChanges[s], NetworkCells.among(fitted[s], replicas)),
                            LEVEL)))
                    .toArray();
        }
    }

    /**
     * The second derivative of ln T_c in ln P over that of a logarithm, T_c = a − b ln P, which is −(d ln T_c/d ln P)²: 0 for a power law, 1
     * for a logarithm. Sizes grow by equal factors; derivatives are those of the parabola of least squares.
     */
    static double curvature(double... logs) {
        double middle = (logs.length - 1) / 2.0;
        double square = Grammar.mean(logs.length, k -> (k - middle) * (k - middle));
        double slope = Grammar.mean(logs.length, k -> (k - middle) * logs[k]) / square;
        double bend = Grammar.sum(logs.length, k -> ((k - middle) * (k - middle) - square) * logs[k])
                / Grammar.sum(logs.length, k -> StrictMath.pow((k - middle) * (k - middle) - square, 2));
        return -2 * bend / (slope * slope);
    }

    /** Relative residuals of a power law over those of a logarithm, root mean squares of least squares. */
    static double residuals(double... logs) {
        double[] ones = new double[logs.length];
        Arrays.fill(ones, 1);
        double[] inverse = Arrays.stream(logs).map(log -> StrictMath.exp(-log)).toArray();
        return Math.sqrt(residue(logs, ones) / residue(ones, inverse));
    }

    /** Σ (y − w (a + b k))² for the best a and b. */
    private static double residue(double[] y, double... w) {
        double[][] basis = {w, new double[w.length]};
        Arrays.setAll(basis[1], k -> w[k] * k);
        double share = dot(basis[1], w) / dot(w, w);
        for (int k = 0; k < w.length; k++) {
            basis[1][k] -= share * w[k];
        }
        double left = dot(y, y);
        for (double[] one : basis) {
            left -= StrictMath.pow(dot(y, one), 2) / dot(one, one);
        }
        return Math.max(0, left);
    }

    private static double dot(double[] a, double... b) {
        return Grammar.sum(a.length, k -> a[k] * b[k]);
    }
}
