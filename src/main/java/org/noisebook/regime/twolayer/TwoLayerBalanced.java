package org.noisebook.regime.twolayer;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * The exact path of gradient flow from a λ-balanced start of a two-layer linear network, W₁W₁ᵀ − w₂w₂ᵀ = λ1, read-out
 * included.
 *
 * <p>Whitened inputs, f = w₂·(W₁x), y = β·x, B = ‖β‖. Put Q = [W₁ᵀ; w₂ᵀ], (d + 1) × h. Balance turns W₁ᵀw₂w₂ᵀ into
 * ½W₁ᵀ(QᵀQ − λ) and w₂ᵀW₁W₁ᵀ into ½w₂ᵀ(QᵀQ + λ), so that the flow is dQ/dt = FQ − ½QQᵀQ and S = QQᵀ obeys a Riccati
 * equation,
 *
 * <pre>
 *   dS/dt = FS + SF − S²,    F = [ λ/2 · 1   β ; βᵀ   −λ/2 ]
 *   S(t)  = e^(Ft) Q₀ [1 + Q₀ᵀ N(t) Q₀]⁻¹ Q₀ᵀ e^(Ft),    N(t) = ∫₀ᵗ e^(2Fs) ds.
 * </pre>
 *
 * <p>F has eigenvalue ±μ, μ² = λ²/4 + B², in the plane of β̂ and the output, and λ/2 in the d − 1 directions
 * orthogonal to the target, so every exponential is a number. S holds W₁ᵀW₁, the predictor W₁ᵀw₂ and ‖w₂‖². At the
 * end
 *
 * <pre>
 *   ‖w₂‖² = c² = μ − λ/2,    W₁ᵀW₁ = (λ + c²) β̂β̂ᵀ + λΠ,
 * </pre>
 *
 * <p>where Π projects on the h − 1 directions P Q₀ x, P orthogonal to β̂ and the output and x orthogonal to what Q₀
 * has along the growing eigenvector e₊.
 *
 * <p><b>When it holds</b>: λ &gt; 0 needs h ≤ d; λ = 0 is rank one, W₁ = w₂vᵀ with |v| = 1; λ &lt; 0 needs h = 1.
 * Hidden units that neither W₁ nor w₂ uses are to be left out: r equal singular values with w₂ = 0, the start of
 * {@link TwoLayerTheory#endPoint}, is balanced with λ = σ²/r and h = r.
 *
 * <p><b>Source</b>: Riccati form of Fukumizu 1998 and Braun, Dominé, Fitzgerald and Saxe 2022; λ-balanced by Dominé
 * et al. 2025 (arXiv 2409.14623). One output makes F explicit, derived here.
 *
 * <p><b>Shapes</b>: W₁[h][d], w₂[h], β[d]. <b>Special cases</b>: a start without any component along e₊ runs into a
 * saddle; {@link #end} refuses it. <b>Error</b>: about 1e-16 e^(λt) of S, so λt below 15 keeps nine digits; the end
 * is exact to round-off. Starts off balance by more than 1e-9 of their squared norm are refused. <b>Cost</b>: h³ +
 * hd² operations.
 */
public final class TwoLayerBalanced {
    private static final double BALANCE = 1e-9;
    /** Below this share of the start nothing is along the growing eigenvector. */
    private static final double SADDLE = 1e-14;

    private final double[][] first;
    private final double[] readout;
    private final double[] direction;
    private final double lambda;
    private final double mu;
    private final double cos;
    private final double sin;

    private TwoLayerBalanced(TwoLayerWeights start, double[] direction, double targetNorm, double lambda) {
        this.first = start.first();
        this.readout = start.readout();
        this.direction = direction;
        this.lambda = lambda;
        this.mu = Math.sqrt(lambda * lambda / 4 + targetNorm * targetNorm);
        double slope = lambda >= 0 ? targetNorm / (mu + lambda / 2) : (mu - lambda / 2) / targetNorm;
        this.cos = 1 / Math.sqrt(1 + slope * slope);
        this.sin = slope * cos;
    }

    /**
     * The flow from a start.
     *
     * @throws IllegalArgumentException if the start is not balanced
     */
    public static TwoLayerBalanced of(TwoLayerWeights start, double[] target) {
        if (target.length != start.dimension()) {
            throw new IllegalArgumentException(
                    "target must have dimension=" + start.dimension() + " numbers, got " + target.length);
        }
        double[] direction = SmallMatrix.copy("target", target);
        double norm = SmallMatrix.norm(direction);
        if (!(norm > 0)) {
            throw new IllegalArgumentException("target must not be 0");
        }
        for (int j = 0; j < direction.length; j++) {
            direction[j] /= norm;
        }
        double[][] conserved = start.conserved();
        double lambda = SmallMatrix.trace(conserved) / conserved.length;
        TwoLayerKernel kernel = start.kernel();
        double size = SmallMatrix.trace(kernel.features()) + kernel.squaredReadout();
        for (int i = 0; i < conserved.length; i++) {
            for (int k = 0; k < conserved.length; k++) {
                double off = conserved[i][k] - (i == k ? lambda : 0);
                if (Math.abs(off) > BALANCE * size) {
                    throw new IllegalArgumentException("start must be balanced, got W1 W1ᵀ − w2 w2ᵀ off " + lambda
                            + " times the identity by " + off + " at " + i + ", " + k);
                }
            }
        }
        return new TwoLayerBalanced(start, direction, norm, lambda);
    }

    /** λ. */
    public double lambda() {
        return lambda;
    }

    /**
     * The path at a time.
     *
     * @param predictor W₁ᵀw₂
     * @param kernel W₁ᵀW₁ and ‖w₂‖²
     */
    public record State(double[] predictor, TwoLayerKernel kernel) {
        /** Copies. */
        public State {
            predictor = predictor.clone();
        }

        @Override
        public double[] predictor() {
            return predictor.clone();
        }
    }

    /** The state at a time t ≥ 0. */
    public State at(double time) {
        if (!(time >= 0 && time < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("time must be in [0, inf), got " + time);
        }
        int h = first.length;
        int d = direction.length;
        double[] plus = new double[h];
        double[] minus = new double[h];
        double[][] rest = new double[d][h];
        for (int i = 0; i < h; i++) {
            double along = SmallMatrix.dot(first[i], direction);
            plus[i] = cos * along + sin * readout[i];
            minus[i] = cos * readout[i] - sin * along;
            for (int j = 0; j < d; j++) {
                rest[j][i] = first[i][j] - along * direction[j];
            }
        }
        // All growing exponentials are divided out: e^(2μt) along e₊, and e^(λt) where λ > 0.
        double shrink = StrictMath.exp(-mu * time);
        double minusIntegral = -StrictMath.expm1(-2 * mu * time) / (2 * mu);
        double restIntegral = lambda == 0 ? time : StrictMath.expm1(-Math.abs(lambda) * time) / -Math.abs(lambda);
        double scale = lambda > 0 ? StrictMath.exp(-lambda * time) : 1;
        double restGrowth = lambda > 0 ? 1 : StrictMath.exp(lambda * time);
        double[][] inner = new double[h][h];
        for (int i = 0; i < h; i++) {
            for (int k = 0; k < h; k++) {
                double sum = 0;
                for (int j = 0; j < d; j++) {
                    sum += rest[j][i] * rest[j][k];
                }
                inner[i][k] = scale * ((i == k ? 1 : 0) + minusIntegral * (minus[i] * minus[k])) + restIntegral * sum;
            }
        }
        // Rows of Q₀ in the eigenbasis times the roots of their factors: the rest, then e₋.
        double[][] rows = new double[d + 1][h];
        for (int i = 0; i < h; i++) {
            for (int j = 0; j < d; j++) {
                rows[j][i] = Math.sqrt(restGrowth) * rest[j][i];
            }
            rows[d][i] = shrink * Math.sqrt(scale) * minus[i];
        }
        RealMatrix inverse = new CholeskyDecomposition(
                        new Array2DRowRealMatrix(inner), CholeskyDecomposition.DEFAULT_RELATIVE_SYMMETRY_THRESHOLD, 0)
                .getSolver()
                .getInverse();
        double[] solved = inverse.operate(plus);
        double size = scale * SmallMatrix.dot(plus, solved);
        double denominator = shrink * shrink + minusIntegral * size;
        double[][] block = SmallMatrix.product(SmallMatrix.product(rows, inverse.getData()), transpose(rows));
        double[] overlap = new double[d + 1];
        for (int j = 0; j <= d; j++) {
            overlap[j] = Math.sqrt(scale) * SmallMatrix.dot(rows[j], solved);
        }
        for (int j = 0; j <= d; j++) {
            for (int k = 0; k <= d; k++) {
                block[j][k] -= minusIntegral * overlap[j] * overlap[k] / denominator;
            }
        }
        double[] cross = new double[d + 1];
        for (int j = 0; j <= d; j++) {
            cross[j] = shrink * overlap[j] / denominator;
        }
        return assemble(size / denominator, cross, block);
    }

    /** S from its blocks in the eigenbasis: e₊, e₊ with the rest and e₋, the rest with e₋. */
    private State assemble(double plus, double[] cross, double[][] block) {
        int d = direction.length;
        double along = cos * cos * plus - 2 * cos * sin * cross[d] + sin * sin * block[d][d];
        double mixed = cos * sin * (plus - block[d][d]) + (cos * cos - sin * sin) * cross[d];
        double squaredReadout = sin * sin * plus + 2 * cos * sin * cross[d] + cos * cos * block[d][d];
        double[][] features = new double[d][d];
        double[] predictor = new double[d];
        for (int j = 0; j < d; j++) {
            double out = sin * cross[j] + cos * block[d][j];
            predictor[j] = out + mixed * direction[j];
            for (int k = 0; k < d; k++) {
                features[j][k] = block[j][k]
                        + along * direction[j] * direction[k]
                        + (cos * cross[j] - sin * block[d][j]) * direction[k]
                        + (cos * cross[k] - sin * block[d][k]) * direction[j];
            }
        }
        // Without read-out at the start rounding may leave it just below 0.
        return new State(predictor, new TwoLayerKernel(features, Math.max(0, squaredReadout)));
    }

    /**
     * The kernel where the target is learned.
     *
     * @throws IllegalStateException if the start runs into a saddle
     */
    public TwoLayerKernel end() {
        int h = first.length;
        int d = direction.length;
        double[] plus = new double[h];
        double norm = 0;
        for (int i = 0; i < h; i++) {
            plus[i] = cos * SmallMatrix.dot(first[i], direction) + sin * readout[i];
            norm += SmallMatrix.dot(first[i], first[i]) + readout[i] * readout[i];
        }
        double size = SmallMatrix.norm(plus);
        if (!(size > SADDLE * Math.sqrt(norm))) {
            throw new IllegalStateException("the start has nothing along the growing direction and ends in a saddle");
        }
        double[][] features = new double[d][d];
        if (h > 1 && lambda > 0) {
            addFrozen(features, plus, size);
        }
        double c2 = mu - lambda / 2;
        for (int j = 0; j < d; j++) {
            for (int k = 0; k < d; k++) {
                features[j][k] += (lambda + c2) * direction[j] * direction[k];
            }
        }
        return new TwoLayerKernel(features, c2);
    }

    /** Adds λΠ. */
    private void addFrozen(double[][] features, double[] plus, double size) {
        int h = first.length;
        int d = direction.length;
        double[][] span = new double[d][h];
        for (int i = 0; i < h; i++) {
            for (int k = 0; k < h; k++) {
                double keep = (i == k ? 1 : 0) - plus[i] * plus[k] / (size * size);
                double along = SmallMatrix.dot(first[k], direction);
                for (int j = 0; j < d; j++) {
                    span[j][i] += keep * (first[k][j] - along * direction[j]);
                }
            }
        }
        double[][] basis = new SingularValueDecomposition(new Array2DRowRealMatrix(span))
                .getU()
                .getData();
        for (int j = 0; j < d; j++) {
            for (int k = 0; k < d; k++) {
                for (int m = 0; m < h - 1; m++) {
                    features[j][k] += lambda * basis[j][m] * basis[k][m];
                }
            }
        }
    }

    private static double[][] transpose(double[][] a) {
        return new Array2DRowRealMatrix(a).transpose().getData();
    }
}
