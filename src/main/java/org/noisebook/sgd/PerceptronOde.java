package org.noisebook.sgd;

import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import org.apache.commons.math3.ode.sampling.StepHandler;
import org.apache.commons.math3.ode.sampling.StepInterpolator;

/**
 * Mean trajectory of the perceptron weights under SGD on fresh data: signal {@code w_1} and noise {@code W = |w_perp|}.
 *
 * <p>With the averages {@code n, G1, Gp, S} of {@link PerceptronTheory#reduced}, time {@code t = learningRate * steps},
 * {@code d = dimension} and {@code T = learningRate / batchSize},
 *
 * <pre>
 *   dw_1/dt   = G1/sqrt(d)
 *   d(W^2)/dt = -2 W Gp/sqrt(d) + (T/d) (1 - batchSize/trainSize) [ (d-2) n + S ].
 * </pre>
 *
 * <p><b>Derivation</b> (derived here; setting of A. Sclocchi, M. Geiger, M. Wyart, ICML 2023, arXiv 2301.13703, and A.
 * Sclocchi, M. Wyart, PNAS 121 (2024) e2316301121, arXiv 2309.10688). One step moves {@code w} by {@code
 * (learningRate/batchSize) sum of v}, {@code v = z 1[unfitted]/sqrt(d)}. Its mean has components {@code G1/sqrt(d)} and
 * {@code -Gp/sqrt(d)} along {@code w_perp}. Its square adds to {@code W^2} the spread of {@code v}: {@code n/d} in each
 * of the {@code d - 2} directions orthogonal to both axes and {@code S/d} along {@code w_perp}. A batch drawn without
 * replacement from {@code trainSize} points carries the fraction {@code 1 - batchSize/trainSize} of that spread about
 * the mean of the set. The neglected part, {@code learningRate (1 - 1/batchSize) Gp^2/d} per unit time, vanishes for
 * {@code batchSize = 1} and is {@code batchSize Gp^2/(n d)} times the retained part.
 *
 * <p><b>Start.</b> At {@code w = 0} and positive margin every point is unfitted, so after the first step, at {@code t =
 * learningRate}, {@code w_1 = learningRate E|x_1|/sqrt(d)} on average, and {@code w_perp} is the mean of {@code
 * batchSize} standard normals in each of {@code d - 1} directions: the root mean square is {@code W = learningRate
 * sqrt((d-1)/(d batchSize))}. There is no factor {@code 1 - batchSize/trainSize} here: a subset drawn at random from
 * {@code trainSize} normal points is itself {@code batchSize} independent normal points, and the full batch retains the
 * noise {@code 1/trainSize} of the finite set.
 *
 * <p><b>Method.</b> Dormand-Prince 8(5,3) with dense output, in {@code ln(t/learningRate)} for {@code
 * ln(w_1/learningRate)} and {@code ln(W^2/learningRate^2)}. Only {@code margin/learningRate} and {@code batchSize} then
 * enter, so the symmetry {@code (learningRate, margin) -> (c learningRate, c margin)}, {@code (t, w) -> (c t, c w)}
 * holds.
 *
 * <p><b>When not to use.</b> Once about {@code dimension} points of a finite set stay unfitted, {@code w_perp} adapts
 * to them and the fresh-data equations overestimate the noise; they have no stopping time. For {@code batchSize} of
 * order {@code dimension} or more the first steps are too long for a differential equation. With zero noise (gradient
 * descent) {@code W} decays to 0, whereas on a finite set it stays of order {@code margin sqrt(d)}.
 *
 * <p><b>Error.</b> Integration: about {@code tolerance} in each logarithm. Against sampled SGD on fresh data: 1 to 5 %
 * over the first ten steps, below 1 % after a few hundred for {@code dimension >= 64} (2 % at 16), with both weights
 * too small at first because steps are finite. <b>Cost.</b> {@code W} relaxes {@code lambda^2} times faster than {@code
 * w_1} grows, so the explicit method takes about {@code 3 lambda^2} evaluations of the averages (5 microseconds each)
 * to reach {@code lambda = w_1/W} ({@code w_1/(margin sqrt(d))} in gradient descent with little noise), at least a
 * thousand. See {@link #solve}.
 *
 * @param chi density exponent of the data, {@code >= 0}
 * @param dimension {@code d >= 2}
 * @param learningRate {@code > 0}
 * @param batchSize in [1, trainSize]
 * @param trainSize number of training points; {@link Long#MAX_VALUE} for unlimited data
 * @param margin hinge margin {@code kappa >= 0}; 0 means the limit from above
 * @param tolerance bound on the local error of each logarithm, in [1e-12, 1e-2]
 */
public record PerceptronOde(
        double chi,
        int dimension,
        double learningRate,
        long batchSize,
        long trainSize,
        double margin,
        double tolerance) {

    /** Default local error of each logarithm. */
    public static final double DEFAULT_TOLERANCE = 1e-8;

    /**
     * In a noiseless decay the logarithms reach thousands and need no more digits than this fraction of the tolerance.
     */
    private static final double RELATIVE_SHARE = 1e-3;

    /** Steps in ln t: one e-fold at most; the smallest is far below what lambda = 1e6 needs. */
    private static final double LONGEST_STEP = 1.0;

    private static final double SHORTEST_STEP = 1e-14;

    /** Times this close below the first step, in ln t, count as the first step. */
    private static final double START_SLACK = 1e-12;

    /** Keeps a noiselessly decaying W a positive number; W enters only through Gp/W there. */
    private static final double SMALLEST_NOISE = 1e-290;

    public PerceptronOde {
        PerceptronTheory.requireChi(chi);
        if (dimension < 2) {
            throw new IllegalArgumentException("dimension must be >= 2, got " + dimension);
        }
        PerceptronTheory.requirePositive("learningRate", learningRate);
        if (trainSize < 1) {
            throw new IllegalArgumentException("trainSize must be >= 1, got " + trainSize);
        }
        if (batchSize < 1 || batchSize > trainSize) {
            throw new IllegalArgumentException(
                    "batchSize must be in [1, trainSize=" + trainSize + "], got " + batchSize);
        }
        PerceptronTheory.requireNonNegative("margin", margin);
        if (!(tolerance >= 1e-12 && tolerance <= 1e-2)) {
            throw new IllegalArgumentException("tolerance must be in [1e-12, 1e-2], got " + tolerance);
        }
    }

    /** The equations for a training set of {@code trainSize} points, at the default tolerance. */
    public static PerceptronOde of(
            double chi, int dimension, double learningRate, long batchSize, long trainSize, double margin) {
        return new PerceptronOde(chi, dimension, learningRate, batchSize, trainSize, margin, DEFAULT_TOLERANCE);
    }

    /**
     * Signal after the first step, {@code learningRate E|x_1|/sqrt(d)}, the mean over data and batch.
     *
     * @return {@code w_1} at {@code t = learningRate}
     */
    public double firstStepSignal() {
        return PerceptronScaling.of(chi).firstStepSignal(learningRate, dimension);
    }

    /**
     * Noise after the first step, {@code learningRate sqrt((d-1)/(d batchSize))}, root mean square over data and batch.
     *
     * @return {@code |w_perp|} at {@code t = learningRate}
     */
    public double firstStepNoise() {
        return PerceptronScaling.of(chi).firstStepNoise(learningRate, batchSize, dimension);
    }

    /**
     * Weights at the requested times.
     *
     * <p><b>Shapes.</b> {@code [times.length][2]}, each row {@code {w_1, |w_perp|}}. The argument is not modified.
     *
     * <p><b>Special cases.</b> An empty array gives no rows. A time before {@code learningRate} gives {@code NaN}: the
     * weights are 0 there and the equations do not apply. {@code t = learningRate} gives the first-step values.
     *
     * <p><b>Cost.</b> Set by the last time, not by the number of times: one integration is interpolated. To {@code
     * lambda = 10} about 5 ms, to 30 about 20 ms, to 100 about 0.1 s, growing as {@code lambda^2}
     *
     * @param times non-decreasing, finite and positive
     * @throws IllegalArgumentException if the times are not positive, finite and non-decreasing
     */
    public double[][] solve(double[] times) {
        double[][] weights = new double[times.length][2];
        double[] logTimes = new double[times.length];
        int first = 0;
        for (int i = 0; i < times.length; i++) {
            PerceptronTheory.requirePositive("times[" + i + "]", times[i]);
            if (i > 0 && times[i] < times[i - 1]) {
                throw new IllegalArgumentException(
                        "times[" + i + "] must be >= times[" + (i - 1) + "]=" + times[i - 1] + ", got " + times[i]);
            }
            logTimes[i] = StrictMath.log(times[i] / learningRate);
            if (logTimes[i] < -START_SLACK) {
                weights[i][0] = Double.NaN;
                weights[i][1] = Double.NaN;
                first = i + 1;
            } else if (logTimes[i] <= 0.0) {
                weights[i][0] = firstStepSignal();
                weights[i][1] = firstStepNoise();
                first = i + 1;
            }
        }
        if (first == times.length) {
            return weights;
        }
        DormandPrince853Integrator integrator =
                new DormandPrince853Integrator(SHORTEST_STEP, LONGEST_STEP, tolerance, RELATIVE_SHARE * tolerance);
        integrator.addStepHandler(new Recorder(logTimes, weights, first));
        double[] state = {
            StrictMath.log(firstStepSignal() / learningRate), 2.0 * StrictMath.log(firstStepNoise() / learningRate)
        };
        integrator.integrate(new Drift(), 0.0, state, logTimes[times.length - 1], state);
        return weights;
    }

    /** Right-hand side in logarithms, in units of the learning rate. */
    private final class Drift implements FirstOrderDifferentialEquations {

        private final PerceptronTheory theory = PerceptronTheory.of(chi);
        private final double rootDimension = StrictMath.sqrt(dimension);
        private final double threshold = margin / learningRate * rootDimension;
        private final double spread = (1.0 / batchSize) * (1.0 - (double) batchSize / trainSize) / dimension;

        @Override
        public int getDimension() {
            return 2;
        }

        @Override
        public void computeDerivatives(double logTime, double[] state, double[] rate) {
            double time = StrictMath.exp(logTime);
            double signal = StrictMath.exp(state[0]);
            double noise = StrictMath.max(SMALLEST_NOISE, StrictMath.exp(0.5 * state[1]));
            PerceptronTheory.Reduced averages = averages(signal, noise);
            rate[0] = time * averages.signalDrift() / (rootDimension * signal);
            rate[1] = -2.0 * time * averages.noiseDrift() / (rootDimension * noise);
            if (spread > 0.0) {
                double source = (dimension - 2.0) * averages.unfittedFraction() + averages.noiseSpread();
                rate[1] += time * spread * source / (noise * noise);
            }
        }

        private PerceptronTheory.Reduced averages(double signal, double noise) {
            if (threshold > 0.0) {
                return theory.reduced(signal, noise, threshold);
            }
            double lambda = signal / noise;
            return new PerceptronTheory.Reduced(
                    theory.unfittedFraction(lambda),
                    theory.signalDrift(lambda),
                    theory.noiseDrift(lambda),
                    theory.noiseSpread(lambda));
        }
    }

    /** Writes the interpolated weights at the requested times that an accepted step covers. */
    private final class Recorder implements StepHandler {

        private final double[] logTimes;
        private final double[][] weights;
        private int next;

        private Recorder(double[] logTimes, double[][] weights, int first) {
            this.logTimes = logTimes;
            this.weights = weights;
            this.next = first;
        }

        @Override
        public void init(double start, double[] state, double end) {
            // Nothing to initialise: the caller writes the first-step values.
        }

        @Override
        public void handleStep(StepInterpolator interpolator, boolean isLast) {
            while (next < logTimes.length && (isLast || logTimes[next] <= interpolator.getCurrentTime())) {
                interpolator.setInterpolatedTime(logTimes[next]);
                double[] state = interpolator.getInterpolatedState();
                weights[next][0] = learningRate * StrictMath.exp(state[0]);
                weights[next][1] = learningRate * StrictMath.exp(0.5 * state[1]);
                next++;
            }
        }
    }
}
