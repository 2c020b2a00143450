package org.noisebook.tensor;

import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.model.ParticleBlocks;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine.Ended;
import org.noisebook.solver.Ensemble;

/**
 * Particles of several replicas side by side: blocks of them, as {@link Ensemble} numbers them for their noise, share one array.
 *
 * <p>All particles run through the same times, so a batch stays full to its end, and whose blocks lie beside each other does not matter.
 * Products round as their shapes have it, so a batch has as many columns as dimension and components say, whether there are particles for
 * all of them or not.
 *
 * <p><b>Special cases</b>: a particle that diverges ends infinite or NaN, alone. <b>Error</b>: rounding, in another order than the exact
 * engine's, and in the same one whatever is beside a particle.
 *
 * <p><b>Cost</b>: a batch that is not full costs as much as a full one.
 */
final class TensorParticles {
    /** Numbers of a mixture's first product: 1 MB, with 2¹⁸ the best of 2¹⁵ to 2²¹ numbers. */
    private static final int CACHED = 1 << 17;
    /** On a card: 128 MB. */
    private static final int CARD = 1 << 24;

    private final int numbers;

    TensorParticles() {
        this(Nd4j.getEnvironment().isCPU() ? CACHED : CARD);
    }

    /** With so many numbers of a mixture's first product at once at most, if one block needs no more. */
    TensorParticles(int numbers) {
        this.numbers = numbers;
    }

    void move(ParticleReplicas replicas, Ended<ParticleReplicas.End> ended) {
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
