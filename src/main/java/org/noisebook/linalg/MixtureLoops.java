package org.noisebook.linalg;

/** The loops of {@link MixtureKernels} over particles from..to; those that take x are for dimension 1 or 2. */
interface MixtureLoops {
    /** cost[k][i] = |R_k (x_i − m_k)|²/2 − ℓ_k in bits, and least[i] = min_k cost[k][i]. */
    void costs(AffineMixture f, double[][] x, int from, int to, double[][] cost, double[] least);

    /** cost[k][i] = max(2^(least[i] − cost[k][i]), 2^−1021), and total[i] is their sum over k below components. */
    void powers(int components, double[][] cost, double[] least, int from, int to, double[] total);

    /** out[j][i] = Σ_k weight[k][i] (c_k + G_k (x_i − m_k))_j. */
    void add(AffineMixture f, double[][] x, int from, int to, double[][] weight, double[][] out);
}
