package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;

/**
 * The quadratic objectives L[f̂] = ∫ E[½|f̂|² − target·f̂] dt of any field on exact mixtures, and their excess over the
 * minimum, ½ ∫ E|f̂ − f|² dt (Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797, section 2).
 *
 * <p>Times run over [cut, 1 − cut]: the targets γ̇ z and z/γ have no variance at the ends where γ ~ √t. One-sided
 * interpolants (γ = 0, ρ_0 = N(0, I)) have x_0 for z and α for γ; the loss of the score printed with 1/γ there needs 1/α.
 *
 * <p><b>Error</b>: by simulation, times are drawn one in each of equal parts and z comes in pairs ±z; the standard error is that of
 * independent times, too large by what the equal parts save. On the line by quadrature: about 10⁻⁶ for fields that are smooth on the
 * scale of the narrowest component.
 *
 * <p><b>Cost</b>: two evaluations a point and time. <b>Not for</b> data of unknown law: there only the loss of held-out
 * points is known, without its minimum.
 */
public enum FieldLoss {
    /** L_b, target α̇ x_0 + β̇ x_1 + γ̇ z. */
    VELOCITY,
    /** L_v, target α̇ x_0 + β̇ x_1. */
    INTERPOLANT_VELOCITY,
    /** L_s, target −z/γ. */
    SCORE,
    /** L_η, target z. */
    NOISE_MEAN;

    private static final int NODES = 48;
    /** Standard deviations of the outermost components that the grid covers. */
    private static final double REACH = 9;
    /** Grid points a standard deviation of the narrowest component. */
    private static final double POINTS = 8;

    /** The minimiser; one-sided, η_z is E[x_0 | x_t] = −α s. */
    public Field exact(MixtureInterpolant interpolant) {
        return switch (this) {
            case VELOCITY -> interpolant.velocity();
            case INTERPOLANT_VELOCITY -> interpolant.interpolantVelocity();
            case SCORE -> interpolant.score();
            case NOISE_MEAN -> smooths(interpolant) ? interpolant.noiseMean() : new StartNoise(interpolant);
        };
    }

    private record StartNoise(MixtureInterpolant interpolant) implements Field {
        @Override
        public int dimension() {
            return interpolant.dimension();
        }

        @Override
        public Evaluator evaluator(int capacity) {
            Evaluator score = interpolant.score().evaluator(capacity);
            return (t, x, count, out) -> {
                score.at(t, x, count, out);
                double factor = -interpolant.schedule().alpha(t);
                for (double[] row : out) {
                    for (int k = 0; k < count; k++) {
                        row[k] *= factor;
                    }
                }
            };
        }
    }

    /**
     * The loss by simulation, from targets as training sees them.
     *
     * @param cut in [0, 1/2)
     * @param times at least 2
     * @param points pairs at each time, at least 1
     */
    public Estimate loss(
            MixtureInterpolant interpolant, Field field, double cut, int times, int points, Stream stream) {
        return simulate(interpolant, field, cut, times, points, stream, false);
    }

    /** The excess by simulation, against the exact field at points of ρ(t). */
    public Estimate excess(
            MixtureInterpolant interpolant, Field field, double cut, int times, int points, Stream stream) {
        return simulate(interpolant, field, cut, times, points, stream, true);
    }

    /** The loss on the line by quadrature. */
    public double lossOnLine(MixtureInterpolant interpolant, Field field, double cut) {
        return onLine(interpolant, field, cut, (value, exact) -> value * (value / 2 - exact));
    }

    /** The excess on the line by quadrature. */
    public double excessOnLine(MixtureInterpolant interpolant, Field field, double cut) {
        return onLine(interpolant, field, cut, (value, exact) -> (value - exact) * (value - exact) / 2);
    }

    private interface Integrand {
        double of(double value, double exact);
    }

    private Estimate simulate(
            MixtureInterpolant interpolant,
            Field field,
            double cut,
            int times,
            int points,
            Stream stream,
            boolean excess) {
        check(interpolant, field, cut);
        if (times < 2 || points < 1) {
            throw new IllegalArgumentException(
                    "times must be at least 2 and points at least 1, got " + times + " and " + points);
        }
        Draws draws = new Draws(interpolant, points);
        Field.Evaluator evaluator = field.evaluator(points);
        Field.Evaluator exact = exact(interpolant).evaluator(points);
        double[][] value = new double[interpolant.dimension()][points];
        double[] means = new double[times];
        for (int i = 0; i < times; i++) {
            Stream own = stream.part(i);
            double t = cut + (1 - 2 * cut) * (i + own.nextDouble()) / times;
            draws.draw(t, own);
            double sum = 0;
            for (int sign = 1; sign >= -1; sign -= 2) {
                draws.place(this, sign);
                evaluator.at(t, draws.x, points, value);
                if (excess) {
                    exact.at(t, draws.x, points, draws.target);
                }
                sum += excess ? halfSquare(value, draws.target) : objective(value, draws.target);
            }
            means[i] = (1 - 2 * cut) * sum / (2 * points);
        }
        return Estimate.ofMean(means);
    }

    private static double objective(double[][] value, double[][] target) {
        double sum = 0;
        for (int j = 0; j < value.length; j++) {
            for (int k = 0; k < value[j].length; k++) {
                sum = Math.fma(value[j][k], value[j][k] / 2 - target[j][k], sum);
            }
        }
        return sum;
    }

    private static double halfSquare(double[][] value, double[][] exact) {
        double sum = 0;
        for (int j = 0; j < value.length; j++) {
            for (int k = 0; k < value[j].length; k++) {
                double off = value[j][k] - exact[j][k];
                sum = Math.fma(off, off / 2, sum);
            }
        }
        return sum;
    }

    private void check(MixtureInterpolant interpolant, Field field, double cut) {
        int d = interpolant.dimension();
        if (field.dimension() != d || field.outputs() != d) {
            throw new IllegalArgumentException("field must have the interpolant's dimension=" + d + ", got "
                    + field.dimension() + " to " + field.outputs());
        }
        if (!(cut >= 0 && cut < 0.5)) {
            throw new IllegalArgumentException("cut must be in [0, 0.5), got " + cut);
        }
        boolean latent = this == SCORE || this == NOISE_MEAN;
        if (latent && !smooths(interpolant) && !isStandard(interpolant.start())) {
            throw new IllegalArgumentException("this loss needs gamma > 0 or a standard normal start");
        }
    }

    private static boolean smooths(MixtureInterpolant interpolant) {
        return interpolant.schedule().gammaSquared(0.5) > 0;
    }

    private static boolean isStandard(GaussianMixture mixture) {
        GaussianMixture standard = GaussianMixture.standard(mixture.dimension());
        return Arrays.equals(mixture.weights(), standard.weights())
                && Arrays.deepEquals(mixture.means(), standard.means())
                && Arrays.deepEquals(mixture.covariances(), standard.covariances());
    }

    /** Points x = rest ± c z of one time, with what their targets are made of. */
    private static final class Draws {
        private final MixtureInterpolant interpolant;
        private final boolean smooths;
        private final boolean oneSided;
        private final double[][] rest;
        private final double[][] drift;
        private final double[][] z;
        private final double[][] x;
        private final double[][] target;
        private double factor;
        private double factorDot;

        Draws(MixtureInterpolant interpolant, int points) {
            this.interpolant = interpolant;
            smooths = smooths(interpolant);
            oneSided = !smooths && isStandard(interpolant.start());
            int d = interpolant.dimension();
            rest = new double[d][points];
            drift = new double[d][points];
            z = new double[d][points];
            x = new double[d][points];
            target = new double[d][points];
        }

        void draw(double t, Stream stream) {
            Schedule schedule = interpolant.schedule();
            int points = rest[0].length;
            double[][] start = interpolant.start().sample(stream.part(0), points);
            double[][] end = interpolant.end().sample(stream.part(1), points);
            Stream latent = stream.part(2);
            double alpha = oneSided ? 0 : schedule.alpha(t);
            double alphaDot = oneSided ? 0 : schedule.alphaDot(t);
            factor = oneSided ? schedule.alpha(t) : schedule.gamma(t);
            factorDot = oneSided ? schedule.alphaDot(t) : smooths ? schedule.gammaGammaDot(t) / factor : 0;
            for (int j = 0; j < rest.length; j++) {
                for (int k = 0; k < points; k++) {
                    rest[j][k] = alpha * start[j][k] + schedule.beta(t) * end[j][k];
                    drift[j][k] = alphaDot * start[j][k] + schedule.betaDot(t) * end[j][k];
                    z[j][k] = oneSided ? start[j][k] : latent.nextGaussian();
                }
            }
        }

        void place(FieldLoss loss, int sign) {
            for (int j = 0; j < rest.length; j++) {
                for (int k = 0; k < rest[j].length; k++) {
                    double latent = sign * z[j][k];
                    x[j][k] = Math.fma(factor, latent, rest[j][k]);
                    target[j][k] = switch (loss) {
                        case VELOCITY -> Math.fma(factorDot, latent, drift[j][k]);
                        case INTERPOLANT_VELOCITY -> oneSided ? Math.fma(factorDot, latent, drift[j][k]) : drift[j][k];
                        case SCORE -> -latent / factor;
                        case NOISE_MEAN -> latent;
                    };
                }
            }
        }
    }

    private double onLine(MixtureInterpolant interpolant, Field field, double cut, Integrand integrand) {
        check(interpolant, field, cut);
        if (interpolant.dimension() != 1) {
            throw new IllegalArgumentException("quadrature needs dimension=1, got " + interpolant.dimension());
        }
        double[] pieces = DoubleStream.concat(
                        DoubleStream.of(cut, 0.5, 1 - cut),
                        Arrays.stream(interpolant.schedule().breaks()).filter(t -> t > cut && t < 1 - cut))
                .distinct()
                .sorted()
                .toArray();
        GaussIntegratorFactory rules = new GaussIntegratorFactory();
        double sum = 0;
        for (int i = 1; i < pieces.length; i++) {
            GaussIntegrator rule = rules.legendre(NODES, pieces[i - 1], pieces[i]);
            sum += rule.integrate(t -> atTime(interpolant, field, t, integrand));
        }
        return sum;
    }

    private double atTime(MixtureInterpolant interpolant, Field field, double t, Integrand integrand) {
        GaussianMixture start = interpolant.start();
        GaussianMixture end = interpolant.end();
        double a = interpolant.schedule().alpha(t);
        double b = interpolant.schedule().beta(t);
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        double narrowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < start.components(); i++) {
            for (int j = 0; j < end.components(); j++) {
                double middle = a * start.means()[i][0] + b * end.means()[j][0];
                double deviation = Math.sqrt(a * a * start.covariances()[i][0][0]
                        + b * b * end.covariances()[j][0][0]
                        + interpolant.schedule().gammaSquared(t));
                low = Math.min(low, middle - REACH * deviation);
                high = Math.max(high, middle + REACH * deviation);
                narrowest = Math.min(narrowest, deviation);
            }
        }
        int n = (int) Math.ceil((high - low) / narrowest * POINTS) + 1;
        double step = (high - low) / (n - 1);
        double[][] x = new double[1][n];
        double bottom = low;
        Arrays.setAll(x[0], k -> bottom + step * k);
        double[][] value = new double[1][n];
        double[][] exact = new double[1][n];
        double[][] log = new double[1][n];
        field.evaluator(n).at(t, x, n, value);
        exact(interpolant).evaluator(n).at(t, x, n, exact);
        interpolant.logDensity().evaluator(n).at(t, x, n, log);
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += StrictMath.exp(log[0][k]) * integrand.of(value[0][k], exact[0][k]);
        }
        return sum * step;
    }
}
