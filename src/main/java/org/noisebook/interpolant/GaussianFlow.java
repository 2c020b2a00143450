package org.noisebook.interpolant;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.linalg.Cholesky;
import org.noisebook.model.GaussianMixture;

/**
 * The flow map of an interpolant between two Gaussians: X_1 = m_1 + Φ (x − m_0).
 *
 * <p>Along b + ε s the expected particle obeys Ψ̇ = (Ċ/2 − ε) C⁻¹ Ψ; the flow map Φ is Ψ at ε = 0, with Φ C_0 Φᵀ = C_1,
 * and the forward SDE has Cov(X_1, X_0) = Ψ C_0. On the line Φ = √(C_1/C_0) for every schedule and Cov = √(C_0 C_1)
 * exp(−ε ∫ dt/C): noise erases the start. Φ is symmetric, hence the optimal transport, only if C_0 and C_1 commute.
 *
 * <p><b>Source</b>: derived from Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), appendix A; optimal
 * transport: Dowson and Landau 1982 (doi:10.1016/0047-259X(82)90077-X). <b>Shapes</b>: matrices [i][j]. <b>Special
 * cases</b>: mixtures of several components and point masses are rejected. <b>Error</b>: RK4 with {@value #STEPS}
 * steps, 10⁻¹⁰ for smooth schedules; breaks coincide with steps if they are multiples of 1/{@value #STEPS}.
 * <b>Cost</b>: {@value #STEPS} × 3 d³ multiply-adds × 4.
 */
public final class GaussianFlow {
    private static final int STEPS = 512;
    private static final double JITTER = 1e-9;

    private final MixturePair pair;
    private final Schedule schedule;

    /**
     * The flow between independent ends.
     *
     * @param start a single Gaussian
     * @param end a single Gaussian
     * @param schedule α, β, γ
     */
    public GaussianFlow(GaussianMixture start, GaussianMixture end, Schedule schedule) {
        if (start.components() != 1 || end.components() != 1 || start.isPoint(0) || end.isPoint(0)) {
            throw new IllegalArgumentException("start and end must be one Gaussian each, got " + start.components()
                    + " and " + end.components() + " components or a point");
        }
        this.pair = MixturePair.product(start, end).get(0);
        this.schedule = schedule;
    }

    /** The matrix Φ. */
    public double[][] map() {
        return propagator(t -> 0);
    }

    /** The propagator Ψ at t = 1 along b + ε s. */
    public double[][] propagator(DoubleUnaryOperator diffusion) {
        int d = pair.dimension();
        double[] psi = new double[d * d];
        for (int i = 0; i < d; i++) {
            psi[i * d + i] = 1;
        }
        double h = 1.0 / STEPS;
        double[] first = generator(0, diffusion);
        for (int step = 0; step < STEPS; step++) {
            double[] middle = generator((step + 0.5) / STEPS, diffusion);
            double[] last = generator((step + 1.0) / STEPS, diffusion);
            double[] k1 = product(d, first, psi);
            double[] k2 = product(d, middle, sum(psi, h / 2, k1));
            double[] k3 = product(d, middle, sum(psi, h / 2, k2));
            double[] k4 = product(d, last, sum(psi, h, k3));
            for (int i = 0; i < psi.length; i++) {
                psi[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
            }
            first = last;
        }
        double[][] rows = new double[d][d];
        for (int i = 0; i < d; i++) {
            System.arraycopy(psi, i * d, rows[i], 0, d);
        }
        return rows;
    }

    /** The generator (Ċ/2 − ε) C⁻¹. */
    private double[] generator(double t, DoubleUnaryOperator diffusion) {
        double a = schedule.alpha(t);
        double b = schedule.beta(t);
        double[] covariance = pair.covariance(a * a, b * b, 0, 0, schedule.gammaSquared(t));
        double[] half = pair.covariance(
                schedule.alphaAlphaDot(t),
                b * schedule.betaDot(t),
                0,
                0,
                schedule.gammaGammaDot(t) - diffusion.applyAsDouble(t));
        int d = pair.dimension();
        return product(d, half, Cholesky.of(d, covariance).orElseThrow().inverse());
    }

    /**
     * The linear interpolant, without latent noise, between x_0 and its image under this flow: the same end map along
     * straight lines (Liu, Gong and Liu 2022, arXiv 2209.03003). Its joint distribution is singular; {@value #JITTER}
     * is added to its variances.
     */
    public MixtureInterpolant rectified() {
        int d = pair.dimension();
        double[][] map = map();
        double[] mean = new double[2 * d];
        double[][] joint = new double[2 * d][2 * d];
        for (int i = 0; i < d; i++) {
            mean[i] = pair.startMean()[i];
            mean[d + i] = pair.endMean()[i];
            for (int j = 0; j < d; j++) {
                joint[i][j] = pair.startCovariance()[i * d + j];
                joint[d + i][d + j] = pair.endCovariance()[i * d + j];
                for (int l = 0; l < d; l++) {
                    joint[d + i][j] += map[i][l] * pair.startCovariance()[l * d + j];
                }
                joint[j][d + i] = joint[d + i][j];
            }
        }
        for (int i = 0; i < 2 * d; i++) {
            joint[i][i] += JITTER;
        }
        return MixtureInterpolant.coupled(GaussianMixture.of(mean, joint), PathSchedule.linear(0));
    }

    private static double[] sum(double[] a, double factor, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.fma(factor, b[i], sum[i]);
        }
        return sum;
    }

    private static double[] product(int d, double[] a, double[] b) {
        double[] product = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < d; k++) {
                for (int j = 0; j < d; j++) {
                    product[i * d + j] = Math.fma(a[i * d + k], b[k * d + j], product[i * d + j]);
                }
            }
        }
        return product;
    }

    /** W_2² between the ends, a lower bound on ∫ E b² dt (Benamou and Brenier 2000, doi:10.1007/s002110050002). */
    public double transportCost() {
        int d = pair.dimension();
        RealMatrix root = power(matrix(d, pair.startCovariance()), 0.5);
        RealMatrix end = matrix(d, pair.endCovariance());
        double cost = matrix(d, pair.startCovariance()).getTrace() + end.getTrace();
        cost -= 2 * power(root.multiply(end).multiply(root), 0.5).getTrace();
        for (int j = 0; j < d; j++) {
            double move = pair.endMean()[j] - pair.startMean()[j];
            cost += move * move;
        }
        return cost;
    }

    private static RealMatrix matrix(int d, double[] flat) {
        RealMatrix matrix = new Array2DRowRealMatrix(d, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                matrix.setEntry(i, j, 0.5 * (flat[i * d + j] + flat[j * d + i]));
            }
        }
        return matrix;
    }

    /** A power of a symmetric positive definite matrix. */
    private static RealMatrix power(RealMatrix matrix, double exponent) {
        EigenDecomposition eigen =
                new EigenDecomposition(matrix.add(matrix.transpose()).scalarMultiply(0.5));
        RealMatrix vectors = eigen.getV();
        RealMatrix scaled = vectors.copy();
        for (int j = 0; j < matrix.getColumnDimension(); j++) {
            double factor = StrictMath.pow(Math.max(0, eigen.getRealEigenvalue(j)), exponent);
            scaled.setColumnVector(j, scaled.getColumnVector(j).mapMultiply(factor));
        }
        return scaled.multiply(vectors.transpose());
    }
}
