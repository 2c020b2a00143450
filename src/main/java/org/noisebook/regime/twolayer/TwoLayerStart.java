package org.noisebook.regime.twolayer;

import java.util.Arrays;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;

/**
 * How W₁ and w₂ of a two-layer linear network start, at a given Frobenius norm σ of W₁.
 *
 * <p>All kinds share one draw G[h][d] of standard normal numbers with singular vectors u_i, v_i from the largest
 * singular value down, whose directions are isotropic. So starts of equal streams are paired: a row space holds those
 * of lower rank. Unless said otherwise w₂ points along another isotropic vector.
 */
public sealed interface TwoLayerStart {
    /** Most hidden units or inputs. */
    int LARGEST_WIDTH = 512;

    /** The rank of W₁. */
    int rank(int width, int dimension);

    /**
     * Draws a start.
     *
     * @param width h
     * @param scale σ = ‖W₁‖
     * @param readoutScale ‖w₂‖
     * @param target β, its length the input dimension
     * @param stream part 0 gives G, part 1 the direction of w₂
     */
    TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream);

    /**
     * Equal singular values, W₁ = σ Σ_i u_i v_iᵀ/√r over the first r.
     *
     * @param rank r
     */
    record Isotropic(int rank) implements TwoLayerStart {
        public Isotropic {
            Check.inRange("rank", rank, 1, LARGEST_WIDTH);
        }

        @Override
        public int rank(int width, int dimension) {
            return rank;
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            double[] equal = new double[rank];
            Arrays.fill(equal, 1);
            return draw.weights(equal, draw.right(), scale, readoutScale);
        }
    }

    /** W₁ = σ G/‖G‖. */
    record Gaussian() implements TwoLayerStart {
        @Override
        public int rank(int width, int dimension) {
            return Math.min(width, dimension);
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            return draw.weights(draw.singularValues(), draw.right(), scale, readoutScale);
        }
    }

    /**
     * The best approximation of G by rank r, brought to norm σ.
     *
     * @param rank r
     */
    record Truncated(int rank) implements TwoLayerStart {
        public Truncated {
            Check.inRange("rank", rank, 1, LARGEST_WIDTH);
        }

        @Override
        public int rank(int width, int dimension) {
            return rank;
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            return draw.weights(Arrays.copyOf(draw.singularValues(), rank), draw.right(), scale, readoutScale);
        }
    }

    /**
     * Singular values ∝ i^−a in place of those of G.
     *
     * @param exponent a
     */
    record PowerLaw(double exponent) implements TwoLayerStart {
        private static final double STEEPEST = 20;

        public PowerLaw {
            Check.inRange("exponent", exponent, 0, STEEPEST);
        }

        @Override
        public int rank(int width, int dimension) {
            return Math.min(width, dimension);
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            double[] law = new double[rank(width, target.length)];
            Arrays.setAll(law, i -> StrictMath.pow(i + 1.0, -exponent));
            return draw.weights(law, draw.right(), scale, readoutScale);
        }
    }

    /** Rank one along the target, W₁ = σ u_1 β̂ᵀ. */
    record Aligned() implements TwoLayerStart {
        @Override
        public int rank(int width, int dimension) {
            return 1;
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            return draw.weights(new double[] {1}, new double[][] {TwoLayerDraw.unit(target)}, scale, readoutScale);
        }
    }

    /** Rank one along that part of the target which lies in the first half of the inputs: those of large variance if κ > 1. */
    record PartiallyAligned() implements TwoLayerStart {
        @Override
        public int rank(int width, int dimension) {
            return 1;
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            double[] part = target.clone();
            Arrays.fill(part, part.length / 2, part.length, 0);
            return draw.weights(new double[] {1}, new double[][] {TwoLayerDraw.unit(part)}, scale, readoutScale);
        }
    }

    /**
     * λ-balanced within the span U of u_1 … u_r: W₁W₁ᵀ − w₂w₂ᵀ = λUUᵀ, λ = (σ² − ‖w₂‖²)/r ≥ 0, w₂ in U. Without
     * read-out it is the isotropic start.
     *
     * @param rank r
     */
    record Balanced(int rank) implements TwoLayerStart {
        public Balanced {
            Check.inRange("rank", rank, 1, LARGEST_WIDTH);
        }

        @Override
        public int rank(int width, int dimension) {
            return rank;
        }

        @Override
        public TwoLayerWeights draw(int width, double scale, double readoutScale, double[] target, Stream stream) {
            if (readoutScale > scale) {
                throw new IllegalArgumentException(
                        "readoutScale of a balanced start must be in [0, scale=" + scale + "], got " + readoutScale);
            }
            TwoLayerDraw draw = TwoLayerDraw.of(width, target.length, rank(width, target.length), stream);
            return draw.balanced(rank, scale, readoutScale);
        }
    }
}
