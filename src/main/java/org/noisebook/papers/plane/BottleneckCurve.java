package org.noisebook.papers.plane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The information-bottleneck curve of a joint distribution: the largest label information I(T;Y), in bits, of a
 * representation T of X with input information I(X;T).
 *
 * <p>For each multiplier β, I(X;T) − β I(T;Y) is minimised by the Blahut–Arimoto iteration p(t|x) ∝ p(t) exp(−β
 * KL[p(y|x) ‖ p(y|t)]), with p(t) and p(y|t) averaged over x (Tishby, Pereira and Bialek 1999, arXiv physics/0004057).
 * β decreases from its largest value, where every x has its own cell; each β starts from the previous solution, which
 * follows the branch that merges cells as β falls.
 *
 * <p><b>Shapes</b>: {@code weights[x]}, {@code conditional} row-major {@code [x][classes]}, rows summing to 1. Inputs
 * with equal p(y|x) may be merged beforehand; only the cost changes. <b>Special cases</b>: the curve runs from (0, 0),
 * no information, to (H(X), I(X;Y)), where T = X. <b>Error</b>: every point is attained by a representation, so it
 * never lies above the curve, up to rounding; the curve is concave, so chords lie below it. A local minimum of the
 * functional would put a point below it. <b>Cost</b>: |X|² · classes operations per iteration, at most 20 000 per β.
 * Not for more than a few hundred x.
 *
 * @param input I(X;T) of the points, ascending
 * @param label I(T;Y) of the points
 */
public record BottleneckCurve(double[] input, double[] label) {
    private static final int MOST_ITERATIONS = 20_000;
    /** Change of the functional, in nats, below which it has converged. */
    private static final double SETTLED = 1e-13;
    /** Iterations between evaluations of the functional. */
    private static final int LOOK = 10;
    /** Weight of the uniform distribution mixed into p(t|x) before each β, so that no probability is stuck at 0. */
    private static final double MIX = 1e-3;

    private static final double LN2 = StrictMath.log(2);

    public BottleneckCurve {
        input = input.clone();
        label = label.clone();
    }

    @Override
    public double[] input() {
        return input.clone();
    }

    @Override
    public double[] label() {
        return label.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BottleneckCurve that
                && Arrays.equals(input, that.input)
                && Arrays.equals(label, that.label);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(input) + Arrays.hashCode(label);
    }

    /**
     * The curve through the solutions for several β and its two end points; points below a chord of others are omitted.
     *
     * @param weights p(x), summing to 1
     * @param betas positive
     */
    public static BottleneckCurve of(double[] weights, double[] conditional, int classes, double... betas) {
        if (classes < 1 || weights.length == 0 || conditional.length != weights.length * classes) {
            throw new IllegalArgumentException("conditional must hold weights · classes=" + weights.length * classes
                    + " numbers, got " + conditional.length);
        }
        double[] falling = Arrays.stream(betas)
                .map(beta -> -beta)
                .sorted()
                .map(beta -> -beta)
                .toArray();
        Iteration iteration = new Iteration(weights, conditional, classes);
        List<double[]> points = new ArrayList<>();
        points.add(new double[] {0, 0});
        points.add(iteration.point());
        for (double beta : falling) {
            if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("betas must be in (0, inf), got " + beta);
            }
            iteration.settle(beta);
            points.add(iteration.point());
        }
        return hull(points);
    }

    /** The curve extended horizontally to an input information, since no more label information is available. */
    public BottleneckCurve upTo(double inputInformation) {
        double[] further = Arrays.copyOf(input, input.length + 1);
        double[] level = Arrays.copyOf(label, input.length + 1);
        further[input.length] = inputInformation;
        level[input.length] = label[input.length - 1];
        return new BottleneckCurve(further, level);
    }

    /** The curve's label information at a given input information, by linear interpolation; 0 for negative inputs. */
    public double at(double inputInformation) {
        if (inputInformation <= 0) {
            return 0;
        }
        int last = input.length - 1;
        for (int k = 1; k <= last; k++) {
            if (inputInformation < input[k]) {
                double share = (inputInformation - input[k - 1]) / (input[k] - input[k - 1]);
                return label[k - 1] + share * (label[k] - label[k - 1]);
            }
        }
        return label[last];
    }

    private static BottleneckCurve hull(List<double[]> points) {
        points.sort(Comparator.comparingDouble((double[] p) -> p[0]).thenComparingDouble(p -> p[1]));
        List<double[]> hull = new ArrayList<>();
        for (double[] point : points) {
            while (hull.size() > 1 && !turnsDown(hull.get(hull.size() - 2), hull.get(hull.size() - 1), point)) {
                hull.remove(hull.size() - 1);
            }
            hull.add(point);
        }
        return new BottleneckCurve(
                hull.stream().mapToDouble(p -> p[0]).toArray(),
                hull.stream().mapToDouble(p -> p[1]).toArray());
    }

    private static boolean turnsDown(double[] a, double[] b, double[] c) {
        return (b[1] - a[1]) * (c[0] - b[0]) > (c[1] - b[1]) * (b[0] - a[0]);
    }

    /** The state of the iteration: p(t|x), p(t) and p(y|t), with as many t as x. */
    private static final class Iteration {
        private final double[] weights;
        private final double[] conditional;
        private final int classes;
        private final int size;
        private final double[] encoder;
        private final double[] cells;
        private final double[] decoder;
        /** Σ_y p(y|x) ln p(y|x). */
        private final double[] negativeEntropy;

        Iteration(double[] weights, double[] conditional, int classes) {
            this.weights = weights.clone();
            this.conditional = conditional.clone();
            this.classes = classes;
            this.size = weights.length;
            this.encoder = new double[size * size];
            this.cells = new double[size];
            this.decoder = new double[size * classes];
            this.negativeEntropy = new double[size];
            for (int x = 0; x < size; x++) {
                encoder[x * size + x] = 1;
                for (int y = 0; y < classes; y++) {
                    negativeEntropy[x] += timesLog(conditional[x * classes + y], conditional[x * classes + y]);
                }
            }
            average();
        }

        /** Iterates until the functional has converged. */
        void settle(double beta) {
            for (int k = 0; k < encoder.length; k++) {
                encoder[k] = (1 - MIX) * encoder[k] + MIX / size;
            }
            average();
            double before = Double.POSITIVE_INFINITY;
            for (int n = 1; n <= MOST_ITERATIONS; n++) {
                encode(beta);
                average();
                if (n % LOOK == 0) {
                    double[] point = point();
                    double value = (point[0] - beta * point[1]) * LN2;
                    if (before - value < SETTLED) {
                        return;
                    }
                    before = value;
                }
            }
        }

        private void encode(double beta) {
            double[] logs = new double[size * classes];
            for (int k = 0; k < logs.length; k++) {
                logs[k] = StrictMath.log(decoder[k]);
            }
            for (int x = 0; x < size; x++) {
                int row = x * size;
                double largest = Double.NEGATIVE_INFINITY;
                for (int t = 0; t < size; t++) {
                    double divergence = negativeEntropy[x];
                    for (int y = 0; y < classes; y++) {
                        double p = conditional[x * classes + y];
                        divergence -= p > 0 ? p * logs[t * classes + y] : 0;
                    }
                    encoder[row + t] =
                            cells[t] > 0 ? StrictMath.log(cells[t]) - beta * divergence : Double.NEGATIVE_INFINITY;
                    largest = Math.max(largest, encoder[row + t]);
                }
                double sum = 0;
                for (int t = 0; t < size; t++) {
                    encoder[row + t] = StrictMath.exp(encoder[row + t] - largest);
                    sum += encoder[row + t];
                }
                for (int t = 0; t < size; t++) {
                    encoder[row + t] /= sum;
                }
            }
        }

        private void average() {
            Arrays.fill(cells, 0);
            Arrays.fill(decoder, 0);
            for (int x = 0; x < size; x++) {
                for (int t = 0; t < size; t++) {
                    double joint = weights[x] * encoder[x * size + t];
                    cells[t] += joint;
                    for (int y = 0; y < classes; y++) {
                        decoder[t * classes + y] += joint * conditional[x * classes + y];
                    }
                }
            }
            for (int t = 0; t < size; t++) {
                for (int y = 0; y < classes; y++) {
                    decoder[t * classes + y] = cells[t] > 0 ? decoder[t * classes + y] / cells[t] : 1.0 / classes;
                }
            }
        }

        /** I(X;T) and I(T;Y) in bits. */
        double[] point() {
            double input = 0;
            double label = 0;
            double[] labels = new double[classes];
            for (int x = 0; x < size; x++) {
                for (int t = 0; t < size; t++) {
                    double p = encoder[x * size + t];
                    input += p > 0 ? weights[x] * timesLog(p, p / cells[t]) : 0;
                }
            }
            for (int t = 0; t < size; t++) {
                for (int y = 0; y < classes; y++) {
                    label += cells[t] * timesLog(decoder[t * classes + y], decoder[t * classes + y]);
                    labels[y] += cells[t] * decoder[t * classes + y];
                }
            }
            for (double p : labels) {
                label -= timesLog(p, p);
            }
            return new double[] {input / LN2, label / LN2};
        }

        private static double timesLog(double p, double q) {
            return p > 0 ? p * StrictMath.log(q) : 0;
        }
    }
}
