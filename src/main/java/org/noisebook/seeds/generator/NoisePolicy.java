package org.noisebook.seeds.generator;

/**
 * Which noise of a generator is fixed by the seed, and which is drawn anew in every cell of seeds × conditions.
 *
 * <p>The latent z is the initial point of a path; the path noise is that of the SDE steps.
 */
public enum NoisePolicy {
    /** P0: z fixed by the seed, no injected noise. */
    DETERMINISTIC(true, true),
    /** P1: z and path noise fixed by the seed, the same under all conditions. */
    SHARED_PATH(true, true),
    /** P2: z fixed by the seed, path noise drawn anew in every cell. */
    FRESH_PATH(true, false),
    /** P3: everything drawn anew in every cell, so that seeds are mere labels: the null case for the other policies. */
    FRESH(false, false);

    private final boolean latentOfSeed;
    private final boolean pathOfSeed;

    NoisePolicy(boolean latentOfSeed, boolean pathOfSeed) {
        this.latentOfSeed = latentOfSeed;
        this.pathOfSeed = pathOfSeed;
    }

    /** Whether z depends only on the seed. */
    public boolean latentOfSeed() {
        return latentOfSeed;
    }

    /** Whether injected noise depends only on the seed. */
    public boolean pathOfSeed() {
        return pathOfSeed;
    }
}
