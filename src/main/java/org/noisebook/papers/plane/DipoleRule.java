package org.noisebook.papers.plane;

import java.util.Arrays;

/**
 * A balanced random label for all 12-bit patterns that is invariant under rotations of the icosahedron on which the bits sit.
 *
 * <p>Bit k is the sign s_k = ±1 at vertex r_k of an icosahedron; the label depends on the length of the dipole moment
 * m = Σ_k s_k r_k through P(y = 1|x) = 1/(1 + e^(−γ (|m|² − θ))): a rule of the kind of Shwartz-Ziv and Tishby (2017,
 * arXiv 1703.00810), whose own is symmetric under rotations too. With d_i = s_i − s_(i+6) on the six axes, |m|² =
 * Σ d_i² + (2/√5) Σ_(i&lt;j) σ_ij d_i d_j, where σ = 1 for axis 0 with all others and for neighbours among axes 1 to 5,
 * which surround it, else −1.
 *
 * <p><b>Units or range</b>: |m|² takes 20 values in [0, 41.9]; θ = 10.2 lies between 8.84 and 11.58, half-way down:
 * P(y = 1) = 0.497. It is invariant under rotations of the icosahedron, under a change of all signs, and under a change
 * of both signs of an axis whose ends agree.
 *
 * <p><b>Special cases</b>: for large γ the label is deterministic.
 */
public final class DipoleRule {
    /** Number of bits of a pattern. */
    public static final int BITS = 12;

    /** Number of patterns. */
    public static final int INPUTS = 1 << BITS;

    private static final int AXES = BITS / 2;
    private static final double THRESHOLD = 10.2;
    private static final double SQRT5 = StrictMath.sqrt(5);

    private final double[] probabilities;

    /**
     * A rule of given sharpness.
     *
     * @param sharpness γ
     */
    public DipoleRule(double sharpness) {
        probabilities = new double[INPUTS];
        for (int x = 0; x < INPUTS; x++) {
            probabilities[x] = 1 / (1 + StrictMath.exp(-sharpness * (dipoleSquare(x) - THRESHOLD)));
        }
    }

    /** The sign s_k of pattern x: 1 if bit k is set, else −1. */
    public static int sign(int x, int bit) {
        return (x >> bit & 1) == 1 ? 1 : -1;
    }

    /** All patterns as rows of ±1, row-major [4096][12]. */
    public static double[] points() {
        double[] points = new double[INPUTS * BITS];
        for (int x = 0; x < INPUTS; x++) {
            for (int k = 0; k < BITS; k++) {
                points[x * BITS + k] = sign(x, k);
            }
        }
        return points;
    }

    /** The square |m|², bit for bit equal for patterns related by a symmetry, since integers are added first. */
    static double dipoleSquare(int x) {
        int[] d = new int[AXES];
        Arrays.setAll(d, i -> sign(x, i) - sign(x, i + AXES));
        int squares = 0;
        int products = 0;
        for (int i = 0; i < AXES; i++) {
            squares += d[i] * d[i];
            for (int j = i + 1; j < AXES; j++) {
                boolean near = i == 0 || j - i == 1 || j - i == AXES - 2;
                products += (near ? 1 : -1) * d[i] * d[j];
            }
        }
        return squares + 2 * products / SQRT5;
    }

    /** The probability P(y = 1|x). */
    public double probability(int x) {
        return probabilities[x];
    }

    /** The probabilities P(y|x) of both labels, row-major [4096][2]. */
    public double[] labels() {
        double[] labels = new double[2 * INPUTS];
        for (int x = 0; x < INPUTS; x++) {
            labels[2 * x] = 1 - probabilities[x];
            labels[2 * x + 1] = probabilities[x];
        }
        return labels;
    }

    /** The mutual information I(X;Y) in bits. */
    public double information() {
        int[] own = new int[INPUTS];
        Arrays.setAll(own, x -> x);
        return BinnedInformation.of(own, labels(), 2).label();
    }

    /** The distinct values of P(y = 1|x), ascending, which are a sufficient statistic for the label. */
    public double[] levels() {
        return Arrays.stream(probabilities).distinct().sorted().toArray();
    }

    /** The share of patterns with each of these values. */
    public double[] levelWeights() {
        double[] levels = levels();
        double[] weights = new double[levels.length];
        for (double probability : probabilities) {
            weights[Arrays.binarySearch(levels, probability)] += 1.0 / INPUTS;
        }
        return weights;
    }

    /** The information-bottleneck curve, the largest label information at given input information; one point per multiplier. */
    public BottleneckCurve bottleneck(double... multipliers) {
        double[] levels = levels();
        double[] conditional = new double[2 * levels.length];
        for (int k = 0; k < levels.length; k++) {
            conditional[2 * k] = 1 - levels[k];
            conditional[2 * k + 1] = levels[k];
        }
        return BottleneckCurve.of(levelWeights(), conditional, 2, multipliers);
    }
}
