package org.noisebook.regime.twolayer;

import java.util.concurrent.CancellationException;
import org.apache.commons.math3.exception.MaxCountExceededException;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.events.EventHandler;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import org.apache.commons.math3.ode.sampling.StepHandler;
import org.apache.commons.math3.ode.sampling.StepInterpolator;

/**
 * Gradient flow of a two-layer linear network f(x) = w₂·(W₁x) on a linear teacher y = β·x, from any start to the end.
 *
 * <p>With Σ = E[xxᵀ] the loss is L = ½ E(y − f)² = ½ (β − v)ᵀΣ(β − v), v = W₁ᵀw₂, and
 *
 * <pre>
 *   dW₁/dt = w₂ (Σ(β − v))ᵀ        dw₂/dt = W₁ Σ(β − v).
 * </pre>
 *
 * <p>C = W₁W₁ᵀ − w₂w₂ᵀ is conserved (Saxe, McClelland and Ganguli 2014, arXiv 1312.6120; setting of Liu et al. 2024,
 * arXiv 2310.08513). The flow stops where 2L falls below {@link #SQUARED_RESIDUAL}.
 *
 * <p><b>Method</b>: Dormand-Prince 8(5,3) of Commons Math, whose arithmetic is plain Java, so that the same start
 * gives the same bits on every platform.
 *
 * <p><b>Shapes</b>: β[d], Σ[d][d] symmetric and positive semi-definite (only symmetry is checked).
 *
 * <p><b>Special cases</b>: a start on a saddle, such as w₂ = 0 with W₁β = 0, stays there until the time limit. A
 * start of exactly low rank is an unstable manifold: with spare hidden units, a large W₁ and a target mostly outside
 * the row space, round-off grows before the slow rotation inside the manifold is done, and the end is that of a start
 * with a little noise. With as many hidden units as the rank there is no such direction.
 *
 * <p><b>Error</b>: local error {@link #RELATIVE_TOLERANCE} of a weight plus {@link #ABSOLUTE_TOLERANCE}; the stop
 * leaves about 3e-8 of the target unlearned, and kernels that far from their end.
 *
 * <p><b>Cost</b>: 12 evaluations a step, steps of a few units of 1/(‖W₁‖² + ‖w₂‖²) in the largest direction of Σ; 1
 * to 10 ms at d = 10, h = 20.
 */
public final class TwoLayerFlow {
    /** The flow has ended where twice the loss is below this; all measures then have six digits. */
    public static final double SQUARED_RESIDUAL = 1e-15;

    /**
     * What the stop leaves of a target of norm 1. With whitened inputs it bounds the error of KA, RA and ‖ΔW₁‖² where
     * theory has one value for all draws: near the end these change by less than the predictor does.
     */
    public static final double ERROR = Math.sqrt(SQUARED_RESIDUAL);

    /** Local error of a step, as a share of each weight. */
    public static final double RELATIVE_TOLERANCE = 1e-10;

    /** Local error of a step of each weight: a start of norm 1e-3 keeps nine digits. */
    public static final double ABSOLUTE_TOLERANCE = 1e-12;

    /** Evaluations of the flow after which it is given up unless asked otherwise. */
    public static final int EVALUATION_LIMIT = 10_000_000;

    private static final double SHORTEST_STEP = 1e-14;
    /** Where in its last step the flow stops need not be known better. */
    private static final double STOP_TIME_ERROR = 1e-6;

    private static final int STOP_ITERATIONS = 100;
    /** Σ may be off symmetry by rounding. */
    private static final double SYMMETRY = 1e-12;

    private final double[] target;
    private final double[][] covariance;

    private TwoLayerFlow(double[] target, double[][] covariance) {
        this.target = target;
        this.covariance = covariance;
    }

    /** Why the flow stopped. */
    public enum End {
        /** The target is learned. */
        CONVERGED,
        /** The time limit came first. */
        TIME_LIMIT,
        /** The limit on evaluations came first. */
        EVALUATION_LIMIT
    }

    /**
     * Where the flow stopped.
     *
     * @param end why
     * @param time when
     * @param squaredResidual 2L there
     * @param weights the weights there
     */
    public record Outcome(End end, double time, double squaredResidual, TwoLayerWeights weights) {}

    /** The flow for whitened inputs, Σ = 1. */
    public static TwoLayerFlow whitened(double[] target) {
        return of(target, SmallMatrix.identity(target.length));
    }

    /** The flow for inputs of a covariance. */
    public static TwoLayerFlow of(double[] target, double[][] covariance) {
        if (target.length == 0) {
            throw new IllegalArgumentException("target must have at least 1 number, got 0");
        }
        if (covariance.length != target.length) {
            throw new IllegalArgumentException(
                    "covariance must have target.length=" + target.length + " rows, got " + covariance.length);
        }
        double[][] sigma = SmallMatrix.copy("covariance", covariance, target.length);
        for (int i = 0; i < sigma.length; i++) {
            for (int j = 0; j < i; j++) {
                if (Math.abs(sigma[i][j] - sigma[j][i]) > SYMMETRY * Math.max(sigma[i][i], sigma[j][j])) {
                    throw new IllegalArgumentException("covariance must be symmetric, got " + sigma[i][j] + " and "
                            + sigma[j][i] + " at " + i + ", " + j);
                }
            }
        }
        return new TwoLayerFlow(SmallMatrix.copy("target", target), sigma);
    }

    /** From a start to the end or the time limit. */
    public Outcome run(TwoLayerWeights start, double timeLimit) {
        return run(start, timeLimit, EVALUATION_LIMIT);
    }

    /**
     * From a start to the end or the first limit.
     *
     * @throws CancellationException if the thread is interrupted
     */
    public Outcome run(TwoLayerWeights start, double timeLimit, int evaluationLimit) {
        if (start.dimension() != target.length) {
            throw new IllegalArgumentException(
                    "dimension of start must be target.length=" + target.length + ", got " + start.dimension());
        }
        if (!(timeLimit > 0 && timeLimit < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("timeLimit must be in (0, inf), got " + timeLimit);
        }
        if (evaluationLimit < 1) {
            throw new IllegalArgumentException("evaluationLimit must be at least 1, got " + evaluationLimit);
        }
        Equations equations = new Equations(start.width());
        double[] state = flatten(start);
        if (equations.squaredResidual(state) < SQUARED_RESIDUAL) {
            return new Outcome(End.CONVERGED, 0, equations.squaredResidual(state), start);
        }
        DormandPrince853Integrator integrator =
                new DormandPrince853Integrator(SHORTEST_STEP, timeLimit, ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE);
        integrator.setMaxEvaluations(evaluationLimit);
        LastStep last = new LastStep(state);
        integrator.addStepHandler(last);
        integrator.addEventHandler(new Learned(equations), timeLimit, STOP_TIME_ERROR, STOP_ITERATIONS);
        boolean stoppedByLimit = false;
        try {
            integrator.integrate(equations, 0, state, timeLimit, state);
        } catch (MaxCountExceededException e) {
            stoppedByLimit = true;
        }
        double residual = equations.squaredResidual(last.state);
        End end = stoppedByLimit ? End.EVALUATION_LIMIT : last.time < timeLimit ? End.CONVERGED : End.TIME_LIMIT;
        return new Outcome(end, last.time, residual, unflatten(last.state, start.width()));
    }

    private double[] flatten(TwoLayerWeights weights) {
        int d = target.length;
        double[][] first = weights.first();
        double[] state = new double[first.length * (d + 1)];
        for (int i = 0; i < first.length; i++) {
            System.arraycopy(first[i], 0, state, i * d, d);
        }
        System.arraycopy(weights.readout(), 0, state, first.length * d, first.length);
        return state;
    }

    private TwoLayerWeights unflatten(double[] state, int width) {
        int d = target.length;
        double[][] first = new double[width][d];
        double[] readout = new double[width];
        for (int i = 0; i < width; i++) {
            System.arraycopy(state, i * d, first[i], 0, d);
        }
        System.arraycopy(state, width * d, readout, 0, width);
        return new TwoLayerWeights(first, readout);
    }

    /** The flow of W₁, row by row, then w₂. */
    private final class Equations implements FirstOrderDifferentialEquations {
        private final int width;
        private final double[] missing = new double[target.length];
        private final double[] gradient = new double[target.length];

        Equations(int width) {
            this.width = width;
        }

        @Override
        public int getDimension() {
            return width * (target.length + 1);
        }

        /** Fills β − v and Σ(β − v). */
        private void residual(double[] state) {
            int d = target.length;
            System.arraycopy(target, 0, missing, 0, d);
            for (int i = 0; i < width; i++) {
                double readout = state[width * d + i];
                for (int j = 0; j < d; j++) {
                    missing[j] -= readout * state[i * d + j];
                }
            }
            for (int j = 0; j < d; j++) {
                gradient[j] = SmallMatrix.dot(covariance[j], missing);
            }
        }

        double squaredResidual(double[] state) {
            residual(state);
            return SmallMatrix.dot(missing, gradient);
        }

        @Override
        public void computeDerivatives(double time, double[] state, double[] rate) {
            residual(state);
            int d = target.length;
            for (int i = 0; i < width; i++) {
                double readout = state[width * d + i];
                double sum = 0;
                for (int j = 0; j < d; j++) {
                    rate[i * d + j] = readout * gradient[j];
                    sum += state[i * d + j] * gradient[j];
                }
                rate[width * d + i] = sum;
            }
        }
    }

    /** Stops the integration where the target is learned. */
    private record Learned(Equations equations) implements EventHandler {
        @Override
        public void init(double start, double[] state, double end) {
            // Nothing to prepare.
        }

        @Override
        public double g(double time, double[] state) {
            return equations.squaredResidual(state) / SQUARED_RESIDUAL - 1;
        }

        @Override
        public Action eventOccurred(double time, double[] state, boolean increasing) {
            return Action.STOP;
        }

        @Override
        public void resetState(double time, double[] state) {
            // The flow stops here.
        }
    }

    /** The last accepted step, which a limit on evaluations would lose. */
    private static final class LastStep implements StepHandler {
        private double time;
        private double[] state;

        LastStep(double[] state) {
            this.state = state.clone();
        }

        @Override
        public void init(double start, double[] first, double end) {
            // The start is known.
        }

        @Override
        public void handleStep(StepInterpolator interpolator, boolean isLast) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            time = interpolator.getCurrentTime();
            interpolator.setInterpolatedTime(time);
            state = interpolator.getInterpolatedState().clone();
        }
    }
}
