package org.noisebook.diffusion;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

/**
 * Restoration of Gaussian data x_0 ~ N(0, S) from y = x_0 + N(0, N) by a path and a sampler, as a law, without samples.
 *
 * <p>The posterior is N(K y, C), K = S (S + N)⁻¹, C = S − K S. In the coordinate e = x_τ − b y − a K y its score is that of N(0, C) and does
 * not know y, so the law e = D y + N(0, Q) is carried by {@link GaussianLaw} through any sampler with affine steps; only the
 * start holds y. At the end x − K y = e + b y + (a − 1) K y.
 *
 * <p><b>Shapes</b>: S, N [d][d]; laws have d inputs. <b>Special cases</b>: S and N positive definite. <b>Error</b>: rounding. <b>Cost</b>: that of the
 * carrier, about 4 d³ multiply-adds per step with noise.
 */
public final class GaussianRestoration {
    private final RealMatrix prior;
    private final RealMatrix seen;
    private final RealMatrix gain;
    private final double[][] posterior;

    /**
     * Data and the noise of their observation.
     *
     * @param prior S
     * @param noise N
     */
    public GaussianRestoration(double[][] prior, double[][] noise) {
        this.prior = new Array2DRowRealMatrix(prior);
        seen = this.prior.add(new Array2DRowRealMatrix(noise));
        gain = this.prior.multiply(new LUDecomposition(seen).getSolver().getInverse());
        RealMatrix rest = this.prior.subtract(gain.multiply(this.prior));
        posterior = rest.add(rest.transpose()).scalarMultiply(0.5).getData();
    }

    /** The Wiener filter K. */
    public double[][] gain() {
        return gain.getData();
    }

    /** The covariance C of the posterior. */
    public double[][] posterior() {
        return new Array2DRowRealMatrix(posterior).getData();
    }

    /** The least mean square error tr C/d. */
    public double mmse() {
        return perCoordinate(new Array2DRowRealMatrix(posterior));
    }

    /** Mean square error per coordinate of the linear filter F y. */
    public double errorOf(double[][] filter) {
        RealMatrix off = new Array2DRowRealMatrix(filter).subtract(gain);
        return mmse() + perCoordinate(off.multiply(seen).multiply(off.transpose()));
    }

    private static double perCoordinate(RealMatrix matrix) {
        return matrix.getTrace() / matrix.getRowDimension();
    }

    /** The score of e along a path, for any method. */
    public Score score(Diffusion path) {
        return new SpectralMixture(centred()).score(path);
    }

    /** The deterministic sampler of {@link ObservedMixture}, which also serves paths that end without signal. */
    public Sampler flow(Diffusion path) {
        return new ObservedMixture(centred(), Double.POSITIVE_INFINITY).flow(path);
    }

    private GaussianMixture centred() {
        return GaussianMixture.of(new double[posterior.length], posterior);
    }

    /** The law of e at the start. */
    public GaussianLaw start(ObservedMixture.Start start, Diffusion path, double tau) {
        double a = path.meanCoefficient(tau);
        int d = posterior.length;
        double[][] spread = start == ObservedMixture.Start.EXACT ? posterior : new double[d][d];
        RealMatrix one = MatrixUtils.createRealIdentityMatrix(d);
        RealMatrix off = switch (start) {
            case NOISE ->
                one.scalarMultiply(path.observedCoefficient(tau))
                        .add(gain.scalarMultiply(a))
                        .scalarMultiply(-1);
            case OBSERVED -> one.subtract(gain).scalarMultiply(a);
            case MEAN, EXACT -> one.scalarMultiply(0);
        };
        return GaussianLaw.of(spread, d).noised(a, path.variance(tau)).responding(off.getData());
    }

    /** The law of x − K y from that of e at the last time of a path. */
    public GaussianLaw end(GaussianLaw law, Diffusion path, double tau) {
        RealMatrix one = MatrixUtils.createRealIdentityMatrix(posterior.length);
        return law.responding(one.scalarMultiply(path.observedCoefficient(tau))
                .add(gain.scalarMultiply(path.meanCoefficient(tau) - 1))
                .getData());
    }

    /** The law of x − K y after the steps of a sampler between the given times. */
    public GaussianLaw restored(ObservedMixture.Start start, Diffusion path, Sampler sampler, double... times) {
        return end(start(start, path, times[0]).through(sampler, times), path, times[times.length - 1]);
    }

    private RealMatrix bias(GaussianLaw law) {
        RealMatrix response = new Array2DRowRealMatrix(law.response());
        return response.multiply(seen).multiply(response.transpose());
    }

    /** Mean square error of restorations per coordinate; twice the {@link #mmse} for draws of the posterior. */
    public double error(GaussianLaw law) {
        return mmse() + perCoordinate(bias(law).add(new Array2DRowRealMatrix(law.covariance())));
    }

    /** 10 log₁₀ of the power of the data over {@link #error}. */
    public double decibels(GaussianLaw law) {
        return 10 * StrictMath.log10(perCoordinate(prior) / error(law));
    }

    /** KL(restorations ‖ posterior) per coordinate, averaged over y; infinite for a law without variance. */
    public double divergence(GaussianLaw law) {
        RealMatrix spread = new Array2DRowRealMatrix(law.covariance());
        int d = posterior.length;
        double log = logDeterminant(spread);
        RealMatrix precision = new LUDecomposition(new Array2DRowRealMatrix(posterior))
                .getSolver()
                .getInverse();
        double trace = precision.multiply(spread.add(bias(law))).getTrace();
        return (trace - d + logDeterminant(new Array2DRowRealMatrix(posterior)) - log) / (2 * d);
    }

    private static double logDeterminant(RealMatrix matrix) {
        double trace = matrix.getTrace();
        if (!(trace > 0)) {
            return Double.NEGATIVE_INFINITY;
        }
        RealMatrix lower = new CholeskyDecomposition(matrix, 1e-9, 1e-300).getL();
        double sum = 0;
        for (int j = 0; j < lower.getRowDimension(); j++) {
            sum += 2 * StrictMath.log(lower.getEntry(j, j));
        }
        return sum;
    }

    /** W_2² between restorations and posterior per coordinate, averaged over y. */
    public double transport(GaussianLaw law) {
        double[] zero = new double[posterior.length];
        double spread =
                FrechetDistance.of(GaussianFit.exact(zero, law.covariance()), GaussianFit.exact(zero, posterior));
        return perCoordinate(bias(law)) + spread / posterior.length;
    }
}
