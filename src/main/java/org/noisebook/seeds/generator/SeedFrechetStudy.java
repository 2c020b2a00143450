package org.noisebook.seeds.generator;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.GaussianFit;

/**
 * {@link SeedFrechet} on normal outputs with a seed effect that is planted or none.
 *
 * <p><b>Streams</b>: {@code data}, parts by seed; {@code regroup}. <b>Cost</b>: that of {@link SeedFrechet}; without regroupings 0.5 ms a
 * seed in 2048 dimensions.
 */
@Head(
        id = "seed-frechet",
        version = 1,
        title = "Fréchet distance of each seed, with and without a seed effect, and its regrouping null",
        streams = {"data", "regroup"},
        sources = {
            "Xu, Zhang, Shi 2025, Good Seed Makes a Good Crop, arXiv 2405.14828",
            "Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter 2017, GANs Trained by a Two Time-Scale Update Rule,"
                    + " arXiv 1706.08500",
            "Dumitriu, Edelman 2002, Matrix Models for Beta Ensembles, doi:10.1063/1.1507823",
            "Dowson, Landau 1982, The Fréchet Distance between Multivariate Normal Distributions,"
                    + " doi:10.1016/0047-259X(82)90077-X"
        })
public final class SeedFrechetStudy implements Study<SeedFrechetConfig, SeedFrechetResult> {
    /** Of a drawn distance, a dimension, in the units of one from outputs. */
    private static final double STEPS = 100;

    @Override
    public SeedFrechetResult run(SeedFrechetConfig config, Streams streams) {
        return config.regroupings() == 0 ? drawn(config, streams) : ofOutputs(config, streams);
    }

    /** By the law of the distances, without outputs. */
    private static SeedFrechetResult drawn(SeedFrechetConfig config, Streams streams) {
        FrechetLaw law = new FrechetLaw(config);
        double[] distances = new double[config.seeds()];
        for (int s = 0; s < distances.length; s++) {
            mustGoOn();
            distances[s] = law.draw(streams.at("data").part(s));
        }
        Arrays.sort(distances);
        return new SeedFrechetResult(Doubles.of(distances), Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    private static void mustGoOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("study interrupted");
        }
    }

    private static SeedFrechetResult ofOutputs(SeedFrechetConfig config, Streams streams) {
        int d = config.dimension();
        double[][][] x = new double[config.seeds()][config.samples()][d];
        for (int s = 0; s < x.length; s++) {
            mustGoOn();
            Stream data = streams.at("data").part(s);
            double[] shift = new double[d];
            Arrays.setAll(shift, j -> config.seedShift() * data.nextGaussian());
            for (double[] output : x[s]) {
                Arrays.setAll(output, j -> shift[j] + data.nextGaussian());
            }
        }
        double[] mean = new double[d];
        mean[0] = config.targetOffset();
        double[][] identity = new double[d][d];
        for (int j = 0; j < d; j++) {
            identity[j][j] = 1;
        }
        SeedFrechet found =
                SeedFrechet.of(x, GaussianFit.exact(mean, identity), config.regroupings(), streams.at("regroup"));
        double[] distances = found.distances().toArray();
        Arrays.sort(distances);
        return new SeedFrechetResult(
                Doubles.of(distances),
                found.nullMean(),
                found.nullStdDev(),
                found.nullMin().mean(),
                found.nullMax().mean());
    }

    @Override
    public double work(SeedFrechetConfig config) {
        double d = config.dimension();
        if (config.regroupings() == 0) {
            return config.seeds() * d * STEPS;
        }
        return (1.0 + config.regroupings()) * config.seeds() * d * d * (config.samples() + 20 * d);
    }

    @Override
    public long memory(SeedFrechetConfig config) {
        if (config.regroupings() == 0) {
            return 2L * config.dimension() * Double.BYTES;
        }
        return (long) config.seeds() * config.samples() * (config.dimension() + 3L) * Double.BYTES;
    }
}
