package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SeedResponse;
import org.noisebook.stats.Estimate;

/** Is a golden seed more than a short noise vector: log density against |z|², and what a regression on it leaves. */
public final class SeedNorm implements Figure {
    private static final int GREY = 7;
    private static final double LEAST_NORM = 2;
    private static final double MOST_NORM = 36;
    /** What the steps of RK4 may leave. */
    private static final double DEVIATION = 1e-8;

    private static final double RECORDED_CORRELATION = 0.985;
    /** Between .98 and .99. */
    private static final double RECORDED_ERROR = 0.0025;

    @Override
    public String id() {
        return "seed-norm";
    }

    @Override
    public String title() {
        return "Golden seeds and the length of their noise";
    }

    @Override
    public List<String> sources() {
        return SeedCells.sources();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Results<SeedGeneratorConfig, SeedGeneratorResult> results = SeedCells.run(
                preset, experiment, SeedCells.digits(preset, SeedCells.FLOW), SeedCells.digitsMixture(preset));
        List<SeedGeneratorResult> gaussian = experiment
                .run(Sweep.of(SeedCells.STUDY, List.of(SeedCells.gaussian()), SeedCells.GAUSSIAN_REPLICAS))
                .of(SeedCells.gaussian());
        Sheet sheet = new Sheet();
        addNorms(sheet, results);
        addCorrelations(sheet, results);
        for (double spread : SeedCells.SPREADS) {
            addBeyond(sheet, spread, results);
        }
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                "(a) Mean log density of each of 128 seeds over 32 conditions, less the mean of all seeds, against |z|² of its noise, spread 0.5, one draw. Line:"
                        + " Gaussian conditions, where log density is −|z|²/2 and a constant of the condition, so that golden seeds are short"
                        + " noise vectors and nothing else. (b) Correlation of a seed's mean log density with −|z|²/2. (c, d) Consistency"
                        + " ICC(3,1) of log density as it is and less its regression on |z|². " + SeedCells.POLICIES
                        + " Points in (b–d): means over " + SeedCells.replicas(preset)
                        + " draws of targets and noise with 95 % t intervals.",
                Integer.toString(SeedCells.replicas(preset)),
                claims(preset, results, gaussian));
    }

    private static void addNorms(Sheet sheet, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "norm",
                "Log density and length of noise",
                Axis.linear("squared length of noise |z|²").range(0, 38),
                Axis.linear("seed effect on log density").range(-14, 10));
        List<SeedCells.Row> rows = List.of(SeedCells.FLOW, SeedCells.MUCH);
        for (int k = 0; k < rows.size(); k++) {
            SeedGeneratorResult run = results.of(SeedCells.config(SeedCells.SPREADS[0], rows.get(k)))
                    .get(0);
            double[] effects = SeedCells.effects(run, SeedResponse.LOG_DENSITY, SeedCells.SEEDS);
            sheet.points(
                    "norm",
                    rows.get(k).name(),
                    k,
                    SixDigits.of(run.squaredNorm(SeedCells.SEEDS)),
                    Arrays.stream(effects)
                            .mapToObj(v -> SixDigits.point(SixDigits.of(v)))
                            .toArray(Estimate[]::new),
                    SixDigits.ends(SeedCells.SEEDS, 1));
        }
        double[] x = {LEAST_NORM, MOST_NORM};
        double[] y = {(SeedCells.DIMENSION - LEAST_NORM) / 2, (SeedCells.DIMENSION - MOST_NORM) / 2};
        sheet.line("norm", "Gaussian conditions", "Gaussian: (d − |z|²)/2", 2, x, y, Sheet.Kind.THEORY);
        sheet.legend("norm", Corner.BELOW);
    }

    private static void addCorrelations(Sheet sheet, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "correlation",
                "Quality and short noise",
                SeedCells.policies(),
                Axis.linear("correlation with −|z|²/2").range(-0.4, 1.1));
        double[] ends = {0.5, SeedCells.ROWS.size() + 0.5};
        sheet.line("correlation", "none", "", GREY, ends, new double[2], Sheet.Kind.THEORY);
        for (int k = 0; k < SeedCells.SPREADS.length; k++) {
            double spread = SeedCells.SPREADS[k];
            SeedCells.policyPoints(
                    sheet,
                    "correlation",
                    SeedCells.spreadName(spread),
                    k,
                    spread,
                    results,
                    SeedGeneratorResult::normCorrelation);
        }
        sheet.legend("correlation", Corner.BELOW);
    }

    private static void addBeyond(
            Sheet sheet, double spread, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        String panel = "beyond-" + SeedCells.spreadId(spread);
        sheet.panel(
                panel,
                "Beyond |z|², " + SeedCells.spreadName(spread),
                SeedCells.policies(),
                Axis.linear("consistency ICC(3,1)").range(-0.1, 0.9));
        double[] ends = {0.5, SeedCells.ROWS.size() + 0.5};
        sheet.line(panel, "none", "", GREY, ends, new double[2], Sheet.Kind.THEORY);
        SeedCells.policyPoints(
                sheet,
                panel,
                "log density",
                0,
                spread,
                results,
                run -> run.quality().consistency());
        SeedCells.policyPoints(
                sheet,
                panel,
                "less regression on |z|²",
                1,
                spread,
                results,
                run -> run.beyondNorm().consistency());
        sheet.legend(panel, Corner.BELOW);
    }

    private static List<Claim> claims(
            Preset preset,
            Results<SeedGeneratorConfig, SeedGeneratorResult> results,
            List<SeedGeneratorResult> gaussian) {
        List<Claim> claims = new ArrayList<>(gaussianClaims(gaussian));
        for (double spread : SeedCells.SPREADS) {
            String id = "seed-norm-" + SeedCells.spreadId(spread);
            String of = "exact mixture generator, ODE, " + SeedCells.spreadName(spread) + ": ";
            SeedGeneratorConfig flow = SeedCells.config(spread, SeedCells.FLOW);
            claims.add(SeedCells.recorded(
                    id + "-correlation",
                    of + "correlation of a seed's mean log density with −|z|²/2",
                    RECORDED_CORRELATION,
                    RECORDED_ERROR,
                    results.values(flow, SeedGeneratorResult::normCorrelation)));
            claims.add(SeedCells.between(
                    id + "-beyond",
                    of + "golden is more than short noise, ICC(3,1) beyond |z|² at least 0.1",
                    0.1,
                    Double.POSITIVE_INFINITY,
                    Estimate.ofMean(results.values(flow, run -> run.beyondNorm().consistency())),
                    SeedCells.ASKED));
        }
        claims.add(SeedCells.between(
                "seed-norm-digits-beyond",
                "learned digits, ODE: golden is more than short noise, ICC(3,1) beyond |z|² at least 0.1",
                0.1,
                Double.POSITIVE_INFINITY,
                Estimate.ofMean(results.values(
                        SeedCells.digits(preset, SeedCells.FLOW),
                        run -> run.beyondNorm().consistency())),
                SeedCells.ASKED));
        claims.add(Claim.theory(
                "seed-norm-digits-exact",
                "Gaussians of the classes of digits, ODE: seed and class add up though their covariances are not round, ICC(3,1)",
                1,
                DEVIATION,
                Estimate.ofMean(results.values(
                        SeedCells.digitsMixture(preset), run -> run.quality().consistency())),
                "x = m + C^½ z, so log density is −|z|²/2 and a constant of the class"));
        return claims;
    }

    private static List<Claim> gaussianClaims(List<SeedGeneratorResult> runs) {
        int seeds = SeedCells.gaussian().seeds();
        DoubleSummaryStatistics worst =
                runs.stream().mapToDouble(run -> deviation(run, seeds)).summaryStatistics();
        double half = SeedCells.DIMENSION / 2.0;
        return List.of(
                SeedCells.between(
                        "seed-norm-gaussian-deviation",
                        "Gaussian conditions: largest deviation of log density from −|z|²/2 and a constant of the condition, all draws;"
                                + " interval: range over draws",
                        0,
                        DEVIATION,
                        new Estimate(worst.getMax(), Double.NaN, worst.getMin(), worst.getMax(), runs.size()),
                        SeedCells.DERIVED),
                Claim.theory(
                        "seed-norm-gaussian-icc",
                        "Gaussian conditions: ICC(3,1) of log density",
                        1,
                        DEVIATION,
                        Estimate.ofMean(runs.stream()
                                .mapToDouble(run -> run.quality().consistency())
                                .toArray()),
                        SeedCells.DERIVED),
                Claim.theory(
                        "seed-norm-gaussian-rest",
                        "Gaussian conditions: share of what neither seed nor condition fixes",
                        0,
                        DEVIATION,
                        Estimate.ofMean(runs.stream()
                                .mapToDouble(run -> run.quality().restShare())
                                .toArray()),
                        SeedCells.DERIVED),
                Claim.theory(
                        "seed-norm-gaussian-variance",
                        "Gaussian conditions: variance of seed effects over d/2",
                        1,
                        Estimate.ofMean(runs.stream()
                                .mapToDouble(
                                        run -> variance(SeedCells.effects(run, SeedResponse.LOG_DENSITY, seeds)) / half)
                                .toArray()),
                        SeedCells.DERIVED));
    }

    private static double deviation(SeedGeneratorResult run, int seeds) {
        double[][] cells = run.cells(SeedResponse.LOG_DENSITY, seeds);
        double[] norm = run.squaredNorm(seeds);
        double worst = 0;
        for (int c = 0; c < cells[0].length; c++) {
            double mean = 0;
            for (int s = 0; s < seeds; s++) {
                mean += (cells[s][c] + norm[s] / 2) / seeds;
            }
            for (int s = 0; s < seeds; s++) {
                worst = Math.max(worst, Math.abs(cells[s][c] + norm[s] / 2 - mean));
            }
        }
        return SixDigits.of(worst);
    }

    private static double variance(double[] effects) {
        return Arrays.stream(effects).map(e -> e * e).sum() / (effects.length - 1);
    }
}
