package org.noisebook.solver;

import java.util.Arrays;

/** Derivatives by central differences, for fields without a closed form. Calls allocate memory. */
final class CentralDifferences {
    private static final double STEP = 0x1p-17;

    private CentralDifferences() {}

    static void along(Field.Evaluator field, double t, double[][] x, double[][] direction, int count, double[][] out) {
        double[][] there = new double[x.length][count];
        double[][] below = new double[out.length][count];
        double[] step = steps(x, direction, count);
        shift(x, direction, step, 1, count, there);
        field.at(t, there, count, out);
        shift(x, direction, step, -1, count, there);
        field.at(t, there, count, below);
        for (int i = 0; i < out.length; i++) {
            for (int k = 0; k < count; k++) {
                out[i][k] = step[k] == 0 ? 0 : (out[i][k] - below[i][k]) / (2 * step[k]);
            }
        }
    }

    /** The step h of every particle; 0 where the direction is zero. */
    private static double[] steps(double[][] x, double[][] direction, int count) {
        double[] step = new double[count];
        for (int k = 0; k < count; k++) {
            double place = 0;
            double length = 0;
            for (int j = 0; j < x.length; j++) {
                place = Math.max(place, Math.abs(x[j][k]));
                length = Math.max(length, Math.abs(direction[j][k]));
            }
            step[k] = length == 0 ? 0 : STEP * Math.max(1, place) / length;
        }
        return step;
    }

    private static void shift(double[][] x, double[][] direction, double[] step, int sign, int count, double[][] out) {
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < count; k++) {
                out[j][k] = Math.fma(sign * step[k], direction[j][k], x[j][k]);
            }
        }
    }

    static void divergence(Field.Evaluator field, double t, double[][] x, int count, double[] out) {
        double[][] unit = new double[x.length][count];
        double[][] derivative = new double[x.length][count];
        Arrays.fill(out, 0, count, 0);
        for (int j = 0; j < x.length; j++) {
            Arrays.fill(unit[j], 1);
            field.along(t, x, unit, count, derivative);
            Arrays.fill(unit[j], 0);
            for (int k = 0; k < count; k++) {
                out[k] += derivative[j][k];
            }
        }
    }
}
