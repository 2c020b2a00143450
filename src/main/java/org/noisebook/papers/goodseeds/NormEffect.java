package org.noisebook.papers.goodseeds;

import org.noisebook.seeds.SeedTable;

/**
 * The seed effect due to the norm of the noise: the regression of a seed's mean response on |z|², and its residuals.
 *
 * <p>For Gaussian conditions log ρ(x) = −|z|²/2 + const, so golden seeds are those with small noise norms (see
 * {@link SeedScene.GaussianConditions}).
 *
 * @param correlation correlation of the mean response with −|z|²/2
 * @param slope slope against |z|²
 * @param rest the table minus slope × (|z|² − mean)
 * @param isAll whether the remaining seed effect is only rounding and discretisation error
 */
record NormEffect(double correlation, double slope, SeedTable rest, boolean isAll) {
    /** Fraction of the seed variance below which the remainder is attributed to discretisation. */
    private static final double NOTHING = 1e-10;

    /**
     * The analysis of a table without missing cells.
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
