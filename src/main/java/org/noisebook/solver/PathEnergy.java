package org.noisebook.solver;

/**
 * Sums the path energy: Σ over particles of ∫ |u|² dt, where u is the displacement of a particle in a step, minus its
 * noise, divided by the step.
 *
 * <p><b>Special cases</b>: a particle that diverges makes the sum infinite or NaN. <b>Error</b>: rounding; per step
 * this is the energy of the method's mean drift, which equals that of the path up to the order of the method. Not for
 * drifts that jump within a step. <b>Cost</b>: three multiply-adds per coordinate and step. An instance belongs to one
 * run.
 */
public final class PathEnergy implements Ensemble.Observer {
    private final double diffusion;
    /** Positions displaced by the noise alone. */
    private final double[][] drawn;

    private double time;
    private double sum;

    /**
     * A sum starting at zero.
     *
     * @param diffusion ε of the noise √(2ε) dW; ignored for deterministic samplers
     */
    public PathEnergy(int dimension, double diffusion) {
        this.diffusion = diffusion;
        drawn = new double[dimension][Ensemble.BLOCK];
    }

    @Override
    public void before(int first, int step, double from, double to, double[][] x, int count, double[][][] noise) {
        time = Math.abs(to - from);
        double spread = Math.sqrt(2 * diffusion * time);
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < count; k++) {
                drawn[j][k] = noise.length == 0 ? x[j][k] : Math.fma(spread, noise[0][j][k], x[j][k]);
            }
        }
    }

    @Override
    public void after(int first, int step, double t, double[][] x, int count) {
        if (step == 0) {
            return;
        }
        double part = 0;
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < count; k++) {
                part = Math.fma(x[j][k] - drawn[j][k], x[j][k] - drawn[j][k], part);
            }
        }
        sum += part / time;
    }

    /** The sum so far. */
    public double sum() {
        return sum;
    }
}
