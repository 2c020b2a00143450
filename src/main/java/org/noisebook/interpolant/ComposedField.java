package org.noisebook.interpolant;

import java.util.function.DoubleUnaryOperator;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * p(t) x + q(t) F(u(t), r(t) x): a field of other time, scale or meaning, with exact derivatives where F has them.
 *
 * <p><b>Cost</b>: one evaluation of F.
 */
final class ComposedField implements Score, VelocityField {
    private final Field field;
    private final DoubleUnaryOperator own;
    private final DoubleUnaryOperator factor;
    private final DoubleUnaryOperator time;
    private final DoubleUnaryOperator scale;

    /**
     * All four coefficients.
     *
     * @param field F
     * @param own p
     * @param factor q
     * @param time u
     * @param scale r
     */
    ComposedField(
            Field field,
            DoubleUnaryOperator own,
            DoubleUnaryOperator factor,
            DoubleUnaryOperator time,
            DoubleUnaryOperator scale) {
        if (field.outputs() != field.dimension()) {
            throw new IllegalArgumentException(
                    "field must have as many outputs as coordinates=" + field.dimension() + ", got " + field.outputs());
        }
        this.field = field;
        this.own = own;
        this.factor = factor;
        this.time = time;
        this.scale = scale;
    }

    /** p(t) x + q(t) F(t, x). */
    ComposedField(Field field, DoubleUnaryOperator own, DoubleUnaryOperator factor) {
        this(field, own, factor, t -> t, t -> 1);
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

        /** r x, which is x itself where r = 1. */
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
            inner.at(time.applyAsDouble(t), place(scale.applyAsDouble(t), x, count), count, out);
            blend(own.applyAsDouble(t), x, factor.applyAsDouble(t), out, count);
        }

        @Override
        public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
            double r = scale.applyAsDouble(t);
            inner.along(time.applyAsDouble(t), place(r, x, count), direction, count, out);
            blend(own.applyAsDouble(t), direction, factor.applyAsDouble(t) * r, out, count);
        }

        @Override
        public void divergence(double t, double[][] x, int count, double[] out) {
            double r = scale.applyAsDouble(t);
            inner.divergence(time.applyAsDouble(t), place(r, x, count), count, out);
            double all = place.length * own.applyAsDouble(t);
            double q = factor.applyAsDouble(t) * r;
            for (int k = 0; k < count; k++) {
                out[k] = Math.fma(q, out[k], all);
            }
        }

        private static void blend(double p, double[][] x, double q, double[][] out, int count) {
            for (int j = 0; j < out.length; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = Math.fma(q, out[j][k], p * x[j][k]);
                }
            }
        }
    }
}
