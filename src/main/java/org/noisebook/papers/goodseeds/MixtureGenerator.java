package org.noisebook.papers.goodseeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.VelocityField;

/** The generator of exact mixtures of isotropic Gaussians. */
final class MixtureGenerator implements SeedScene.Generator {
    private static final double LEAST_VARIANCE = 0.2;
    private static final double VARIANCES = 0.4;

    private final List<MixtureInterpolant> conditions = new ArrayList<>();

    MixtureGenerator(SeedScene.MixtureConditions scene, Streams streams) {
        Stream all = streams.at("scene").part(scene.model());
        int d = scene.dimension();
        double[][] layout = normal(all.part(0), scene.components(), d, scene.spread());
        double[] weights = new double[scene.components()];
        Arrays.fill(weights, 1.0 / weights.length);
        GaussianMixture noise = GaussianMixture.standard(d);
        for (int c = 0; c < scene.conditions(); c++) {
            Stream own = all.part(1 + c);
            double[][] means = normal(own, weights.length, d, scene.spread() / 2);
            double[][][] covariances = new double[weights.length][d][d];
            for (int i = 0; i < weights.length; i++) {
                double variance = LEAST_VARIANCE + VARIANCES * own.nextDouble();
                for (int j = 0; j < d; j++) {
                    means[i][j] += layout[i][j];
                    covariances[i][j][j] = variance;
                }
            }
            conditions.add(new MixtureInterpolant(
                    noise, new GaussianMixture(weights, means, covariances), PathSchedule.linear(0)));
        }
    }

    private static double[][] normal(Stream stream, int rows, int columns, double stdDev) {
        double[][] x = new double[rows][columns];
        for (double[] row : x) {
            Arrays.setAll(row, j -> stdDev * stream.nextGaussian());
        }
        return x;
    }

    @Override
    public VelocityField velocity(int condition) {
        return drift(condition, 0);
    }

    @Override
    public VelocityField drift(int condition, double diffusion) {
        return new RoundDrift(conditions.get(condition).end(), diffusion);
    }

    @Override
    public double diffusion(double diffusion, double t) {
        return diffusion;
    }

    @Override
    public double[][] responses(int condition, double[][] x) {
        MixtureInterpolant own = conditions.get(condition);
        double[][] means = own.end().means();
        double[][][] covariances = own.end().covariances();
        double[][] weights = own.responsibilities().at(1, x);
        int[] nearest = Grammar.argmax(weights);
        int count = x[0].length;
        double[] distance = new double[count];
        double[] component = new double[count];
        double[] confidence = new double[count];
        for (int k = 0; k < count; k++) {
            int chosen = nearest[k];
            double squares = 0;
            for (int j = 0; j < x.length; j++) {
                double off = x[j][k] - means[chosen][j];
                squares = Math.fma(off, off, squares);
            }
            distance[k] = Math.sqrt(squares / covariances[chosen][0][0]);
            component[k] = chosen;
            confidence[k] = weights[chosen][k];
        }
        return new double[][] {
            own.logDensity().at(1, x)[0], distance, component, confidence, x[0].clone(), x[1].clone(), mean(x)
        };
    }

    static double[] mean(double[][] x) {
        double[] mean = new double[x[0].length];
        for (double[] row : x) {
            for (int k = 0; k < mean.length; k++) {
                mean[k] += row[k] / x.length;
            }
        }
        return mean;
    }
}
