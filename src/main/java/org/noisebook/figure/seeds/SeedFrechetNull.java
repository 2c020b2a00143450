package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
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
import org.noisebook.model.Ends;
import org.noisebook.seeds.ExtremeNull;
import org.noisebook.seeds.generator.SeedFrechetConfig;
import org.noisebook.seeds.generator.SeedFrechetResult;
import org.noisebook.seeds.generator.SeedFrechetStudy;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.FrechetDistance;

/** Fréchet distances of seeds that do nothing: their law, their bias, how far best and worst lie apart, and from which effect on they tell. */
public final class SeedFrechetNull implements Figure {
    private static final SeedFrechetStudy STUDY = new SeedFrechetStudy();
    private static final String RECORDED = "recorded elsewhere: 1024 null seeds";
    private static final String PAPER = "Xu, Zhang, Shi 2025, arXiv 2405.14828: FID 31.97 and 21.60 of 1024 seeds";
    /** Worst over best FID of the paper. */
    private static final double PAPER_RATIO = 31.97 / 21.60;

    private static final int[] SAMPLES = {25, 100, 400, 1600};
    private static final int[] DIMENSIONS = {2, 4, 8};
    private static final int DIMENSION = 8;
    private static final double OFFSET = 2;
    private static final int RATIO_SEEDS = 256;
    private static final int PLANTED_SEEDS = 128;
    private static final int PLANTED_SAMPLES = 200;
    /** τ √n: standard deviation of a seed's mean in standard errors of its mean. */
    private static final double[] SHIFTS = {0.125, 0.25, 0.5, 1, 2, 4};

    private static final double JUDGED_SHIFT = 2;
    private static final double SHOWN_SHIFT = 1;
    private static final double[] SHARES = {
        0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99
    };
    private static final int LINE_POINTS = 81;
    private static final int QUADRATURE = 400;

    @Override
    public String id() {
        return "seed-frechet-null";
    }

    @Override
    public String title() {
        return "Fréchet distances of seeds without an effect: law, bias, ratio of worst to best, and planted effects";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    private static SeedFrechetConfig none() {
        return new SeedFrechetConfig(1024, 200, DIMENSION, 0, 0, 1);
    }

    private static SeedFrechetConfig line() {
        return new SeedFrechetConfig(1024, 1000, 1, 0, 0, 1);
    }

    private static SeedFrechetConfig ratio(int samples, int dimension, double offset) {
        return new SeedFrechetConfig(RATIO_SEEDS, samples, dimension, 0, offset, 1);
    }

    private static SeedFrechetConfig planted(double shift) {
        double tau = SixDigits.of(shift / StrictMath.sqrt(PLANTED_SAMPLES));
        return new SeedFrechetConfig(PLANTED_SEEDS, PLANTED_SAMPLES, DIMENSION, tau, 0, 2);
    }

    private static List<SeedFrechetConfig> configs() {
        List<SeedFrechetConfig> configs = new ArrayList<>(List.of(none(), line()));
        for (int n : SAMPLES) {
            for (int d : DIMENSIONS) {
                configs.add(ratio(n, d, 0));
            }
            configs.add(ratio(n, DIMENSION, OFFSET));
        }
        return configs;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(4, 32);
        // More for planted effects, whose ratio scatters most.
        Results<SeedFrechetConfig, SeedFrechetResult> results = experiment.run(Sweep.of(STUDY, configs(), replicas)
                .and(Sweep.of(
                        STUDY,
                        Arrays.stream(SHIFTS).mapToObj(SeedFrechetNull::planted).toList(),
                        2 * replicas)));
        Sheet sheet = new Sheet();
        addLaw(sheet, results);
        addBias(sheet, results);
        addRatios(sheet, results);
        addPlanted(sheet, results);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(replicas),
                Integer.toString(replicas),
                claims(results));
    }

    private static String caption(int replicas) {
        return String.format(
                Locale.ROOT,
                "Outputs N(0, I) of seeds, n each, and the Fréchet distance of a seed's outputs to a target. (a) Share of seeds within a distance of"
                        + " N(0, I), n = 200, d = 8: 1024 seeds without an effect, and %d seeds whose means scatter by one standard error; line: first"
                        + " order in 1/n, (χ²_d + ½ χ²_{d(d+1)/2})/n. (b) Mean distance without an effect, all of it bias; lines:"
                        + " d/n + (d² + d)/(4(n − 1)). (c) Distance of the worst of %d seeds without an effect over that of the best; lines:"
                        + " first order in 1/n, medians of worst and best; offset 2: the target is N(2 e₁, I) and d = 8, line by normal fluctuations; grey dots: FID of worst over best of 1024 seeds as published,"
                        + " 31.97/21.60, whose d, n and offset are others. (d) The same ratio at n = 200, d = 8 of %d seeds with means N(0, τ² I), and of random groups of the"
                        + " same outputs. Points: in (a) means, else geometric means, with 95 %% t intervals over %d replicas, of planted effects over %d.",
                PLANTED_SEEDS,
                RATIO_SEEDS,
                PLANTED_SEEDS,
                replicas,
                2 * replicas);
    }

    private static double[] grid(double low, double high) {
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> SixDigits.of(low * StrictMath.pow(high / low, i / (LINE_POINTS - 1.0))))
                .toArray();
    }

    private static Estimate mean(
            Results<SeedFrechetConfig, SeedFrechetResult> results,
            SeedFrechetConfig config,
            ToDoubleFunction<SeedFrechetResult> value) {
        return Estimate.ofMean(results.values(config, value));
    }

    /**
     * P(χ²_d + ½ χ²_{d(d+1)/2} ≤ x): the law of n times the distance of n outputs of the target itself, to first order in 1/n. The mean gives
     * χ²_d; of the covariance ½ Σ_ij Δ_ij²/2 gives ½ χ²_1 for each of the d diagonal entries and each of the d(d−1)/2 pairs, as
     * Var Δ_ii = 2/n and Var Δ_ij = 1/n.
     */
    static double law(int dimension, double x) {
        ChiSquaredDistribution means = new ChiSquaredDistribution(null, dimension);
        ChiSquaredDistribution covariances = new ChiSquaredDistribution(null, dimension * (dimension + 1) / 2.0);
        double sum = 0;
        // In u² instead of u, so that the density of d = 1 is finite.
        double top = StrictMath.sqrt(x);
        for (int i = 0; i < QUADRATURE; i++) {
            double root = top * (i + 0.5) / QUADRATURE;
            double u = root * root;
            sum += means.density(u) * 2 * root * covariances.cumulativeProbability(2 * (x - u));
        }
        return sum * top / QUADRATURE;
    }

    /** Where the law reaches a probability. */
    static double quantile(int dimension, double probability) {
        double low = 0;
        double high = 1;
        while (law(dimension, high) < probability) {
            high *= 2;
        }
        while (high - low > 1e-7 * high) {
            double middle = 0.5 * (low + high);
            if (law(dimension, middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static void addLaw(Sheet sheet, Results<SeedFrechetConfig, SeedFrechetResult> results) {
        String panel = "law";
        sheet.panel(
                panel,
                "Law of the distances",
                Axis.linear("Fréchet distance of a seed").range(0.04, 0.3),
                Axis.linear("share of seeds below").range(0, 1));
        double[] x = IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> SixDigits.of(0.045 + 0.25 * i / (LINE_POINTS - 1)))
                .toArray();
        double[] y = Arrays.stream(x)
                .map(v -> SixDigits.of(law(DIMENSION, v * none().samples())))
                .toArray();
        sheet.line(panel, "first order", "no effect, first order", 0, x, y, Sheet.Kind.THEORY);
        addShares(sheet, panel, "no effect", 0, results, none());
        addShares(sheet, panel, "τ = 1/√n", 3, results, planted(SHOWN_SHIFT));
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addShares(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            Results<SeedFrechetConfig, SeedFrechetResult> results,
            SeedFrechetConfig config) {
        List<Estimate> shares = new ArrayList<>();
        double[] x = Arrays.stream(SHARES)
                .map(share -> SixDigits.of(mean(
                                results, config, run -> run.distances()[(int) Math.round(share * (config.seeds() - 1))])
                        .mean()))
                .toArray();
        for (double place : x) {
            shares.add(SixDigits.of(mean(results, config, run -> share(run.distances(), place))));
        }
        sheet.points(
                panel,
                series,
                colour,
                x,
                shares.toArray(Estimate[]::new),
                SixDigits.ends(x.length, results.of(config).size()));
    }

    private static double share(double[] sorted, double place) {
        return (double) Arrays.stream(sorted).filter(v -> v <= place).count() / sorted.length;
    }

    private static double bias(int samples, int dimension) {
        double[][] identity = new double[dimension][dimension];
        for (int j = 0; j < dimension; j++) {
            identity[j][j] = 1;
        }
        return FrechetDistance.biasOfEqualLaws(identity, samples, 0);
    }

    private static void addBias(Sheet sheet, Results<SeedFrechetConfig, SeedFrechetResult> results) {
        String panel = "bias";
        sheet.panel(
                panel,
                "Bias",
                Axis.log2("outputs of a seed n (log scale)").range(16, 2048),
                Axis.log10("mean distance (log scale)").range(1e-3, 3));
        double[] n = Arrays.stream(SAMPLES).asDoubleStream().toArray();
        for (int k = 0; k < DIMENSIONS.length; k++) {
            int d = DIMENSIONS[k];
            double[] line = IntStream.of(SAMPLES)
                    .mapToDouble(m -> SixDigits.of(bias(m, d)))
                    .toArray();
            sheet.line(panel, "d = " + d, "", k, n, line, Sheet.Kind.THEORY);
            addPoints(
                    sheet,
                    panel,
                    "d = " + d,
                    k,
                    results,
                    m -> m,
                    Arrays.stream(SAMPLES).mapToObj(m -> ratio(m, d, 0)).toList(),
                    run -> Arrays.stream(run.distances()).sum() / run.distances().length);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addPoints(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            Results<SeedFrechetConfig, SeedFrechetResult> results,
            IntToDoubleFunction x,
            List<SeedFrechetConfig> configs,
            ToDoubleFunction<SeedFrechetResult> value) {
        sheet.points(
                panel,
                series,
                colour,
                configs.stream()
                        .mapToDouble(config -> x.applyAsDouble(config.samples()))
                        .toArray(),
                configs.stream()
                        .map(config -> SixDigits.of(Estimate.ofGeometricMean(results.values(config, value))))
                        .toArray(Estimate[]::new),
                SixDigits.ends(configs.size(), results.of(configs.get(0)).size()));
    }

    /** Median of the largest of S over that of the smallest: neither depends on n to first order. */
    private static double firstOrderRatio(int dimension) {
        double tail = -StrictMath.expm1(StrictMath.log(0.5) / RATIO_SEEDS);
        return quantile(dimension, 1 - tail) / quantile(dimension, tail);
    }

    /** Off the target: mean δ² + bias, variance (4 δ² n + 2d + d(d+1)/4)/n², normal. */
    private static double offsetRatio(int samples) {
        double square = OFFSET * OFFSET;
        double centre = square + bias(samples, DIMENSION);
        double variance =
                4 * square / samples + (2.0 * DIMENSION + 0.25 * DIMENSION * (DIMENSION + 1)) / samples / samples;
        double reach = ExtremeNull.maxQuantile(RATIO_SEEDS, 0.5) * StrictMath.sqrt(variance);
        return (centre + reach) / (centre - reach);
    }

    private static void addRatios(Sheet sheet, Results<SeedFrechetConfig, SeedFrechetResult> results) {
        String panel = "ratio";
        sheet.panel(
                panel,
                "Worst over best, no effect",
                Axis.log2("outputs of a seed n (log scale)").range(16, 2048),
                Axis.log10("ratio of distances (log scale)").range(1, 400));
        double[] n = Arrays.stream(SAMPLES).asDoubleStream().toArray();
        for (int k = 0; k < DIMENSIONS.length; k++) {
            int d = DIMENSIONS[k];
            double[] line = new double[n.length];
            Arrays.fill(line, SixDigits.of(firstOrderRatio(d)));
            sheet.line(panel, "d = " + d, "", k, n, line, Sheet.Kind.THEORY);
            addPoints(
                    sheet,
                    panel,
                    "d = " + d,
                    k,
                    results,
                    m -> m,
                    Arrays.stream(SAMPLES).mapToObj(m -> ratio(m, d, 0)).toList(),
                    SeedFrechetResult::ratio);
        }
        double[] off = Arrays.stream(SAMPLES)
                .mapToDouble(m -> SixDigits.of(offsetRatio(m)))
                .toArray();
        sheet.line(panel, "offset 2", "", 5, n, off, Sheet.Kind.THEORY);
        addPoints(
                sheet,
                panel,
                "d = 8, offset 2",
                5,
                results,
                m -> m,
                Arrays.stream(SAMPLES)
                        .mapToObj(m -> ratio(m, DIMENSION, OFFSET))
                        .toList(),
                SeedFrechetResult::ratio);
        double published = SixDigits.of(PAPER_RATIO);
        sheet.line(
                panel,
                "published",
                "published FID, 1.48",
                7,
                new double[] {16, 2048},
                new double[] {published, published},
                Sheet.Kind.BORDER);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addPlanted(Sheet sheet, Results<SeedFrechetConfig, SeedFrechetResult> results) {
        String panel = "planted";
        sheet.panel(
                panel,
                "Worst over best, planted effect",
                Axis.log2("scatter of means τ √n (log scale)").range(0.1, 5),
                Axis.log10("ratio of distances (log scale)").range(1, 20));
        List<SeedFrechetConfig> configs =
                Arrays.stream(SHIFTS).mapToObj(SeedFrechetNull::planted).toList();
        sheet.points(panel, "seeds", 3, SHIFTS, estimates(results, configs, SeedFrechetResult::ratio), ends(results));
        sheet.points(
                panel,
                "random groups",
                0,
                SHIFTS,
                estimates(results, configs, SeedFrechetResult::nullRatio),
                ends(results));
        sheet.legend(panel, Corner.BELOW);
    }

    private static Ends[] ends(Results<SeedFrechetConfig, SeedFrechetResult> results) {
        return SixDigits.ends(SHIFTS.length, results.of(planted(SHIFTS[0])).size());
    }

    private static Estimate[] estimates(
            Results<SeedFrechetConfig, SeedFrechetResult> results,
            List<SeedFrechetConfig> configs,
            ToDoubleFunction<SeedFrechetResult> value) {
        return configs.stream()
                .map(config -> SixDigits.of(Estimate.ofGeometricMean(results.values(config, value))))
                .toArray(Estimate[]::new);
    }

    private static double mean(SeedFrechetResult run) {
        return Arrays.stream(run.distances()).sum() / run.distances().length;
    }

    private static double stdDev(SeedFrechetResult run) {
        double mean = mean(run);
        double[] distances = run.distances();
        double squares =
                Arrays.stream(distances).map(v -> (v - mean) * (v - mean)).sum();
        return StrictMath.sqrt(squares / (distances.length - 1.0));
    }

    /** The recorded value is of one draw; its standard error is the spread of a draw here. */
    private static Claim recorded(
            Results<SeedFrechetConfig, SeedFrechetResult> results,
            SeedFrechetConfig config,
            String id,
            String statement,
            double value,
            ToDoubleFunction<SeedFrechetResult> of) {
        Estimate measured = mean(results, config, of);
        double stdDev = measured.stdError() * StrictMath.sqrt(measured.n());
        return Claim.regression(id, statement, value, stdDev, measured, RECORDED);
    }

    private static Claim inWindow(String id, String statement, double low, double high, Estimate measured) {
        return new Claim(id, Claim.Kind.THEORY, statement, PAPER_RATIO, low, high, measured, PAPER);
    }

    private static List<Claim> claims(Results<SeedFrechetConfig, SeedFrechetResult> results) {
        String null8 = " of 1024 null seeds, n = 200, d = 8";
        String here = ", this generator, not a text-to-image model";
        return List.of(
                recorded(results, none(), "seed-frechet-mean", "mean distance" + null8, 0.1313, SeedFrechetNull::mean),
                recorded(
                        results,
                        none(),
                        "seed-frechet-std-dev",
                        "standard deviation of distances" + null8,
                        0.0281,
                        SeedFrechetNull::stdDev),
                recorded(
                        results,
                        none(),
                        "seed-frechet-min",
                        "least distance" + null8,
                        0.066,
                        run -> run.distances()[0]),
                recorded(
                        results,
                        none(),
                        "seed-frechet-max",
                        "greatest distance" + null8,
                        0.2261,
                        run -> run.distances()[run.distances().length - 1]),
                recorded(
                        results,
                        line(),
                        "seed-frechet-line-mean",
                        "mean distance of null seeds, n = 1000, d = 1",
                        0.00151,
                        SeedFrechetNull::mean),
                recorded(
                        results,
                        line(),
                        "seed-frechet-line-std-dev",
                        "standard deviation of distances of null seeds, n = 1000, d = 1",
                        0.00155,
                        SeedFrechetNull::stdDev),
                Claim.theory(
                        "seed-frechet-bias",
                        "mean distance" + null8 + ", over its first order in 1/n",
                        1,
                        0.03,
                        mean(results, none(), run -> mean(run) / bias(200, DIMENSION)),
                        "mean of the quadratic form of W₂² over Wishart fluctuations"),
                inWindow(
                        "seed-frechet-ratio-of-nothing",
                        "worst over best distance" + null8 + " reaches the published 1.48 without a seed effect" + here,
                        PAPER_RATIO,
                        Double.POSITIVE_INFINITY,
                        mean(results, none(), SeedFrechetResult::ratio)),
                inWindow(
                        "seed-frechet-ratio-off-target",
                        "worst over best of 256 null seeds, n = 1600, d = 8, target off by 2, stays below 1.48" + here,
                        1,
                        PAPER_RATIO,
                        mean(results, ratio(1600, DIMENSION, OFFSET), SeedFrechetResult::ratio)),
                new Claim(
                        "seed-frechet-planted",
                        Claim.Kind.THEORY,
                        "worst over best of seeds is at least 1.5 times that of random groups, means scattered by 2 standard errors, n = 200, d = 8"
                                + here,
                        Double.NaN,
                        1.5,
                        Double.POSITIVE_INFINITY,
                        mean(results, planted(JUDGED_SHIFT), run -> run.ratio() / run.nullRatio()),
                        "planted"));
    }
}
