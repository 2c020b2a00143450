package org.noisebook.papers.variance;

import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.BalancedAnova;
import org.noisebook.seeds.Component;
import org.noisebook.seeds.ExtremeNull;
import org.noisebook.seeds.FalseDiscovery.Correction;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.HeldOut;
import org.noisebook.seeds.Icc;
import org.noisebook.seeds.SeedComponents;
import org.noisebook.seeds.SeedTable;
import org.noisebook.stats.Estimate;

/**
 * How often the F test, golden seeds and intervals of {@link SeedComponents}, {@link GoldenSeeds} and {@link HeldOut} are right on simulated
 * tables with known effects.
 *
 * <p><b>Streams</b>: {@code data} and {@code split}, parts by table. <b>Error</b>: sampling of the tables. <b>Cost</b>: 1 ms per table of 128 seeds
 * and 32 conditions, 3 ms more for held-out gains.
 */
@StudyInfo(
        id = "seed-calibration",
        version = 1,
        title = "Results of the seed analysis on simulated tables with known seed effects",
        streams = {"data", "split"},
        sources = {
            "Xu, Zhang, Shi 2025, Good Seed Makes a Good Crop, arXiv 2405.14828",
            "Benjamini, Hochberg 1995, Controlling the False Discovery Rate, doi:10.1111/j.2517-6161.1995.tb02031.x",
            "Shrout, Fleiss 1979, Intraclass Correlations, doi:10.1037/0033-2909.86.2.420"
        })
public final class SeedCalibration extends PaperStudy<SeedCalibration.Config, SeedCalibration.Result> {
    /** Simulated tables Y_sc = a_s + b_c + e_sc of normal effects. */
    public record Config(
            @Parameter(
                    standard = "0",
                    value = "standard deviation of seed effects",
                    symbol = "√V_S",
                    range = "[0, 1e6]")
            double seedStdDev,

            @Parameter(
                    standard = "1",
                    value = "share of seeds with an effect (the first ones of a table)",
                    range = "[0, 1]")
            double affected,

            @Parameter(
                    standard = "2",
                    value = "standard deviation of condition effects",
                    symbol = "√V_C",
                    range = "[0, 1e6]")
            double conditionStdDev,

            @Parameter(standard = "1", value = "residual standard deviation", symbol = "√V_E", range = "[1e-6, 1e6]")
            double restStdDev,

            @Parameter(standard = "128", value = "seeds per table", symbol = "S", range = "[2, 100000]")
            int seeds,

            @Parameter(standard = "32", value = "conditions per table", symbol = "C", range = "[4, 100000]")
            int conditions,

            @Parameter(standard = "6", value = "number of seeds picked on half of the conditions", range = "[1, seeds)")
            int chosen,

            @Parameter(
                    standard = "1",
                    value = "number of halvings of the conditions; 0 for no held-out validation",
                    range = "[0, 10000]")
            int splits,

            @Parameter(standard = "100", value = "tables simulated", range = "[1, 1000000]")
            int dataSets) {
        /** Number of seeds of a table with an effect. */
        int affectedSeeds() {
            return (int) Math.round(affected * seeds);
        }

        /** The √V_S at which scores from half of the conditions have reliability λ = V_S/(V_S + V_E/(C/2)). */
        double seedStdDevOf(double reliability) {
            return restStdDev * StrictMath.sqrt(reliability / (1 - reliability) / (conditions / 2.0));
        }

        /** Standard deviation √(V_S + V_E) of a cell within its condition. */
        double spread() {
            return StrictMath.sqrt(seedStdDev * seedStdDev + restStdDev * restStdDev);
        }

        /** Expected mean of the best of this many normal seed means over half of the conditions, minus the mean of all. */
        double expectedGain() {
            double variance = seedStdDev * seedStdDev + 2.0 / conditions * restStdDev * restStdDev;
            return StrictMath.sqrt(variance * (1 - 1.0 / seeds)) * ExtremeNull.expectedTop(seeds, chosen);
        }
    }

    /** Results of the seed analysis on these tables; gains are NaN without splits. */
    public record Result(
            @Parameter("tables whose F test of seeds has p of at most 5 %")
            int rejected,

            @Parameter("tables with a golden seed at q < 5 % (Benjamini–Hochberg)")
            int withGolden,

            @Parameter("tables with an inferior seed") int withInferior,

            @Parameter("golden seeds per table") double golden,

            @Parameter("share of golden seeds without an effect above 0; 0 if none is golden")
            double falseDiscoveries,

            @Parameter(
                    "tables whose 95 % interval of ICC(3,1) contains the true value, V_S being the affected share of the variance of effects")
            int covered,

            @Parameter("gain of picked seeds on the conditions used to pick them")
            double inSample,

            @Parameter("gain predicted for other conditions: λ × that")
            double predicted,

            @Parameter("gain on other conditions") double heldOut)
            implements Outcome {}

    private static final double LEVEL = 0.05;

    @Override
    protected Result measure(Config config, Streams streams) {
        int seeds = config.seeds();
        int conditions = config.conditions();
        double seedVariance = config.seedStdDev() * config.seedStdDev() * config.affectedSeeds() / seeds;
        double icc = seedVariance / (seedVariance + config.restStdDev() * config.restStdDev());
        int tables = config.dataSets();
        int rejected = 0;
        int withGolden = 0;
        int withInferior = 0;
        int covered = 0;
        double golden = 0;
        double falseDiscoveries = 0;
        double inSample = config.splits() == 0 ? Double.NaN : 0;
        double predicted = inSample;
        double heldOut = inSample;
        for (int i = 0; i < tables; i++) {
            double[] effects = new double[seeds];
            double[] y = values(config, streams.at("data").part(i), effects);
            BalancedAnova anova = BalancedAnova.of(List.of("seed", "condition"), new int[] {seeds, conditions}, 1, y);
            double f = anova.meanSquare(0) / anova.meanSquare(2);
            rejected += Component.fTail(f, anova.degrees(0), anova.degrees(2)) <= LEVEL ? 1 : 0;
            Estimate consistency = Icc.of(
                            seeds, conditions, anova.meanSquare(0), anova.meanSquare(1), anova.meanSquare(2))
                    .consistency();
            covered += consistency.covers(icc) ? 1 : 0;
            SeedTable table = table(y, conditions);
            GoldenSeeds found = GoldenSeeds.of(table, LEVEL, Correction.BENJAMINI_HOCHBERG);
            int[] best = found.golden();
            withGolden += best.length > 0 ? 1 : 0;
            withInferior += found.inferior().length > 0 ? 1 : 0;
            golden += (double) best.length / tables;
            int wrong = 0;
            for (int s : best) {
                wrong += effects[s] <= 0 ? 1 : 0;
            }
            falseDiscoveries += (double) wrong / Math.max(1, best.length) / tables;
            if (config.splits() > 0) {
                HeldOut gains = HeldOut.of(
                        table,
                        config.chosen(),
                        config.splits(),
                        streams.at("split").part(i));
                inSample += gains.inSample().mean() / tables;
                predicted += gains.predicted().mean() / tables;
                heldOut += gains.heldOut().mean() / tables;
            }
            stopIfInterrupted();
        }
        return new Result(
                rejected, withGolden, withInferior, golden, falseDiscoveries, covered, inSample, predicted, heldOut);
    }

    private static SeedTable table(double[] y, int conditions) {
        double[][] rows = new double[y.length / conditions][];
        Arrays.setAll(rows, s -> Arrays.copyOfRange(y, s * conditions, (s + 1) * conditions));
        return SeedTable.of(rows);
    }

    /** Draws the responses, row-major, and fills in the effects of the seeds. */
    private static double[] values(Config config, Stream data, double[] effects) {
        for (int s = 0; s < effects.length; s++) {
            double drawn = data.nextGaussian();
            effects[s] = s < config.affectedSeeds() ? config.seedStdDev() * drawn : 0;
        }
        double[] shifts = new double[config.conditions()];
        for (int c = 0; c < shifts.length; c++) {
            shifts[c] = config.conditionStdDev() * data.nextGaussian();
        }
        double[] y = new double[effects.length * shifts.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = effects[i / shifts.length] + shifts[i % shifts.length] + config.restStdDev() * data.nextGaussian();
        }
        return y;
    }

    @Override
    public double work(Config config) {
        double cells = (double) config.seeds() * config.conditions();
        return config.dataSets() * cells * (1 + (double) config.splits() * config.conditions() / 8);
    }

    @Override
    public long memory(Config config) {
        return 20L * config.seeds() * config.conditions() * Double.BYTES;
    }
}
