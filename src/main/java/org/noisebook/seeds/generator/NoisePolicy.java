package org.noisebook.seeds.generator;

/**
 * Which noise of a generator belongs to the seed, and which is fresh in every cell of seeds × conditions.
 *
 * <p>The latent z is what a path starts from, the path noise is that of the steps of an SDE.
 */
public enum NoisePolicy {
    /** P0: z of the seed, no injected noise. */
    DETERMINISTIC(true, true),
    /** P1: z and path noise of the seed, the same under all conditions. */
    SHARED_PATH(true, true),
    /** P2: z of the seed, path noise fresh in every cell. */
    FRESH_PATH(true, false),
    /** P3: all fresh in every cell, so that seeds are mere numbers: the null of every other policy. */
    FRESH(false, false);

    private final boolean latentOfSeed;
    private final boolean pathOfSeed;

    NoisePolicy(boolean latentOfSeed, boolean pathOfSeed) {
        this.latentOfSeed = latentOfSeed;
        this.pathOfSeed = pathOfSeed;
    }

    /** Whether z depends on the seed alone. */
    public boolean latentOfSeed() {
        return latentOfSeed;
    }

    /** Whether injected noise depends on the seed alone. */
    public boolean pathOfSeed() {
        return pathOfSeed;
    }
}
