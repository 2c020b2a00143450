package org.noisebook.papers.richlazy;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.experiment.Parameter;
import org.noisebook.rng.Stream;

/**
 * Initial weights W₁ and w₂ of a two-layer linear network, at a given Frobenius norm σ of W₁.
 *
 * <p>All kinds share one draw G[h][d] of standard normal numbers with singular vectors u_i, v_i from the largest
 * singular value down, whose directions are isotropic. So starts of equal streams are paired: a row space contains
 * those of lower rank. Unless stated otherwise, w₂ points along an independent isotropic vector.
 */
public sealed interface TwoLayerStart {
    /** The rank of W₁. */
    default int rank(int width, int dimension) {
        return Math.min(width, dimension);
    }

    /** Coefficients of the outer products of u_i and v_i, or of u_1 and another direction, before scaling to σ. */
    default double[] values(double... singularValues) {
        return singularValues;
    }

    /** The directions used in place of v_i. */
    default double[][] rows(double[][] right, double... target) {
        return right;
    }

    /**
     * Draws initial weights.
     *
     * @param width h
     * @param scale σ = ‖W₁‖
     * @param readoutScale ‖w₂‖
     * @param target β, its length the input dimension
     * @param stream part 0 gives G, part 1 the direction of w₂
     */
    default TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
        Draw draw = Draw.of(width, target.length, stream);
        double[] values = TwoLayerWeights.unit(values(draw.singularValues));
        double[][] mixing = new double[values.length][values.length];
        for (int i = 0; i < values.length; i++) {
            mixing[i][i] = scale * values[i];
        }
        double[] readout = Arrays.stream(TwoLayerWeights.unit(draw.readout))
                .map(w -> readoutScale * w)
                .toArray();
        return TwoLayerWeights.of(draw.compose(mixing, rows(draw.right, target)), readout);
    }

    /** A start of prescribed rank. */
    sealed interface Ranked extends TwoLayerStart {
        /** The rank r. */
        int rank();

        @Override
        default int rank(int width, int dimension) {
            return rank();
        }
    }

    /** Equal singular values, W₁ = σ Σ_i u_i v_iᵀ/√r over the first r. */
    record Isotropic(
            @Parameter(range = "[1, 512]", symbol = "r", value = "rank")
            int rank) implements Ranked {
        @Override
        public double[] values(double... singularValues) {
            double[] equal = new double[rank];
            Arrays.fill(equal, 1);
            return equal;
        }
    }

    /** Gaussian weights, W₁ = σ G/‖G‖. */
    record Gaussian() implements TwoLayerStart {}

    /** The best rank-r approximation of G, scaled to norm σ. */
    record Truncated(
            @Parameter(range = "[1, 512]", symbol = "r", value = "rank")
            int rank) implements Ranked {
        @Override
        public double[] values(double... singularValues) {
            return Arrays.copyOf(singularValues, rank);
        }
    }

    /** Power-law singular values ∝ i^−a in place of those of G. */
    record PowerLaw(
            @Parameter(range = "[0, 20]", symbol = "a", value = "exponent")
            double exponent) implements TwoLayerStart {
        @Override
        public double[] values(double... singularValues) {
            double[] law = singularValues.clone();
            Arrays.setAll(law, i -> StrictMath.pow(i + 1.0, -exponent));
            return law;
        }
    }

    /** Rank one along a direction a, W₁ = σ u_1 âᵀ. */
    sealed interface Along extends TwoLayerStart {
        /** The direction a. */
        double[] direction(double... target);

        @Override
        default int rank(int width, int dimension) {
            return 1;
        }

        @Override
        default double[] values(double... singularValues) {
            return new double[] {1};
        }

        @Override
        default double[][] rows(double[][] right, double... target) {
            return new double[][] {TwoLayerWeights.unit(direction(target))};
        }
    }

    /** Rank one along the target. */
    record Aligned() implements Along {
        @Override
        public double[] direction(double... target) {
            return target;
        }
    }

    /** Rank one along the part of the target in the first half of the inputs, which have the larger variance if κ > 1. */
    record PartiallyAligned() implements Along {
        @Override
        public double[] direction(double... target) {
            double[] part = target.clone();
            Arrays.fill(part, part.length / 2, part.length, 0);
            return part;
        }
    }

    /**
     * λ-balanced within the span U of u_1 … u_r: W₁W₁ᵀ − w₂w₂ᵀ = λUUᵀ, λ = (σ² − ‖w₂‖²)/r ≥ 0, w₂ in U: W₁ =
     * U(λ + w₂w₂ᵀ)^½Vᵀ. Without read-out it is the isotropic start.
     */
    record Balanced(
            @Parameter(range = "[1, 512]", symbol = "r", value = "rank")
            int rank) implements Ranked {
        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            Draw draw = Draw.of(width, target.length, stream);
            double[] direction = TwoLayerWeights.unit(Arrays.copyOf(draw.readout, rank));
            double squared = readoutScale * readoutScale;
            double lambda = (scale * scale - squared) / rank;
            double root = Math.sqrt(lambda);
            double along = Math.sqrt(lambda + squared) - root;
            double[][] mixing = new double[rank][rank];
            double[] readout = new double[width];
            for (int i = 0; i < rank; i++) {
                for (int k = 0; k < rank; k++) {
                    mixing[i][k] = (i == k ? root : 0) + along * direction[i] * direction[k];
                }
                for (int j = 0; j < width; j++) {
                    readout[j] += readoutScale * direction[i] * draw.left[i][j];
                }
            }
            return TwoLayerWeights.of(draw.compose(mixing, draw.right), readout);
        }
    }

    /** The draw shared by all starts: u_i and v_i as rows, the singular values of G, and h standard normal numbers. */
    record Draw(double[][] left, double[][] right, double[] singularValues, double... readout) {
        private static Draw of(int width, int dimension, Stream stream) {
            double[][] gaussian = new double[width][];
            Stream first = stream.part(0);
            Arrays.setAll(gaussian, i -> TwoLayerWeights.normal(dimension, first));
            SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(gaussian));
            return new Draw(
                    svd.getUT().getData(),
                    svd.getVT().getData(),
                    svd.getSingularValues(),
                    TwoLayerWeights.normal(width, stream.part(1)));
        }

        /** The matrix Σ_ik u_i mixing_ik rows_kᵀ. */
        private double[][] compose(double[][] mixing, double[][] rows) {
            double[][] w1 = new double[left[0].length][rows[0].length];
            for (int i = 0; i < mixing.length; i++) {
                for (int k = 0; k < mixing.length; k++) {
                    for (int a = 0; mixing[i][k] != 0 && a < w1.length; a++) {
                        for (int b = 0; b < w1[a].length; b++) {
                            w1[a][b] += left[i][a] * mixing[i][k] * rows[k][b];
                        }
                    }
                }
            }
            return w1;
        }
    }
}
