package org.noisebook.linalg;

/** The loops of {@link MixtureKernels} over particles from..to; those that take x are for dimension 1 or 2. */
interface MixtureLoops {
    /** cost[i] = |R_k (x_i − m_k)|²/2 − ℓ_k in bits, and least[i] = min(least[i], cost[i]). */
    void costs(AffineMixture f, int k, double[][] x, int from, int to, double[] cost, double[] least);

    /** cost[i] = max(2^(least[i] − cost[i]), 2^−1021), which is also added to total[i]. */
    void powers(double[] cost, double[] least, int from, int to, double[] total);

    /** Adds weight[i] (c_k + G_k (x_i − m_k))_j to out[j][i]. */
    void add(AffineMixture f, int k, double[][] x, int from, int to, double[] weight, double[][] out);
}
