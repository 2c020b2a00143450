package org.noisebook.seeds.generator;

import org.noisebook.seeds.SeedTable;

/**
 * How much of the effect of seeds is the length of their noise: the regression of a seed's mean response on |z|², and what it leaves.
 *
 * <p>For Gaussian conditions log ρ(x) = −|z|²/2 + const, so that golden seeds are those of short noise (section 2.9 of the derivation
 * in the class {@link SeedScene.GaussianConditions}).
 *
 * @param correlation of the mean response with −|z|²/2
 * @param slope against |z|²
 * @param rest the table less slope × (|z|² − mean)
 * @param isAll whether nothing of the seeds is left but rounding and steps
 */
record NormEffect(double correlation, double slope, SeedTable rest, boolean isAll) {
    /** Share of the variance of seeds below which what is left is that of the steps. */
    private static final double NOTHING = 1e-10;

    /**
     * Of a table without missing cells.
     *
     * @param latent z, coordinate-major
     */
    static NormEffect of(SeedTable table, double[][] latent) {
        double[][] cells = table.cells();
        int seeds = cells.length;
        double[] norm = new double[seeds];
        double[] mean = new double[seeds];
        double allNorm = 0;
        double allMean = 0;
        for (int s = 0; s < seeds; s++) {
            for (double[] row : latent) {
                norm[s] = Math.fma(row[s], row[s], norm[s]);
            }
            for (double value : cells[s]) {
                mean[s] += value / cells[s].length;
            }
            allNorm += norm[s] / seeds;
            allMean += mean[s] / seeds;
        }
        double squares = 0;
        double products = 0;
        double meanSquares = 0;
        for (int s = 0; s < seeds; s++) {
            norm[s] -= allNorm;
            mean[s] -= allMean;
            squares = Math.fma(norm[s], norm[s], squares);
            products = Math.fma(norm[s], mean[s], products);
            meanSquares = Math.fma(mean[s], mean[s], meanSquares);
        }
        double slope = products / squares;
        double left = 0;
        for (int s = 0; s < seeds; s++) {
            double off = mean[s] - slope * norm[s];
            left = Math.fma(off, off, left);
            for (int c = 0; c < cells[s].length; c++) {
                cells[s][c] -= slope * norm[s];
            }
        }
        return new NormEffect(
                -products / Math.sqrt(squares * meanSquares), slope, SeedTable.of(cells), left < NOTHING * meanSquares);
    }
}
