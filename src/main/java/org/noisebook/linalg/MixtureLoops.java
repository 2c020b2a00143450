package org.noisebook.linalg;

/** The loops of {@link MixtureKernels} over particles from..to, in plain and vector twins; dimension 1 or 2 where x is given. */
interface MixtureLoops {
    /** cost[i] = |R_k (x_i − m_k)|²/2 − ℓ_k in bits, and least[i] the smaller of itself and that. */
    void costs(AffineMixture f, int k, double[][] x, int from, int to, double[] cost, double[] least);

    /** cost[i] = 2^(least[i] − cost[i]), or 2^−1021 if that is larger, and total[i] grows by it. */
    void powers(double[] cost, double[] least, int from, int to, double[] total);

    /** out[j][i] grows by weight[i] (c_k + G_k (x_i − m_k))_j. */
    void add(AffineMixture f, int k, double[][] x, int from, int to, double[] weight, double[][] out);
}
