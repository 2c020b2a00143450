package org.noisebook.papers.richlazy;

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
 * <p>With Σ = E[xxᵀ], diagonal, the loss is L = ½ E(y − f)² = ½ (β − v)ᵀΣ(β − v), v = W₁ᵀw₂, and
 *
 * <pre>
 *   dW₁/dt = w₂ (Σ(β − v))ᵀ        dw₂/dt = W₁ Σ(β − v).
 * </pre>
 *
 * <p>C = W₁W₁ᵀ − w₂w₂ᵀ is conserved (Saxe, McClelland and Ganguli 2014, arXiv 1312.6120). The flow stops where 2L falls
 * below {@link #SQUARED_RESIDUAL}.
 *
 * <p><b>Method</b>: Dormand-Prince 8(5,3) of Commons Math, whose arithmetic is plain Java, so that the same start
 * gives the same bits on every platform.
 *
 * <p><b>Special cases</b>: a start on a saddle, such as w₂ = 0 with W₁β = 0, stays there until the time limit. The
 * weights of exactly low rank form an unstable manifold: with spare hidden units, a large W₁ and a target mostly outside
 * the row space, round-off grows before the slow rotation within the manifold ends, and the result is that of a start
 * with slight noise. With as many hidden units as the rank, there is no such instability.
 *
 * <p><b>Error</b>: local error {@link #RELATIVE_TOLERANCE} of a weight plus {@link #ABSOLUTE_TOLERANCE}; the stop
 * leaves about 3e-8 of the target unlearned, and kernels that far from their end.
 *
 * <p><b>Cost</b>: 12 evaluations per step, steps of a few units of 1/(‖W₁‖² + ‖w₂‖²) in the largest direction of Σ; 1
 * to 10 ms at d = 10, h = 20.
 */
public final class TwoLayerFlow {
    /** The flow ends when twice the loss is below this; all measures then have six digits. */
    static final double SQUARED_RESIDUAL = 1e-15;

    /**
     * The part of a target of norm 1 left unlearned at the stop. With whitened inputs it bounds the error of KA, RA and
     * ‖ΔW₁‖² if theory has one value for all draws, since near the end these change by less than the predictor.
     */
    static final double ERROR = Math.sqrt(SQUARED_RESIDUAL);

    private static final double RELATIVE_TOLERANCE = 1e-10;
    /** Absolute tolerance, which leaves nine digits to a start of norm 1e-3. */
    private static final double ABSOLUTE_TOLERANCE = 1e-12;

    private static final int EVALUATION_LIMIT = 10_000_000;
    private static final double SHORTEST_STEP = 1e-14;
    /** Accuracy of the stopping time within the last step; more is not needed. */
    private static final double STOP_TIME_ERROR = 1e-6;

    private static final int STOP_ITERATIONS = 100;

    private final double[] target;
    private final double[] variances;

    /** A flow towards the target β[d] with inputs of variances Σ_jj. */
    TwoLayerFlow(double[] target, double... variances) {
        this.target = target;
        this.variances = variances;
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

    /** The end of the flow: reason, time, twice the loss, and weights. */
    record Outcome(End end, double time, double squaredResidual, TwoLayerWeights weights) {}

    Outcome run(TwoLayerWeights start, double timeLimit) {
        return run(start, timeLimit, EVALUATION_LIMIT);
    }

    /** Runs from a start to the end or to the first limit. */
    Outcome run(TwoLayerWeights start, double timeLimit, int evaluationLimit) {
        double[] state = start.state().clone();
        Equations equations = new Equations(state.length);
        if (equations.squaredResidual(state) < SQUARED_RESIDUAL) {
            return new Outcome(End.CONVERGED, 0, equations.squaredResidual(state), start);
        }
        DormandPrince853Integrator integrator =
                new DormandPrince853Integrator(SHORTEST_STEP, timeLimit, ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE);
        integrator.setMaxEvaluations(evaluationLimit);
        LastStep last = new LastStep(state);
        integrator.addStepHandler(last);
        integrator.addEventHandler(equations, timeLimit, STOP_TIME_ERROR, STOP_ITERATIONS);
        boolean stoppedByLimit = false;
        try {
            integrator.integrate(equations, 0, state, timeLimit, state);
        } catch (MaxCountExceededException e) {
            stoppedByLimit = true;
        }
        End end = stoppedByLimit ? End.EVALUATION_LIMIT : last.time < timeLimit ? End.CONVERGED : End.TIME_LIMIT;
        return new Outcome(
                end, last.time, equations.squaredResidual(last.state), new TwoLayerWeights(target.length, last.state));
    }

    /** The flow of W₁, row by row, then w₂; it stops when the target is learned. */
    private final class Equations implements FirstOrderDifferentialEquations, EventHandler {
        private final int length;
        private final double[] missing = new double[target.length];
        private final double[] gradient = new double[target.length];

        Equations(int length) {
            this.length = length;
        }

        @Override
        public int getDimension() {
            return length;
        }

        /** Computes β − v and Σ(β − v), and returns 2L. */
        private double squaredResidual(double[] state) {
            int d = target.length;
            int width = length / (d + 1);
            System.arraycopy(target, 0, missing, 0, d);
            for (int i = 0; i < width; i++) {
                double readout = state[width * d + i];
                for (int j = 0; j < d; j++) {
                    missing[j] -= readout * state[i * d + j];
                }
            }
            double squares = 0;
            for (int j = 0; j < d; j++) {
                gradient[j] = variances[j] * missing[j];
                squares += missing[j] * gradient[j];
            }
            return squares;
        }

        @Override
        public void computeDerivatives(double time, double[] state, double[] rate) {
            squaredResidual(state);
            int d = target.length;
            int width = length / (d + 1);
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

        @Override
        public void init(double start, double[] state, double end) {
            // Nothing to prepare.
        }

        @Override
        public double g(double time, double[] state) {
            return squaredResidual(state) / SQUARED_RESIDUAL - 1;
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

    /** Keeps the last accepted step, which would be lost at the limit on evaluations. */
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
