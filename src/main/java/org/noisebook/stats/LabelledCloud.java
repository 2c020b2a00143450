package org.noisebook.stats;

import java.util.Arrays;
import org.noisebook.rng.Stream;

/**
 * Points labelled by the side of a hyperplane through the origin on which they lie, with flips of bounded probability.
 *
 * <p>Labels are y = ±sign(w·x), flipped with probability η(x) ≤ rate ≤ ½ (Massart and Nédélec 2006, doi:10.1214/009053606000000786);
 * at rate ½ everywhere they do not depend on the points. All coordinates have mean 0 and, except for {@link Marginal#GAP}, variance 1.
 *
 * <p><b>Shapes</b>: {@code w} and {@code v} are unit vectors of one dimension. <b>Cost</b>: a few draws for each coordinate.
 *
 * @param marginal law of the points
 * @param w normal of the hyperplane
 * @param gap half the width of the empty strip of {@link Marginal#GAP}
 * @param flips where labels are flipped
 * @param rate largest probability of a flip, in [0, ½]
 * @param v second direction of {@link Flips#WEDGE}
 */
public record LabelledCloud(Marginal marginal, double[] w, double gap, Flips flips, double rate, double[] v) {
    /** Law of the points. */
    public enum Marginal {
        /** Independent normal coordinates. */
        GAUSSIAN,
        /** Independent Laplace coordinates. */
        LAPLACE,
        /** Independent signs, with normal noise of a tenth. */
        RADEMACHER,
        /** Normal, given that |w·x| is at least the gap. */
        GAP
    }

    /** Where labels are flipped. */
    public enum Flips {
        /** Everywhere alike. */
        CONSTANT,
        /** Only where w·x and v·x have the same sign. */
        WEDGE
    }

    /**
     * A sample.
     *
     * @param x points, coordinate-major
     * @param y labels, −1 or 1
     */
    public record Sample(double[][] x, double[] y) {}

    private static final double JITTER = 0.1;
    private static final double WIDEST_GAP = 5;
    private static final double UNIT = 1e-9;

    /** Checks. */
    public LabelledCloud {
        w = unit("w", w);
        v = unit("v", v);
        if (v.length != w.length) {
            throw new IllegalArgumentException("v must have the dimension of w=" + w.length + ", got " + v.length);
        }
        if (!(rate >= 0 && rate <= 0.5)) {
            throw new IllegalArgumentException("rate must be in [0, 0.5], got " + rate);
        }
        if (!(gap >= 0 && gap <= WIDEST_GAP)) {
            throw new IllegalArgumentException("gap must be in [0, " + WIDEST_GAP + "], got " + gap);
        }
    }

    /** Normal points with flips everywhere alike. */
    public static LabelledCloud of(double[] w, double rate) {
        return new LabelledCloud(Marginal.GAUSSIAN, w, 0, Flips.CONSTANT, rate, w);
    }

    private static double[] unit(String name, double... vector) {
        double square = dot(vector, vector);
        if (!(Math.abs(square - 1) < UNIT)) {
            throw new IllegalArgumentException(name + " must have length 1, got " + Math.sqrt(square));
        }
        return vector.clone();
    }

    /** Points one by one, so that a smaller sample is a prefix of a larger one. */
    public Sample sample(Stream stream, int count) {
        double[][] x = new double[w.length][count];
        double[] y = new double[count];
        double[] point = new double[w.length];
        for (int k = 0; k < count; k++) {
            Arrays.setAll(point, j -> coordinate(stream));
            double side = dot(w, point);
            if (marginal == Marginal.GAP) {
                double old = side;
                while (Math.abs(side) < gap) {
                    side = stream.nextGaussian();
                }
                double moved = side - old;
                Arrays.setAll(point, j -> point[j] + moved * w[j]);
            }
            boolean exposed = flips == Flips.CONSTANT || side * dot(v, point) > 0;
            boolean flipped = stream.nextDouble() < (exposed ? rate : 0);
            y[k] = side > 0 == flipped ? -1 : 1;
            for (int j = 0; j < w.length; j++) {
                x[j][k] = point[j];
            }
        }
        return new Sample(x, y);
    }

    private double coordinate(Stream stream) {
        switch (marginal) {
            case LAPLACE:
                double size = -StrictMath.log(stream.nextPositive()) / StrictMath.sqrt(2);
                return stream.nextDouble() < 0.5 ? -size : size;
            case RADEMACHER:
                double sign = stream.nextDouble() < 0.5 ? -1 : 1;
                return (sign + JITTER * stream.nextGaussian()) / StrictMath.sqrt(1 + JITTER * JITTER);
            default:
                return stream.nextGaussian();
        }
    }

    private static double dot(double[] a, double... b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
