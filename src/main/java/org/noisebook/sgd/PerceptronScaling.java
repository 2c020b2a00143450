package org.noisebook.sgd;

import java.util.OptionalDouble;

/**
 * Exponents and prefactors of perceptron training: growth before the stop, weights and time at the stop, and the phase
 * boundaries in the plane of batch size and learning rate.
 *
 * <p>Symbols: {@code P = trainSize}, {@code d = dimension}, {@code T = temperature = learningRate/batchSize}, {@code
 * kappa = margin}, {@code lambda = w_1/|w_perp|}, a star marks the stop (all points fitted), {@code gamma = 1/(1+chi)}.
 *
 * <p><b>Theory or measurement.</b> A method that returns {@code double} is theory: an exact asymptotic form with no
 * fitted number, unless its description says <b>measured</b>. A method that returns {@link OptionalDouble} carries a
 * <b>measured</b> prefactor, known for {@code chi = 0, 1, 2, 3} only and empty elsewhere; it is not interpolated,
 * because nothing determines the shape between the four points, and a user could not tell a guess from a measurement.
 * For another {@code chi}, pass a measured {@code lambda*} to the {@code ...At} methods.
 *
 * <p><b>Source.</b> Setting, {@code delta = 1}, the dependence of {@code b} and {@code gamma} on {@code chi}, and the
 * three phases: A. Sclocchi, M. Geiger, M. Wyart, ICML 2023, arXiv 2301.13703; A. Sclocchi, M. Wyart, PNAS 121 (2024)
 * e2316301121, arXiv 2309.10688. The formulas with their prefactors are derived here from the equations of
 * {@link PerceptronOde}. Measured prefactors: exact event-driven SGD, {@code dimension = 16..128} (stop of SGD) and 32
 * (gradient descent).
 *
 * <p><b>Units or range.</b> All arguments positive and finite. <b>Validity.</b> {@code P/d >> 1} (16 or more for
 * exponents); the noise-dominated forms need {@code T >> kappa} and {@code lambda >> 1}. <b>Error.</b> Theory:
 * corrections of relative order {@code 1/lambda^2} and {@code chi/d}. Measured prefactors: 10 to 20 % over the range
 * above. <b>Cost.</b> Under a microsecond per call.
 */
public final class PerceptronScaling {

    /** lambda* = a (P/d)^gamma for SGD with T >> kappa, at chi = 0, 1, 2, 3. */
    private static final double[] STOP_RATIO = {0.65, 1.05, 1.18, 1.22};

    /** w_1* = a kappa sqrt(d) (P/d)^gamma for gradient descent, at chi = 0 (0.83 to 1.2), 1, 2, 3. */
    private static final double[] DESCENT_SIGNAL = {1.0, 0.93, 0.78, 0.70};

    /** T at which w_1* is twice its gradient-descent value, in units of kappa: 2.6 to 3.6. */
    private static final double ONSET_RATIO = 3.0;

    private final double chi;
    private final PerceptronTheory theory;

    private PerceptronScaling(double chi) {
        this.chi = chi;
        this.theory = PerceptronTheory.of(chi);
    }

    /**
     * Scaling laws for data with density exponent {@code chi} at the label boundary.
     *
     * @param chi density exponent, {@code >= 0} and finite
     * @throws IllegalArgumentException if {@code chi} is negative, infinite or {@code NaN}
     */
    public static PerceptronScaling of(double chi) {
        return new PerceptronScaling(chi);
    }

    /** Density exponent at the label boundary. */
    public double chi() {
        return chi;
    }

    /**
     * Exponent {@code gamma = 1/(1+chi)} of {@code w_1*}, {@code lambda*}, the weight change and {@code B*} against {@code P}.
     *
     * <p>The stop needs {@code P n(lambda)} to fall to a number independent of {@code P}, and {@code n ~
     * lambda^-(1+chi)}. Gradient descent has the same exponent, with {@code kappa} in place of {@code T}.
     */
    public double gamma() {
        return 1.0 / (1.0 + chi);
    }

    /**
     * Exponent {@code b} of the training time against {@code P}; the same for SGD and gradient descent.
     *
     * @return {@code (3+chi)/(1+chi) = 1 + 2 gamma}
     */
    public double b() {
        return (3.0 + chi) / (1.0 + chi);
    }

    /** Exponent of {@code w_1}, and of {@code lambda}, against time before the stop: {@code 1/(3+chi)}. */
    public double signalGrowthExponent() {
        return 1.0 / (3.0 + chi);
    }

    /**
     * Noise {@code |w_perp| = c_perp T sqrt(d)} in the noise-dominated phase, constant in time and up to the stop.
     *
     * <p>Theory for {@code d >> 1}; at finite {@code d} times {@code (d+chi)/d}, since the variance along {@code w_perp}
     * then counts as {@code 2+chi} directions.
     */
    public double noiseAtStop(double temperature, int dimension) {
        requireArguments(temperature, dimension);
        return theory.noisePrefactor() * temperature * StrictMath.sqrt(dimension);
    }

    /**
     * Growth of the signal-to-noise ratio, {@code lambda(t) = [(3+chi) A t/(c_perp T d)]^(1/(3+chi))}.
     *
     * <p>Theory: {@code dw_1/dt = A lambda^-(2+chi)/sqrt(d)} at constant {@code |w_perp| = c_perp T sqrt(d)}.
     *
     * @param time {@code t}, far beyond the first step
     */
    public double signalToNoise(double time, double temperature, int dimension) {
        PerceptronTheory.requirePositive("time", time);
        requireArguments(temperature, dimension);
        double base =
                (3.0 + chi) * theory.driftPrefactor() * time / (theory.noisePrefactor() * temperature * dimension);
        return StrictMath.pow(base, signalGrowthExponent());
    }

    /**
     * Growth of the signal, {@code w_1^(3+chi) = (3+chi) A |w_perp|^(2+chi) t/sqrt(d)}. Theory, from
     * {@link #signalToNoise}.
     *
     * @param time {@code t}, far beyond the first step
     */
    public double signal(double time, double temperature, int dimension) {
        return signalToNoise(time, temperature, dimension) * noiseAtStop(temperature, dimension);
    }

    /**
     * Measured prefactor {@code a_chi} of {@code lambda* = a_chi (P/d)^gamma}: 0.65, 1.05, 1.18, 1.22.
     *
     * <p><b>Measured.</b> It accounts for the reuse of the same points: with fresh points training would stop at {@code
     * P n = 1}, on a finite set at {@code P n} about {@code d n0/a_chi^(1+chi)}, 0.49 to 0.085 times {@code d}.
     */
    public OptionalDouble stopPrefactor() {
        return measured(STOP_RATIO);
    }

    /**
     * Signal-to-noise ratio at the stop, {@code lambda* = a_chi (P/d)^gamma}. Exponent: theory; prefactor: measured.
     */
    public OptionalDouble signalToNoiseAtStop(long trainSize, int dimension) {
        double load = requireLoad(trainSize, dimension);
        return scaled(stopPrefactor(), StrictMath.pow(load, gamma()));
    }

    /** Signal at the stop, {@code w_1* = c_perp T sqrt(d) lambda*}. Exponents: theory; prefactor: measured. */
    public OptionalDouble signalAtStop(double temperature, long trainSize, int dimension) {
        return scaled(signalToNoiseAtStop(trainSize, dimension), noiseAtStop(temperature, dimension));
    }

    /**
     * Batch size {@code B* = (c_perp/E|x_1|) d lambda* = d lambda* / (2(1+chi))} above which the first step exceeds the
     * noise-dominated growth, at a given {@code lambda*}.
     *
     * <p>Theory: {@code c_perp (learningRate/B) sqrt(d) lambda* = learningRate E|x_1|/sqrt(d)}; the second form follows
     * from {@code c_perp = E|x_1|/(2(1+chi))}.
     *
     * @param signalToNoiseAtStop {@code lambda*}, measured by the caller
     */
    public double crossoverBatchSizeAt(double signalToNoiseAtStop, int dimension) {
        PerceptronTheory.requirePositive("signalToNoiseAtStop", signalToNoiseAtStop);
        requireDimension(dimension);
        return theory.noisePrefactor() * dimension * signalToNoiseAtStop / theory.meanSignal();
    }

    /**
     * Temperature at which the noise of descent, {@code sqrt(T kappa (d-1)/(2(1+chi)))} for {@code T << kappa}, and
     * {@link #noiseAtStop} are equal on unlimited data of high dimension: {@code kappa/(2 (1+chi) c_perp^2) = 2 (1+chi) kappa/(E|x_1|)^2}, that is {@code pi kappa} at {@code
     * chi = 0}, {@code 2.55 kappa} at 1, {@code 2.36 kappa} at 2 and {@code 2.26 kappa} at 3.
     *
     * <p>Theory, and an explanation of the measured {@link #noiseOnsetTemperature}; it defines the boundary by the
     * noise instead of the signal at the stop.
     */
    public double noiseCrossoverTemperature(double margin) {
        PerceptronTheory.requirePositive("margin", margin);
        return 2.0 * (1.0 + chi) * margin / (theory.meanSignal() * theory.meanSignal());
    }

    /**
     * Temperature {@code 3 kappa} at which noise exceeds the margin: the boundary between noise-dominated SGD and
     * gradient descent, independent of {@code P} and {@code d}.
     *
     * <p>Proportionality: theory. Factor 3: <b>measured</b>, 2.6 to 3.6 for {@code chi = 0, 1}.
     */
    public double noiseOnsetTemperature(double margin) {
        PerceptronTheory.requirePositive("margin", margin);
        return ONSET_RATIO * margin;
    }

    /**
     * Measured prefactor {@code a_GD} of {@link #descentSignalAtStop}: 1 (0.83 to 1.2), 0.93, 0.78, 0.70, all at
     * {@code dimension = 32}. <b>Measured.</b>
     */
    public OptionalDouble descentPrefactor() {
        return measured(DESCENT_SIGNAL);
    }

    /**
     * Signal at the stop of gradient descent, {@code w_GD = a_GD kappa sqrt(d) (P/d)^gamma}. Exponents: theory;
     * prefactor: measured.
     */
    public OptionalDouble descentSignalAtStop(double margin, long trainSize, int dimension) {
        PerceptronTheory.requirePositive("margin", margin);
        double load = requireLoad(trainSize, dimension);
        return scaled(descentPrefactor(), margin * StrictMath.sqrt(dimension) * StrictMath.pow(load, gamma()));
    }

    /**
     * Learning rate {@code eta_c = w_GD sqrt(d)/E|x_1|} above which the first step exceeds the final weight of gradient
     * descent, at a given {@code w_GD}. Theory.
     *
     * @param descentSignalAtStop {@code w_GD}, measured by the caller
     */
    public double crossoverLearningRateAt(double descentSignalAtStop, int dimension) {
        PerceptronTheory.requirePositive("descentSignalAtStop", descentSignalAtStop);
        requireDimension(dimension);
        return descentSignalAtStop * StrictMath.sqrt(dimension) / theory.meanSignal();
    }

    /**
     * Signal after the first step from zero, {@code learningRate E|x_1|/sqrt(d)}: every point is unfitted there, so
     * this is the exact mean at any batch size.
     */
    public double firstStepSignal(double learningRate, int dimension) {
        PerceptronTheory.requirePositive("learningRate", learningRate);
        requireDimension(dimension);
        return learningRate * theory.meanSignal() / StrictMath.sqrt(dimension);
    }

    /**
     * Noise after the first step from zero, {@code learningRate sqrt((d-1)/(d batchSize))}: the exact root mean square
     * over data and batch, for any batch up to the whole set.
     *
     * @param batchSize number of points of the batch, {@code >= 1}
     */
    public double firstStepNoise(double learningRate, long batchSize, int dimension) {
        PerceptronTheory.requirePositive("learningRate", learningRate);
        requireDimension(dimension);
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize must be >= 1, got " + batchSize);
        }
        return learningRate * StrictMath.sqrt((dimension - 1.0) / dimension / batchSize);
    }

    private OptionalDouble measured(double[] byChi) {
        return chi == StrictMath.rint(chi) && chi < byChi.length
                ? OptionalDouble.of(byChi[(int) chi])
                : OptionalDouble.empty();
    }

    private static OptionalDouble scaled(OptionalDouble value, double factor) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * factor) : value;
    }

    private static void requireArguments(double temperature, int dimension) {
        PerceptronTheory.requirePositive("temperature", temperature);
        requireDimension(dimension);
    }

    private static void requireDimension(int dimension) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be >= 1, got " + dimension);
        }
    }

    private static double requireLoad(long trainSize, int dimension) {
        requireDimension(dimension);
        if (trainSize < 1) {
            throw new IllegalArgumentException("trainSize must be >= 1, got " + trainSize);
        }
        return (double) trainSize / dimension;
    }
}
