package org.noisebook.regime.twolayer;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Streams;

/**
 * Gradient flow of a two-layer linear network on a random linear teacher from starts of given rank, norm and
 * direction.
 *
 * <p>{@link TwoLayerFlow} to the end, then the measures of {@link TwoLayerKernel}, weighted with the covariance of
 * the inputs.
 *
 * <p><b>Streams</b>: {@code init} (weights), {@code data} (teacher); a replica has the same teacher in all cells of
 * one dimension.
 *
 * <p><b>Cost</b>: about 2 ms at d = 10, h = 20, σ = 1; it grows as h d σ² κ² and, for large σ and low rank, with the
 * time of a slow rotation.
 */
@Head(
        id = "two-layer",
        version = 1,
        title = "Gradient flow of a two-layer linear network on a linear teacher: how far kernel and features turn",
        streams = {"init", "data"},
        sources = {
            "Liu, Baratin, Cornford, Mihalas, Shea-Brown, Lajoie 2024, How connectivity structure shapes rich"
                    + " and lazy learning in neural circuits, ICLR, arXiv 2310.08513",
            "Atanasov, Bordelon, Pehlevan 2022, Neural Networks as Kernel Learners: The Silent Alignment"
                    + " Effect, ICLR, arXiv 2111.00034"
        })
public final class TwoLayerStudy implements Study<TwoLayerConfig, TwoLayerResult> {
    /** Singular values below this share of the largest belong to no direction of the row space. */
    private static final double RANK_TOLERANCE = 1e-10;

    private static final int STAGES = 13;

    @Override
    public TwoLayerResult run(TwoLayerConfig config, Streams streams) {
        double[][] covariance = covariance(config);
        double[] target = target(config, streams);
        TwoLayerWeights start =
                config.start().draw(config.width(), config.scale(), config.readoutScale(), target, streams.at("init"));
        TwoLayerFlow.Outcome outcome = TwoLayerFlow.of(target, covariance).run(start, config.timeLimit());
        TwoLayerKernel before = start.kernel();
        TwoLayerKernel after = outcome.weights().kernel();
        return new TwoLayerResult(
                outcome.end(),
                outcome.time(),
                outcome.squaredResidual() / 2,
                share(start, target),
                before.participationRatio(),
                before.alignment(after, covariance),
                before.representationAlignment(after, covariance),
                before.distance(after, covariance),
                outcome.weights().firstDistance(start),
                outcome.weights().readoutDistance(start));
    }

    /** Σ, diagonal: κ² in the first half, 1 in the second, brought to trace d. */
    public double[][] covariance(TwoLayerConfig config) {
        int d = config.dimension();
        int half = d / 2;
        double squared = config.anisotropy() * config.anisotropy();
        double trace = half * squared + (d - half);
        double[][] covariance = new double[d][d];
        for (int j = 0; j < d; j++) {
            covariance[j][j] = (j < half ? squared : 1) * d / trace;
        }
        return covariance;
    }

    /** The teacher of a replica, β ∝ Fᵀu with βᵀΣβ = 1. */
    public double[] target(TwoLayerConfig config, Streams streams) {
        double[][] covariance = covariance(config);
        double[] target = TwoLayerDraw.normal(config.dimension(), streams.at("data"));
        double squared = 0;
        for (int j = 0; j < target.length; j++) {
            target[j] *= Math.sqrt(covariance[j][j]);
            squared += covariance[j][j] * target[j] * target[j];
        }
        for (int j = 0; j < target.length; j++) {
            target[j] /= Math.sqrt(squared);
        }
        return target;
    }

    /**
     * KA at the end of training from a replica's rank-one start, w₂(0) = 0, against the norm of the start: exact, for
     * this target and inputs of any covariance.
     */
    public DoubleUnaryOperator rankOneAlignment(TwoLayerConfig config, Streams streams) {
        double[][] covariance = covariance(config);
        double[] target = target(config, streams);
        TwoLayerKernel start = config.start()
                .draw(config.width(), config.scale(), config.readoutScale(), target, streams.at("init"))
                .kernel();
        return scale -> start.alignment(TwoLayerTheory.rankOneEnd(target, scale), covariance);
    }

    /** |P β̂|² with P on the row space of W₁. */
    private static double share(TwoLayerWeights start, double[] target) {
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(start.first()));
        double[] values = svd.getSingularValues();
        double[][] rows = svd.getVT().getData();
        double share = 0;
        for (int i = 0; i < values.length && values[i] > RANK_TOLERANCE * values[0]; i++) {
            double along = SmallMatrix.dot(rows[i], target);
            share += along * along;
        }
        return Math.min(1, share / SmallMatrix.dot(target, target));
    }

    @Override
    public double work(TwoLayerConfig config) {
        double ratio = Math.max(config.anisotropy(), 1 / config.anisotropy());
        double stiffness = (1 + config.scale() * config.scale()) * ratio * ratio;
        return config.width() * (config.dimension() + 1.0) * STAGES * stiffness;
    }

    @Override
    public long memory(TwoLayerConfig config) {
        return (long) Double.BYTES * (config.width() + config.dimension()) * (config.dimension() + 1) * 2 * STAGES;
    }
}
