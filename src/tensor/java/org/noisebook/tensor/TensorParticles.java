package org.noisebook.tensor;

import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.experiment.ResultListener;
import org.noisebook.model.ParticleBlocks;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.solver.Ensemble;

/**
 * Moves particles of several replicas in parallel: blocks of particles, numbered by {@link Ensemble} to address their
 * noise, share one array.
 *
 * <p>All particles run through the same times, so a batch stays full to its end, and the arrangement of blocks does not
 * matter. Since the rounding of products depends on their shapes, the number of columns of a batch is determined by
 * dimension and components, even if there are fewer particles.
 *
 * <p><b>Special cases</b>: a diverging particle ends as infinite or NaN without affecting others. <b>Error</b>:
 * rounding, in a different order than in the exact engine, but independent of the other particles. <b>Cost</b>: a batch
 * that is not full costs as much as a full one.
 */
final class TensorParticles {
    /** Numbers in a mixture's first product: 1 MB; with 2¹⁸ the best of 2¹⁵ to 2²¹ numbers. */
    private static final int CACHED = 1 << 17;
    /** The same on a card: 128 MB. */
    private static final int CARD = 1 << 24;

    private final int numbers;

    TensorParticles() {
        this(Nd4j.getEnvironment().isCPU() ? CACHED : CARD);
    }

    /** Uses at most the given number of numbers in a mixture's first product, unless one block needs more. */
    TensorParticles(int numbers) {
        this.numbers = numbers;
    }

    void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended) {
        if (replicas.jobs().isEmpty()) {
            return;
        }
        double[] times = replicas.times();
        Ensemble.check(replicas.dimension(), times, new double[replicas.dimension()][0]);
        int components = replicas.mixture(times[0]).components();
        int most = Math.max(1, numbers / TensorMixture.rows(replicas.dimension(), components) / Ensemble.BLOCK);
        try (TensorProgram memory = new TensorProgram()) {
            ParticleBlocks.move(replicas, most, new ParticleBatch(memory, replicas, components, most)::run, ended);
        }
    }
}
