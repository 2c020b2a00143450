package org.noisebook.figure.interpolant;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** What the figures of diffusions share. */
final class DiffusionCells {
    static final DiffusionStudy STUDY = new DiffusionStudy();
    static final Diffusion VE = Diffusion.VarianceExploding.standard();
    static final Diffusion VP = Diffusion.VariancePreserving.standard();
    static final Diffusion SUB_VP = Diffusion.SubVariancePreserving.standard();
    /** In the order of the figures, also of their colours. */
    static final List<Diffusion> ALL = List.of(VE, VP, SUB_VP);

    static final List<String> NAMES = List.of("VE", "VP", "sub-VP");
    static final List<String> KEYS = List.of("ve", "vp", "subvp");

    /** Samples alone. */
    static final DiffusionConfig PLAIN =
            Schema.with(DiffusionConfig.standard(), "pathParticles", 0, "likelihoodPoints", 0);

    private DiffusionCells() {}

    static DiffusionConfig cell(
            DiffusionConfig base, Diffusion diffusion, DiffusionMethod method, TimeGrid grid, int steps) {
        return Schema.with(base, "diffusion", diffusion, "method", method, "grid", grid, "steps", steps);
    }

    /** The mean over replicas with its t interval. */
    static Estimate mean(
            Results<DiffusionConfig, DiffusionResult> results,
            DiffusionConfig config,
            ToDoubleFunction<DiffusionResult> value) {
        return Estimate.ofMean(results.values(config, value));
    }

    /** A number without sampling error. */
    static Estimate exact(double value) {
        return new Estimate(value, Double.NaN, value, value, 1);
    }

    /** Geometric means. */
    static void distances(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            double[] x,
            List<DiffusionConfig> configs,
            Results<DiffusionConfig, DiffusionResult> results,
            ToDoubleFunction<DiffusionResult> value) {
        sheet.points(
                panel,
                series,
                colour,
                x,
                configs.stream()
                        .map(config -> SixDigits.of(Estimate.ofGeometricMean(results.values(config, value))))
                        .toArray(Estimate[]::new),
                configs.stream()
                        .map(config -> TrainingCells.ends(results.of(config)))
                        .toArray(Ends[]::new));
    }

    /** The middle 90 % of the two-sample distances of all replicas of a config. */
    static double[] floor(Results<DiffusionConfig, DiffusionResult> results, DiffusionConfig config) {
        double[] sorted = results.values(config, DiffusionResult::sampleDistance);
        Arrays.sort(sorted);
        int cut = (int) (0.05 * sorted.length);
        return new double[] {SixDigits.of(sorted[cut]), SixDigits.of(sorted[sorted.length - 1 - cut])};
    }

    static void floor(
            Sheet sheet,
            String panel,
            double from,
            double to,
            Results<DiffusionConfig, DiffusionResult> results,
            DiffusionConfig config) {
        double[] floor = floor(results, config);
        sheet.band(panel, "two samples", 7, new double[] {from, to}, new double[] {floor[0], floor[0]}, new double[] {
            floor[1], floor[1]
        });
    }

    /** A claim that a number of at most 1 is above 0. */
    static Claim positive(String id, String statement, Estimate measured, String source) {
        return new Claim(id, Claim.Kind.THEORY, statement, Double.NaN, 0, 1, measured, source);
    }

    /** Differences of two cells, replica by replica. */
    static Estimate difference(
            Results<DiffusionConfig, DiffusionResult> results,
            DiffusionConfig first,
            DiffusionConfig second,
            ToDoubleFunction<DiffusionResult> value) {
        double[] a = results.values(first, value);
        double[] b = results.values(second, value);
        Arrays.setAll(a, k -> a[k] - b[k]);
        return Estimate.ofMean(a);
    }
}
