package org.noisebook.papers.richlazy;

import static org.noisebook.paper.Grammar.sum;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.data.Check;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.HasEnds;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.rng.Streams;

/**
 * Gradient flow of a two-layer linear network on a random linear teacher from starts of given rank, norm and
 * direction.
 *
 * <p>Inputs have covariance Σ ∝ FᵀF with F = diag(κ, …, κ, 1, …, 1), κ in the first half, brought to trace d. The
 * teacher is β ∝ Fᵀu with u isotropic and βᵀΣβ = 1, so that every loss starts from 1/2 where w₂ = 0 (setting of Liu
 * et al. 2024, arXiv 2310.08513, figure 3). Only σ² over the norm of the target matters, which is therefore fixed.
 * {@link TwoLayerFlow} integrates the flow to its end, and {@link TwoLayerKernel} gives the measures.
 *
 * <p><b>Streams</b>: {@code init} (weights), {@code data} (teacher); a replica has the same teacher in all cells of
 * one dimension.
 *
 * <p><b>Cost</b>: about 2 ms at d = 10, h = 20, σ = 1; it grows as h d σ² κ² and, for large σ and low rank, with the
 * time of a slow rotation.
 */
@StudyInfo(
        id = "two-layer",
        version = 1,
        title = "Gradient flow of a two-layer linear network on a linear teacher: rotation of kernel and features",
        streams = {"init", "data"},
        sources = {
            "Liu, Baratin, Cornford, Mihalas, Shea-Brown, Lajoie 2024, How connectivity structure shapes rich"
                    + " and lazy learning in neural circuits, ICLR, arXiv 2310.08513",
            "Atanasov, Bordelon, Pehlevan 2022, Neural Networks as Kernel Learners: The Silent Alignment"
                    + " Effect, ICLR, arXiv 2111.00034"
        })
public final class TwoLayer implements Study<TwoLayer.Config, TwoLayer.Result> {
    /** One training by gradient flow; a norm σ below 1e-6 would be smaller than the error of the integrator. */
    public record Config(
            @Parameter(standard = "10", range = "[2, 512]", symbol = "d", value = "input dimension")
            int dimension,

            @Parameter(standard = "20", range = "[1, 512]", symbol = "h", value = "hidden units")
            int width,

            @Parameter(
                    standard = "isotropic(rank=5)",
                    value = "initial weights: isotropic(rank=5), gaussian, truncated(rank=5), aligned, …")
            TwoLayerStart start,

            @Parameter(
                    standard = "1",
                    range = "[1e-6, 1000]",
                    symbol = "σ",
                    value = "Frobenius norm of the initial first layer")
            double scale,

            @Parameter(standard = "0", range = "[0, 1000]", symbol = "‖w₂(0)‖", value = "norm of the initial read-out")
            double readoutScale,

            @Parameter(
                    standard = "1",
                    range = "(0, 1000]",
                    symbol = "κ",
                    value = "ratio of the standard deviations of the first half of the inputs and the second")
            double anisotropy,

            @Parameter(standard = "10000", range = "(0, 1e9]", symbol = "t", value = "largest time of the flow")
            double timeLimit) {
        /** Rejects ranks that do not fit, and balanced initial weights with a large read-out. */
        public Config {
            Check.inRange("rank", start.rank(width, dimension), 1, "min(width, dimension)", Math.min(width, dimension));
            if (start instanceof TwoLayerStart.Balanced && readoutScale > scale) {
                throw new IllegalArgumentException(
                        "readoutScale of a balanced start must be in [0, scale=" + scale + "], got " + readoutScale);
            }
        }
    }

    /** Measures at the end of the flow; a run stopped by any limit counts as not converged. */
    public record Result(
            @Parameter("why the flow stopped: converged, timeLimit or evaluationLimit")
            TwoLayerFlow.End end,

            @Parameter(symbol = "t", value = "time at the stop")
            double time,

            @Parameter(symbol = "L", value = "half the mean squared error at the stop")
            double loss,

            @Parameter(symbol = "q", value = "share of the target in the row space of the initial first layer")
            double share,

            @Parameter(symbol = "PR", value = "participation ratio of the initial kernel's eigenvalues")
            double participationRatio,

            @Parameter(symbol = "KA", value = "alignment of the tangent kernel with the initial one")
            double kernelAlignment,

            @Parameter(symbol = "RA", value = "alignment of the hidden representation with the initial one")
            double representationAlignment,

            @Parameter(symbol = "KD", value = "Frobenius norm of the change of the tangent kernel")
            double kernelDistance,

            @Parameter(symbol = "‖ΔW₁‖", value = "Frobenius norm of the change of the first layer")
            double weightChange,

            @Parameter(symbol = "‖Δw₂‖", value = "norm of the change of the read-out")
            double readoutChange)
            implements HasEnds {
        /** Whether the target was learned, so the measures are those of the end of training. */
        public boolean converged() {
            return end == TwoLayerFlow.End.CONVERGED;
        }

        @Override
        public EndCounts ends() {
            return converged() ? EndCounts.all(1) : new EndCounts(0, 1, 0);
        }
    }

    /** Singular values below this share of the largest do not count as directions of the row space. */
    private static final double RANK_TOLERANCE = 1e-10;

    private static final int STAGES = 13;

    @Override
    public Result run(Config c, Streams streams) {
        double[] variances = variances(c);
        double[] target = target(c, streams);
        TwoLayerWeights start = start(c, target, streams);
        TwoLayerFlow.Outcome stop = new TwoLayerFlow(target, variances).run(start, c.timeLimit());
        TwoLayerKernel before = start.kernel();
        TwoLayerKernel after = stop.weights().kernel();
        return new Result(
                stop.end(),
                stop.time(),
                stop.squaredResidual() / 2,
                share(start, target),
                before.participationRatio(),
                before.alignment(after, variances),
                before.representationAlignment(after, variances),
                before.distance(after, variances),
                stop.weights().firstDistance(start),
                stop.weights().readoutDistance(start));
    }

    private static TwoLayerWeights start(Config c, double[] target, Streams streams) {
        return c.start().draw(c.width(), c.scale(), c.readoutScale(), target, streams.at("init"));
    }

    /** The variances Σ_jj: κ² in the first half, 1 in the second, scaled to trace d. */
    static double[] variances(Config c) {
        int d = c.dimension();
        int half = d / 2;
        double squared = c.anisotropy() * c.anisotropy();
        double trace = half * squared + (d - half);
        double[] variances = new double[d];
        Arrays.setAll(variances, j -> (j < half ? squared : 1) * d / trace);
        return variances;
    }

    /** The teacher of a replica, β ∝ Fᵀu with βᵀΣβ = 1. */
    static double[] target(Config c, Streams streams) {
        double[] variances = variances(c);
        double[] target = TwoLayerWeights.normal(c.dimension(), streams.at("data"));
        Arrays.setAll(target, j -> target[j] * Math.sqrt(variances[j]));
        double squared = sum(target.length, j -> variances[j] * target[j] * target[j]);
        Arrays.setAll(target, j -> target[j] / Math.sqrt(squared));
        return target;
    }

    /**
     * KA at the end of training from a replica's rank-one start, w₂(0) = 0, against the norm of the start: exact, for
     * this target and inputs of any variances.
     */
    DoubleUnaryOperator rankOneAlignment(Config c, Streams streams) {
        double[] variances = variances(c);
        double[] target = target(c, streams);
        TwoLayerKernel start = start(c, target, streams).kernel();
        return scale -> start.alignment(TwoLayerTheory.rankOneEnd(target, scale), variances);
    }

    /** The share |P β̂|² of the target in the row space of W₁, P the projection onto it. */
    private static double share(TwoLayerWeights start, double[] target) {
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(start.first()));
        double[] values = svd.getSingularValues();
        double[][] rows = svd.getVT().getData();
        double share = 0;
        for (int i = 0; i < values.length && values[i] > RANK_TOLERANCE * values[0]; i++) {
            double along = TwoLayerWeights.dot(rows[i], target);
            share += along * along;
        }
        return Math.min(1, share / TwoLayerWeights.dot(target, target));
    }

    @Override
    public double work(Config c) {
        double ratio = Math.max(c.anisotropy(), 1 / c.anisotropy());
        double stiffness = (1 + c.scale() * c.scale()) * ratio * ratio;
        return c.width() * (c.dimension() + 1.0) * STAGES * stiffness;
    }

    @Override
    public long memory(Config c) {
        return (long) Double.BYTES * (c.width() + c.dimension()) * (c.dimension() + 1) * 2 * STAGES;
    }
}
