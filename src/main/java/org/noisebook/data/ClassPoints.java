package org.noisebook.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * Points in float32 with one of several class labels; the multi-class counterpart of {@link Points}.
 *
 * <p><b>Shapes</b>: {@code x[count][dimension]}, row-major; {@code label[count]} in [0, classes). <b>Cost</b>: 4 ·
 * count · dimension bytes.
 */
public final class ClassPoints {
    private final int dimension;
    private final int classes;
    private final float[] x;
    private final byte[] label;

    private ClassPoints(int dimension, int classes, float[] x, byte[] label) {
        this.dimension = dimension;
        this.classes = classes;
        this.x = x;
        this.label = label;
    }

    /** Creates points that own the arrays; the caller must not use them again. */
    static ClassPoints own(int dimension, int classes, float[] x, byte[] label) {
        return new ClassPoints(dimension, classes, x, label);
    }

    public int count() {
        return label.length;
    }

    /** Dimension of a point. */
    public int dimension() {
        return dimension;
    }

    public int classes() {
        return classes;
    }

    /** One coordinate of a point. */
    public float x(int point, int coordinate) {
        return x[Objects.checkIndex(point, label.length) * dimension + Objects.checkIndex(coordinate, dimension)];
    }

    /** Some points, coordinate-major: {@code [j][k]} is coordinate j of point {@code which[k]}. */
    public double[][] columns(int... which) {
        double[][] columns = new double[dimension][which.length];
        for (int j = 0; j < dimension; j++) {
            for (int k = 0; k < which.length; k++) {
                columns[j][k] = x(which[k], j);
            }
        }
        return columns;
    }

    /** The class of a point. */
    public int label(int point) {
        return label[point];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassPoints that
                && dimension == that.dimension
                && classes == that.classes
                && Arrays.equals(x, that.x)
                && Arrays.equals(label, that.label);
    }

    @Override
    public int hashCode() {
        return (31 * dimension + Arrays.hashCode(x)) * 31 + Arrays.hashCode(label);
    }

    @Override
    public String toString() {
        return "ClassPoints[count=" + count() + ", dimension=" + dimension + ", classes=" + classes + "]";
    }
}
