package org.noisebook.solver;

/**
 * Sums the energy of particles on their way: Σ over particles of ∫ |u|² dt, u being what a step moved a particle by, less its noise,
 * over the step.
 *
 * <p><b>Special cases</b>: a particle that diverges makes the sum infinite or NaN. <b>Error</b>: rounding; over a step that is the energy of
 * the method's own mean drift, which is that of the path up to the method's order. Not for drifts that jump in a step.
 *
 * <p><b>Cost</b>: three multiply-adds a coordinate and step. An instance belongs to one run in one thread.
 */
public final class PathEnergy implements Ensemble.Observer {
    private final double diffusion;
    /** Positions from the noise alone. */
    private final double[][] drawn;

    private double time;
    private double sum;

    /**
     * None yet.
     *
     * @param diffusion ε of the noise √(2ε) dW; not used for samplers that take none
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

    /** So far. */
    public double sum() {
        return sum;
    }
}
