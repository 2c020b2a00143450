package org.noisebook.interpolant;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.VelocityField;

/** Mixtures and small solvers that tests of interpolants, fields and diffusions share. */
public final class Exact {
    private static final double THIRD = 1.0 / 3;
    /** The pair of the authors' demonstration on the line. */
    public static final GaussianMixture TWO =
            GaussianMixture.onLine(new double[] {0.5, 0.5}, new double[] {-3, 3}, new double[] {0.25, 0.25});

    public static final GaussianMixture THREE = GaussianMixture.onLine(
            new double[] {THIRD, THIRD, THIRD}, new double[] {-6, 0, 6}, new double[] {0.5, 0.33, 0.5});
    /** A one-sided target. */
    public static final GaussianMixture TARGET =
            GaussianMixture.onLine(new double[] {0.3, 0.7}, new double[] {-2, 1}, new double[] {0.16, 0.36});

    public static final double[][] C0 = {{1, 0.5}, {0.5, 2}};
    public static final double[][] C1 = {{3, 1}, {1, 1}};
    public static final GaussianMixture START = GaussianMixture.of(new double[] {0, 0}, C0);
    public static final GaussianMixture END = GaussianMixture.of(new double[] {2, -1}, C1);
    public static final GaussianMixture PLANE_START = new GaussianMixture(
            new double[] {0.4, 0.6}, new double[][] {{-1, 0}, {1, 1}}, new double[][][] {C0, {{0.5, 0}, {0, 0.5}}});
    public static final GaussianMixture PLANE_END = new GaussianMixture(
            new double[] {0.5, 0.5}, new double[][] {{2, -1}, {-2, 2}}, new double[][][] {C1, {{1, 0.3}, {0.3, 0.6}}});

    private Exact() {}

    public static double[] at(Field field, double t, double... x) {
        double[][] place = column(x);
        double[][] out = new double[field.outputs()][1];
        field.evaluator(1).at(t, place, 1, out);
        return IntStream.range(0, out.length).mapToDouble(j -> out[j][0]).toArray();
    }

    public static double divergence(Field field, double t, double... x) {
        double[] out = new double[1];
        field.evaluator(1).divergence(t, column(x), 1, out);
        return out[0];
    }

    public static double[] along(Field field, double t, double[] x, double... direction) {
        double[][] out = new double[field.outputs()][1];
        field.evaluator(1).along(t, column(x), column(direction), 1, out);
        return IntStream.range(0, out.length).mapToDouble(j -> out[j][0]).toArray();
    }

    private static double[][] column(double... x) {
        return IntStream.range(0, x.length).mapToObj(j -> new double[] {x[j]}).toArray(double[][]::new);
    }

    public static void flow(VelocityField velocity, double[][] x, double... times) {
        Ensemble.run(OdeMethod.RK4.sampler(velocity), times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
    }

    /** dX = drift dt + √(2ε) dW by Euler and Maruyama; backward where times descend. */
    public static void diffuse(
            VelocityField drift, DoubleUnaryOperator diffusion, double[][] x, Stream stream, double... times) {
        Sampler sampler = SdeMethod.EULER_MARUYAMA.sampler(drift, t -> 2 * diffusion.applyAsDouble(t));
        Ensemble.run(sampler, times, x, Noise.independent(stream), 1, Ensemble.Observer.NONE);
    }

    public static double mean(double... x) {
        return IntStream.range(0, x.length).mapToDouble(k -> x[k]).sum() / x.length;
    }

    public static double covariance(double[] x, double... y) {
        double mx = mean(x);
        double my = mean(y);
        return IntStream.range(0, x.length)
                        .mapToDouble(k -> (x[k] - mx) * (y[k] - my))
                        .sum()
                / x.length;
    }
}
