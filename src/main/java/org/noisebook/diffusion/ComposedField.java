package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * A field p(t) x + q(t) F(u(t), r(t) x) + w(t) m: a known field at another time or scale, or combined with x and a
 * mean, with exact derivatives if F has them.
 *
 * <p><b>Special cases</b>: where q = 0, F is not evaluated and need not exist. <b>Cost</b>: one evaluation of F.
 */
public final class ComposedField implements Score, VelocityField {
    private final Field field;
    private final DoubleUnaryOperator own;
    private final DoubleUnaryOperator factor;
    private final DoubleUnaryOperator time;
    private final DoubleUnaryOperator scale;
    private final DoubleUnaryOperator shift;
    private final double[] mean;

    /**
     * A field with w = 0.
     *
     * @param field F
     * @param own p
     * @param factor q
     * @param time u
     * @param scale r
     */
    public ComposedField(
            Field field,
            DoubleUnaryOperator own,
            DoubleUnaryOperator factor,
            DoubleUnaryOperator time,
            DoubleUnaryOperator scale) {
        this(field, own, factor, time, scale, t -> 0, new double[field.dimension()]);
    }

    /** The field p(t) x + q(t) F(t, x). */
    public ComposedField(Field field, DoubleUnaryOperator own, DoubleUnaryOperator factor) {
        this(field, own, factor, t -> t, t -> 1);
    }

    /** The field p(t) x + q(t) F(t, x) + w(t) m. */
    public ComposedField(
            Field field,
            DoubleUnaryOperator own,
            DoubleUnaryOperator factor,
            DoubleUnaryOperator shift,
            double... mean) {
        this(field, own, factor, t -> t, t -> 1, shift, mean);
        if (field.dimension() != mean.length) {
            throw new IllegalArgumentException(
                    "field must have the dimension of the mean=" + mean.length + ", got " + field.dimension());
        }
    }

    private ComposedField(
            Field field,
            DoubleUnaryOperator own,
            DoubleUnaryOperator factor,
            DoubleUnaryOperator time,
            DoubleUnaryOperator scale,
            DoubleUnaryOperator shift,
            double... mean) {
        if (field.outputs() != field.dimension()) {
            throw new IllegalArgumentException(
                    "field must have as many outputs as coordinates=" + field.dimension() + ", got " + field.outputs());
        }
        this.field = field;
        this.own = own;
        this.factor = factor;
        this.time = time;
        this.scale = scale;
        this.shift = shift;
        this.mean = mean.clone();
    }

    @Override
    public int dimension() {
        return field.dimension();
    }

    @Override
    public Evaluator evaluator(int capacity) {
        return new Composed(capacity);
    }

    private final class Composed implements Evaluator {
        private final Evaluator inner;
        private final double[][] place;

        Composed(int capacity) {
            inner = field.evaluator(capacity);
            place = new double[field.dimension()][capacity];
        }

        /** r x, or x itself if r = 1. */
        private double[][] place(double scale, double[][] x, int count) {
            if (scale == 1) {
                return x;
            }
            for (int j = 0; j < place.length; j++) {
                for (int k = 0; k < count; k++) {
                    place[j][k] = scale * x[j][k];
                }
            }
            return place;
        }

        @Override
        public void at(double t, double[][] x, int count, double[][] out) {
            double q = factor.applyAsDouble(t);
            if (q == 0) {
                clear(out, count);
            } else {
                inner.at(time.applyAsDouble(t), place(scale.applyAsDouble(t), x, count), count, out);
            }
            combine(own.applyAsDouble(t), x, q, count, out);
            double w = shift.applyAsDouble(t);
            if (w != 0) {
                for (int j = 0; j < mean.length; j++) {
                    for (int k = 0; k < count; k++) {
                        out[j][k] = Math.fma(w, mean[j], out[j][k]);
                    }
                }
            }
        }

        @Override
        public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
            double r = scale.applyAsDouble(t);
            double q = factor.applyAsDouble(t) * r;
            if (q == 0) {
                clear(out, count);
            } else {
                inner.along(time.applyAsDouble(t), place(r, x, count), direction, count, out);
            }
            combine(own.applyAsDouble(t), direction, q, count, out);
        }

        @Override
        public void divergence(double t, double[][] x, int count, double[] out) {
            double r = scale.applyAsDouble(t);
            double q = factor.applyAsDouble(t) * r;
            if (q == 0) {
                Arrays.fill(out, 0, count, 0);
            } else {
                inner.divergence(time.applyAsDouble(t), place(r, x, count), count, out);
            }
            double all = place.length * own.applyAsDouble(t);
            for (int k = 0; k < count; k++) {
                out[k] = Math.fma(q, out[k], all);
            }
        }

        /** out = a x + b out. */
        private static void combine(double a, double[][] x, double b, int count, double[][] out) {
            for (int j = 0; j < out.length; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = Math.fma(b, out[j][k], a * x[j][k]);
                }
            }
        }

        private static void clear(double[][] out, int count) {
            for (double[] row : out) {
                Arrays.fill(row, 0, count, 0);
            }
        }
    }
}
