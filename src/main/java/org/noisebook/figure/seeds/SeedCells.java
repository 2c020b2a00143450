package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.seeds.generator.NoisePolicy;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SeedGeneratorStudy;
import org.noisebook.seeds.generator.SeedResponse;
import org.noisebook.seeds.generator.SeedScene;
import org.noisebook.stats.Estimate;

/** What figures of a generator's seeds share: their runs, their rows of policies, and how they are drawn and judged. */
final class SeedCells {
    static final SeedGeneratorStudy STUDY = new SeedGeneratorStudy();
    static final String PAPER = "Xu, Zhang, Shi 2025, arXiv 2405.14828, asked of another generator";
    static final String RECORDED = "recorded elsewhere: one run of the same design, other draws";
    static final String MESSAGE =
            "message of the run recorded elsewhere: path noise that is not the seed's erases it as ε grows";
    static final String ASKED = "question of this kit, with a window of its own";
    static final String DERIVED = "closed form: x = m + √V z";

    /** Nearly one component beside widely separate ones. */
    static final double[] SPREADS = {0.5, 2};

    static final int SEEDS = 128;
    static final int CONDITIONS = 32;
    static final int DIMENSION = 16;
    static final int GAUSSIAN_REPLICAS = 16;

    private static final int FLOW_STEPS = 60;
    private static final int SDE_STEPS = 200;
    /** What separates the points of two series at one name. */
    private static final double ASIDE = 0.12;

    /**
     * A policy with its noise.
     *
     * @param id in claims
     * @param name in figures
     */
    record Row(String id, String name, NoisePolicy policy, double diffusion) {
        /** The name with ε. */
        String meaning() {
            return diffusion == 0 ? name : name + " (ε = " + Schema.formatValue(diffusion) + ")";
        }
    }

    static final Row FLOW = new Row("p0", "P0", NoisePolicy.DETERMINISTIC, 0);
    static final Row SHARED = new Row("p1", "P1", NoisePolicy.SHARED_PATH, 1);
    static final Row LITTLE = new Row("p2a", "P2a", NoisePolicy.FRESH_PATH, 0.1);
    static final Row MUCH = new Row("p2b", "P2b", NoisePolicy.FRESH_PATH, 1);
    static final Row NULL = new Row("p3", "P3", NoisePolicy.FRESH, 0);
    static final List<Row> ROWS = List.of(FLOW, SHARED, LITTLE, MUCH, NULL);

    static final String POLICIES =
            "Policies: P0 the ODE, z of the seed; P1 the SDE with ε = 1, z and path noise of the seed; P2 the SDE, z of the seed, path noise fresh"
                    + " in each cell, P2a ε = 0.1, P2b ε = 1; P3 the ODE, all noise fresh.";

    private SeedCells() {}

    static int replicas(Preset preset) {
        return preset.choose(5, 16);
    }

    static SeedGeneratorConfig config(double spread, Row row) {
        return config(spread, row, 0);
    }

    /** Of another model: all means and variances drawn anew. */
    static SeedGeneratorConfig otherModel(double spread) {
        return config(spread, FLOW, 1);
    }

    private static SeedGeneratorConfig config(double spread, Row row, int model) {
        return new SeedGeneratorConfig(
                new SeedScene.MixtureConditions(CONDITIONS, DIMENSION, 3, spread, model),
                row.policy,
                row.diffusion,
                SEEDS,
                row.diffusion == 0 ? FLOW_STEPS : SDE_STEPS);
    }

    /** Few conditions, so that many seeds are cheap. */
    static SeedGeneratorConfig gaussian() {
        return new SeedGeneratorConfig(
                new SeedScene.GaussianConditions(4, DIMENSION), NoisePolicy.DETERMINISTIC, 0, 256, 120);
    }

    static SeedGeneratorConfig digits(Preset preset, Row row) {
        return pictures(preset, new SeedScene.Digits(), row, row.diffusion == 0 ? 8 : 32);
    }

    static SeedGeneratorConfig digitsMixture(Preset preset) {
        return pictures(preset, new SeedScene.DigitsMixture(), FLOW, 30);
    }

    private static SeedGeneratorConfig pictures(Preset preset, SeedScene scene, Row row, int steps) {
        return new SeedGeneratorConfig(
                scene, row.policy, row.diffusion, preset.choose(64, 256), preset.choose(1, 4) * steps);
    }

    /** The exact mixtures under all policies, and more. */
    static Results<SeedGeneratorConfig, SeedGeneratorResult> run(
            Preset preset, Experiment experiment, SeedGeneratorConfig... more) {
        List<SeedGeneratorConfig> configs = new ArrayList<>();
        for (double spread : SPREADS) {
            ROWS.forEach(row -> configs.add(config(spread, row)));
        }
        configs.addAll(Arrays.asList(more));
        return experiment.run(Sweep.of(STUDY, configs, replicas(preset)));
    }

    static Axis policies() {
        return Axis.named("noise policy", ROWS.stream().map(Row::name).toList());
    }

    /** Places of a series at the names of an axis: the first of two series left of them, the second right. */
    static double[] places(int names, int series) {
        return IntStream.rangeClosed(1, names)
                .mapToDouble(k -> k + (series == 0 ? -ASIDE : ASIDE))
                .toArray();
    }

    /** Means over replicas with their t intervals, one a policy. */
    static void policyPoints(
            Sheet sheet,
            String panel,
            String series,
            int number,
            double spread,
            Results<SeedGeneratorConfig, SeedGeneratorResult> results,
            ToDoubleFunction<SeedGeneratorResult> value) {
        List<SeedGeneratorConfig> configs =
                ROWS.stream().map(row -> config(spread, row)).toList();
        TrainingCells.addMeans(sheet, panel, series, number, places(ROWS.size(), number), configs, results, value);
    }

    static String spreadName(double spread) {
        return "spread " + Schema.formatValue(spread);
    }

    static String spreadId(double spread) {
        return spread == SPREADS[0] ? "narrow" : "wide";
    }

    /**
     * A claim against one run of the same design, whose draws differ: its standard error is that of a further run, from our replicas, and what its own
     * interval says of its test samples.
     *
     * @param ownError standard error that the recorded run states, or the least that such a number can have
     */
    static Claim recorded(String id, String statement, double expected, double ownError, double[] replicas) {
        Estimate measured = Estimate.ofMean(replicas);
        double further = measured.stdError() * Math.sqrt(replicas.length);
        return Claim.regression(
                id, statement, expected, StrictMath.sqrt(ownError * ownError + further * further), measured, RECORDED);
    }

    /** A claim with ends fixed before anything ran. */
    static Claim between(String id, String statement, double low, double high, Estimate measured, String source) {
        return new Claim(id, Claim.Kind.THEORY, statement, Double.NaN, low, high, measured, source);
    }

    /** Effects of seeds on a measure: means over conditions of the condition-centred values. */
    static double[] effects(SeedGeneratorResult run, SeedResponse response, int seeds) {
        double[][] cells = run.cells(response, seeds);
        int conditions = cells[0].length;
        double[] effects = new double[seeds];
        double mean = 0;
        for (int s = 0; s < seeds; s++) {
            effects[s] = Arrays.stream(cells[s]).sum() / conditions;
            mean += effects[s] / seeds;
        }
        for (int s = 0; s < seeds; s++) {
            effects[s] -= mean;
        }
        return effects;
    }

    /** What a regression on |z|² leaves of effects. */
    static double[] beyondNorm(double[] effects, double[] squaredNorm) {
        double mean = Arrays.stream(squaredNorm).sum() / squaredNorm.length;
        double squares = 0;
        double products = 0;
        for (int s = 0; s < effects.length; s++) {
            double off = squaredNorm[s] - mean;
            squares += off * off;
            products += off * effects[s];
        }
        double slope = products / squares;
        double[] left = new double[effects.length];
        for (int s = 0; s < left.length; s++) {
            left[s] = effects[s] - slope * (squaredNorm[s] - mean);
        }
        return left;
    }

    static List<String> sources() {
        return Stream.concat(
                        STUDY.sources().stream(),
                        Stream.of("Shrout, Fleiss 1979, Intraclass Correlations, doi:10.1037/0033-2909.86.2.420"))
                .toList();
    }
}
