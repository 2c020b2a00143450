package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.sgd.BenignOscillationConfig;
import org.noisebook.sgd.BenignOscillationResult;
import org.noisebook.sgd.BenignOscillationStudy;
import org.noisebook.sgd.FeatureOscillationConfig;
import org.noisebook.sgd.FeatureOscillationResult;
import org.noisebook.sgd.FeatureOscillationRules;
import org.noisebook.sgd.FeatureOscillationStudy;
import org.noisebook.stats.Estimate;

/**
 * A large learning rate makes a strong feature oscillate and so teaches a weak one: residuals and weak weight of the
 * reduced dynamics, accuracy on the weak feature alone and feature outputs of a patch network.
 */
public final class BenignOscillation implements Figure {
    private static final FeatureOscillationStudy FEATURES = new FeatureOscillationStudy();
    private static final BenignOscillationStudy NETWORK = new BenignOscillationStudy();
    /** The weak feature of the sweep is a probe whose weight stays small at every rate. */
    private static final FeatureOscillationConfig PROBE = Schema.with(FEATURES.defaults(), "weakStrength", 0.02);

    private static final double[] RATES = {0.3, 0.4, 0.45, 0.52, 0.56, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1};
    /** Of the weak weight's course: below the border, and two cycles of two steps. */
    private static final double[] COURSE_RATES = {0.4, 0.55, 0.6};

    private static final FeatureOscillationConfig COURSE =
            Schema.with(FEATURES.defaults(), "steps", 20_000, "recordEvery", 500);
    /** Where weak weights of two rates are compared. */
    private static final int COMPARED_STEP = 4000;

    private static final double[] JENSEN_RATES = {0.56, 0.6, 0.7};
    private static final double JENSEN_WINDOW = 0.15;
    private static final double STABLE_RATE = 0.4;
    private static final double CYCLE_RATE = 0.6;
    private static final double ZERO = 1e-8;
    private static final double LEAST_GAIN = 20;

    private static final double[] NETWORK_RATES = {0.5, 1, 2, 3, 4, 4.5, 5, 5.5, 6};
    private static final double[] SMALL_RATES = {0.5, 1, 2, 3};
    private static final double LARGE_RATE = 5;
    private static final double CONTROL_NOISE = 0.03;
    /** Twice the width has its border at twice the rate. */
    private static final int WIDE = 16;

    private static final double[] WIDE_RATES = {4, 6, 8, 9, 10};
    private static final double WIDE_SMALL = 4;
    private static final double WIDE_LARGE = 10;
    private static final double[] COURSES_AT = {2, LARGE_RATE};
    private static final int EPOCHS_A_POINT = 10;
    private static final double LEARNED = 0.9;
    private static final double NOT_LEARNED = 0.65;
    private static final double LEAST_ACCURACY = 0.45;
    private static final double MOST_ACCURACY = 1.02;
    /** Grey. */
    private static final int BORDER_COLOUR = 7;

    private static final int LINE_POINTS = 61;
    private static final String SOURCE = "Lu et al. 2023, arXiv 2310.17074";
    private static final String DERIVED = "closed form, derived for the mechanism of " + SOURCE;

    @Override
    public String id() {
        return "benign-oscillation";
    }

    @Override
    public String title() {
        return "Benign oscillation: a learning rate too large for the strong feature teaches the weak one";
    }

    @Override
    public List<String> sources() {
        return NETWORK.sources();
    }

    private static FeatureOscillationConfig probe(double rate) {
        return Schema.with(PROBE, "learningRate", rate);
    }

    private static FeatureOscillationConfig course(double rate) {
        return Schema.with(COURSE, "learningRate", rate);
    }

    private static BenignOscillationConfig network(double rate) {
        return Schema.with(NETWORK.defaults(), "learningRate", rate);
    }

    private static BenignOscillationConfig control(double rate) {
        return Schema.with(network(rate), "noiseNorm", CONTROL_NOISE, "testNoiseNorm", CONTROL_NOISE);
    }

    /** Trained as the control and tested as the others. */
    private static BenignOscillationConfig mixed(double rate) {
        return Schema.with(network(rate), "noiseNorm", CONTROL_NOISE);
    }

    private static BenignOscillationConfig wide(double rate) {
        return Schema.with(network(rate), "width", WIDE);
    }

    private static double[] controlRates() {
        return DoubleStream.concat(Arrays.stream(SMALL_RATES), DoubleStream.of(LARGE_RATE))
                .toArray();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(32, 256);
        Results<FeatureOscillationConfig, FeatureOscillationResult> features =
                experiment.run(Sweep.of(FEATURES, configs(BenignOscillation::probe, RATES), replicas)
                        .and(Sweep.of(FEATURES, configs(BenignOscillation::course, COURSE_RATES), replicas)));
        Results<BenignOscillationConfig, BenignOscillationResult> networks =
                experiment.run(Sweep.of(NETWORK, configs(BenignOscillation::network, NETWORK_RATES), replicas)
                        .and(Sweep.of(NETWORK, configs(BenignOscillation::control, controlRates()), replicas))
                        .and(Sweep.of(NETWORK, configs(BenignOscillation::mixed, controlRates()), replicas))
                        .and(Sweep.of(NETWORK, configs(BenignOscillation::wide, WIDE_RATES), replicas)));
        Sheet sheet = new Sheet();
        addResiduals(sheet, features);
        addWeakWeights(sheet, features);
        addAccuracies(sheet, networks);
        addOutputs(sheet, networks);
        List<Claim> claims = new ArrayList<>(featureClaims(features));
        claims.addAll(networkClaims(networks));
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(replicas, networks),
                Integer.toString(replicas),
                claims);
    }

    private static <C> List<C> configs(DoubleFunction<C> config, double... rates) {
        return Arrays.stream(rates).mapToObj(config).toList();
    }

    private static String caption(int replicas, Results<BenignOscillationConfig, BenignOscillationResult> networks) {
        BenignOscillationConfig config = NETWORK.defaults();
        return String.format(
                        Locale.ROOT,
                        "(a, b) Gradient descent on a strong and a weak feature, F = s² + w², e = 1 − F, s ← s(1 + 2ηe), w ← w(1 + 2ηu²e), from"
                                + " s and w of the size of a normal number times %s. (a) Mean residual and η times its mean square over steps %d to %d; u = %s, which leaves w"
                                + " small. Lines: cycle of two steps, exact for 1/2 < η < 0.618; above come longer cycles and chaos, from"
                                + " η = 0.799 on with changes of sign of s, where the two means part. (b) Weak weight, u = %s. Lines: logistic"
                                + " growth to first order in u², from the point at step %d on. (c, d) Single-sample SGD of a patch network with squared"
                                + " ReLU, m = %d neurons of either sign (in (c) also %d), n = %d, d = %d, weak patch %s, strong patch %s absent in %.0f %% of points, root"
                                + " mean square length of the noise patch σ = %s, %d epochs. (c) Accuracy on fresh points without the strong"
                                + " patch, with noise as in training or, where named, other noise; line: above the border η = m/2 no fit by the strong patch alone is stable. (d) Output on either"
                                + " feature's patch alone, σ = %s. ",
                        Numbers.format(PROBE.initialScale()),
                        PROBE.discard() + 1,
                        PROBE.steps(),
                        Numbers.format(PROBE.weakStrength()),
                        Numbers.format(COURSE.weakStrength()),
                        COURSE.recordEvery(),
                        config.width(),
                        WIDE,
                        config.trainSize(),
                        config.dimension(),
                        Numbers.format(config.weakStrength()),
                        Numbers.format(config.strongStrength()),
                        100 * config.missingShare(),
                        Numbers.format(config.noiseNorm()),
                        config.steps() / config.trainSize(),
                        Numbers.format(config.noiseNorm()))
                + diverged(networks)
                + "Means over " + replicas
                + " replicas, in (b) geometric, with 95 % t intervals over replicas, those of (c) cut at"
                + " 0 and 1; they hold the sampling error of " + config.testSize() + " test points a replica. Where all"
                + " replicas give 1, Wilson intervals over all test points, as if all were independent.";
    }

    /** The rates at which runs diverge, which have no point. */
    private static double[] divergingRates(Results<BenignOscillationConfig, BenignOscillationResult> networks) {
        return Arrays.stream(NETWORK_RATES)
                .filter(rate -> !TrainingCells.ends(networks.of(network(rate))).allFitted())
                .toArray();
    }

    private static String diverged(Results<BenignOscillationConfig, BenignOscillationResult> networks) {
        List<String> rates = Arrays.stream(divergingRates(networks))
                .mapToObj(rate -> {
                    Ends ends = TrainingCells.ends(networks.of(network(rate)));
                    return ends.diverged() + " of " + (ends.diverged() + ends.fitted()) + " at η = "
                            + Numbers.format(rate);
                })
                .toList();
        return rates.isEmpty()
                ? ""
                : "Runs with m = " + NETWORK.defaults().width() + ", σ = "
                        + Numbers.format(NETWORK.defaults().noiseNorm()) + " that diverge: "
                        + String.join(", ", rates) + "; these rates have no point. ";
    }

    private static void addResiduals(Sheet sheet, Results<FeatureOscillationConfig, FeatureOscillationResult> results) {
        String panel = "residual";
        sheet.panel(
                panel,
                "Residual of two features",
                Axis.linear("learning rate η").range(0.25, 1.05),
                Axis.linear("mean over steps").range(-0.05, 0.55));
        TrainingCells.addMeans(
                sheet,
                panel,
                "⟨e⟩",
                0,
                RATES,
                configs(BenignOscillation::probe, RATES),
                results,
                FeatureOscillationResult::meanResidual);
        addSquares(sheet, panel, results);
        double[] x = grid(FeatureOscillationRules.BORDER, FeatureOscillationRules.CYCLE_END);
        addLine(sheet, panel, "⟨e⟩, cycle of two", 0, x, FeatureOscillationRules::cycleResidual);
        addLine(
                sheet,
                panel,
                "η⟨e²⟩, cycle of two",
                1,
                x,
                rate -> rate * FeatureOscillationRules.cycleSquaredResidual(rate));
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addSquares(
            Sheet sheet, String panel, Results<FeatureOscillationConfig, FeatureOscillationResult> results) {
        Estimate[] y = new Estimate[RATES.length];
        Ends[] ends = new Ends[RATES.length];
        for (int k = 0; k < RATES.length; k++) {
            double rate = RATES[k];
            y[k] = SixDigits.of(Estimate.ofMean(results.values(probe(rate), run -> rate * run.meanSquaredResidual())));
            ends[k] = TrainingCells.ends(results.of(probe(rate)));
        }
        sheet.points(panel, "η⟨e²⟩", 1, RATES, y, ends);
    }

    private static double[] grid(double from, double to) {
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> from + (to - from) * k / (LINE_POINTS - 1))
                .toArray();
    }

    private static void addLine(
            Sheet sheet, String panel, String name, int colour, double[] x, DoubleUnaryOperator law) {
        double[] y = Arrays.stream(x).map(law).toArray();
        sheet.line(panel, name, name, colour, SixDigits.of(x), SixDigits.of(y), Sheet.Kind.THEORY);
    }

    private static void addWeakWeights(
            Sheet sheet, Results<FeatureOscillationConfig, FeatureOscillationResult> results) {
        String panel = "weak weight";
        sheet.panel(
                panel,
                "Weak weight",
                Axis.linear("step of gradient descent").range(0, COURSE.steps()),
                Axis.log10("weak weight w").range(1e-4, 1));
        int[] records = IntStream.rangeClosed(1, COURSE.steps() / COURSE.recordEvery())
                .filter(k -> k % 2 == 0 || k == 1)
                .toArray();
        double[] x = Arrays.stream(records)
                .mapToDouble(k -> k * COURSE.recordEvery())
                .toArray();
        for (int c = 0; c < COURSE_RATES.length; c++) {
            double rate = COURSE_RATES[c];
            List<FeatureOscillationResult> runs = results.of(course(rate));
            Estimate[] y = new Estimate[records.length];
            Ends[] ends = new Ends[records.length];
            for (int k = 0; k < records.length; k++) {
                y[k] = SixDigits.of(geometricMean(runs, weakAt(records[k])));
                ends[k] = TrainingCells.ends(runs);
            }
            String series = "η = " + Numbers.format(rate);
            sheet.points(panel, series, c, x, y, ends);
            if (rate > FeatureOscillationRules.BORDER) {
                double[] law = Arrays.stream(x)
                        .map(step -> geometricMean(
                                        runs,
                                        run -> FeatureOscillationRules.weak(
                                                COURSE.weakStrength(),
                                                rate,
                                                run.weakCourse().get(1),
                                                step - x[0]))
                                .mean())
                        .toArray();
                sheet.line(panel, series, "", c, x, SixDigits.of(law), Sheet.Kind.THEORY);
            }
        }
        sheet.key(panel, "logistic growth", Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static ToDoubleFunction<FeatureOscillationResult> weakAt(int record) {
        return run -> run.weakCourse().get(record);
    }

    private static Estimate geometricMean(
            List<FeatureOscillationResult> runs, ToDoubleFunction<FeatureOscillationResult> value) {
        return Estimate.ofGeometricMean(runs.stream().mapToDouble(value).toArray());
    }

    private static void addAccuracies(Sheet sheet, Results<BenignOscillationConfig, BenignOscillationResult> results) {
        String panel = "accuracy";
        sheet.panel(
                panel,
                "Weak feature alone",
                Axis.linear("learning rate over border 2η/m").range(0, 1.6),
                Axis.linear("accuracy").range(LEAST_ACCURACY, MOST_ACCURACY));
        BenignOscillationConfig defaults = NETWORK.defaults();
        String noise = Numbers.format(defaults.noiseNorm());
        String little = "σ = " + Numbers.format(CONTROL_NOISE);
        addAccuracy(sheet, panel, "σ = " + noise, 0, configs(BenignOscillation::network, NETWORK_RATES), results);
        addAccuracy(
                sheet,
                panel,
                "σ = " + noise + ", m = " + WIDE,
                1,
                configs(BenignOscillation::wide, WIDE_RATES),
                results);
        addAccuracy(sheet, panel, little, 2, configs(BenignOscillation::control, controlRates()), results);
        addAccuracy(
                sheet,
                panel,
                little + ", test " + noise,
                3,
                configs(BenignOscillation::mixed, controlRates()),
                results);
        sheet.line(
                panel,
                "border",
                "border η = m/2",
                BORDER_COLOUR,
                new double[] {1, 1},
                new double[] {LEAST_ACCURACY, MOST_ACCURACY},
                Sheet.Kind.THEORY);
        double[] diverging = divergingRates(results);
        if (diverging.length > 0) {
            sheet.note(
                    panel,
                    "m = " + defaults.width() + ": runs diverge at η = "
                            + Arrays.stream(diverging).mapToObj(Numbers::format).collect(Collectors.joining(", ")));
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addAccuracy(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            List<BenignOscillationConfig> configs,
            Results<BenignOscillationConfig, BenignOscillationResult> results) {
        sheet.points(
                panel,
                series,
                colour,
                configs.stream()
                        .mapToDouble(config -> config.learningRate() / config.border())
                        .toArray(),
                configs.stream()
                        .map(config -> SixDigits.of(accuracy(results, config)))
                        .toArray(Estimate[]::new),
                configs.stream()
                        .map(config -> TrainingCells.ends(results.of(config)))
                        .toArray(Ends[]::new));
    }

    private static Estimate accuracy(
            Results<BenignOscillationConfig, BenignOscillationResult> results, BenignOscillationConfig config) {
        return Estimate.ofShares(results.values(config, BenignOscillationResult::testAccuracy), config.testSize());
    }

    private static void addOutputs(Sheet sheet, Results<BenignOscillationConfig, BenignOscillationResult> results) {
        String panel = "outputs";
        BenignOscillationConfig defaults = NETWORK.defaults();
        int epochs = defaults.steps() / defaults.trainSize();
        sheet.panel(
                panel,
                "Output on a feature alone",
                Axis.linear("epoch").range(0, epochs),
                Axis.linear("output times label y f").range(-0.05, 1.1));
        for (int c = 0; c < COURSES_AT.length; c++) {
            List<BenignOscillationResult> runs = results.of(network(COURSES_AT[c]));
            String rate = ", η = " + Numbers.format(COURSES_AT[c]);
            addCourse(sheet, panel, "strong" + rate, 2 * c, runs, BenignOscillationResult::strongCourse);
            addCourse(sheet, panel, "weak" + rate, 2 * c + 1, runs, BenignOscillationResult::weakCourse);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addCourse(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            List<BenignOscillationResult> runs,
            Function<BenignOscillationResult, Doubles> course) {
        List<Doubles> courses = runs.stream().map(course).toList();
        int points = courses.get(0).size() / EPOCHS_A_POINT;
        double[] x = new double[points];
        Estimate[] y = new Estimate[points];
        Ends[] ends = new Ends[points];
        for (int k = 0; k < points; k++) {
            int epoch = (k + 1) * EPOCHS_A_POINT;
            x[k] = epoch;
            y[k] = SixDigits.of(Estimate.ofMean(
                    courses.stream().mapToDouble(values -> values.get(epoch)).toArray()));
            ends[k] = TrainingCells.ends(runs);
        }
        sheet.points(panel, series, colour, x, y, ends);
    }

    private static List<Claim> featureClaims(Results<FeatureOscillationConfig, FeatureOscillationResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (double rate : JENSEN_RATES) {
            claims.add(Claim.theory(
                    "benign-oscillation-jensen-" + Numbers.format(rate),
                    "two features: mean residual over η times its mean square in the oscillation, η = "
                            + Numbers.format(rate),
                    1,
                    JENSEN_WINDOW,
                    Estimate.ofMean(results.values(probe(rate), run -> run.jensenRatio(rate))),
                    "⟨ln(1 + 2ηe)⟩ = 0 to second order; exact 2/(1 + 2η) on the cycle of two steps; window 15 %"));
        }
        claims.add(Claim.theory(
                "benign-oscillation-cycle",
                "two features: mean residual (2η − 1)/(4η) of the cycle of two steps, η = "
                        + Numbers.format(CYCLE_RATE),
                FeatureOscillationRules.cycleResidual(CYCLE_RATE),
                Estimate.ofMean(results.values(probe(CYCLE_RATE), FeatureOscillationResult::meanResidual)),
                DERIVED));
        claims.add(Claim.theory(
                "benign-oscillation-stable",
                "two features: root mean square residual below the border η = 1/2, η = " + Numbers.format(STABLE_RATE),
                0,
                ZERO,
                Estimate.ofMean(results.values(probe(STABLE_RATE), run -> Math.sqrt(run.meanSquaredResidual()))),
                "stability border of F = 1, derived here; window 1e-8"));
        int record = COMPARED_STEP / COURSE.recordEvery();
        double[] large = results.values(course(CYCLE_RATE), weakAt(record));
        double[] small = results.values(course(STABLE_RATE), weakAt(record));
        double[] gain = new double[large.length];
        Arrays.setAll(gain, r -> large[r] / small[r]);
        claims.add(new Claim(
                "benign-oscillation-gain",
                Claim.Kind.THEORY,
                "two features: weak weight of η = " + Numbers.format(CYCLE_RATE) + " over that of η = "
                        + Numbers.format(STABLE_RATE) + " after " + COMPARED_STEP + " steps is at least 20",
                Double.NaN,
                LEAST_GAIN,
                Double.POSITIVE_INFINITY,
                Estimate.ofGeometricMean(gain),
                SOURCE));
        claims.add(Claim.theory(
                "benign-oscillation-limit",
                "two features: weak weight at which the oscillation ends, η = " + Numbers.format(CYCLE_RATE) + ", u = "
                        + Numbers.format(COURSE.weakStrength()),
                FeatureOscillationRules.weakLimit(COURSE.weakStrength(), CYCLE_RATE),
                Estimate.ofMean(results.values(course(CYCLE_RATE), FeatureOscillationResult::weak)),
                DERIVED));
        return claims;
    }

    private static List<Claim> networkClaims(Results<BenignOscillationConfig, BenignOscillationResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (double rate : SMALL_RATES) {
            claims.add(notLearned(
                    "benign-oscillation-small-" + Numbers.format(rate),
                    "patch network: accuracy on the weak feature alone is below 0.65 at learning rate "
                            + Numbers.format(rate),
                    accuracy(results, network(rate))));
        }
        claims.add(learned(
                "benign-oscillation-large",
                "patch network: accuracy on the weak feature alone is above 0.9 at learning rate "
                        + Numbers.format(LARGE_RATE),
                accuracy(results, network(LARGE_RATE))));
        for (double rate : SMALL_RATES) {
            claims.add(learned(
                    "benign-oscillation-control-" + Numbers.format(rate),
                    "patch network with noise " + Numbers.format(CONTROL_NOISE)
                            + ": accuracy on the weak feature alone is above 0.9 at learning rate "
                            + Numbers.format(rate),
                    accuracy(results, control(rate))));
        }
        for (double rate : SMALL_RATES) {
            claims.add(learned(
                    "benign-oscillation-mixed-" + Numbers.format(rate),
                    "patch network trained with noise " + Numbers.format(CONTROL_NOISE) + " and tested with "
                            + Numbers.format(NETWORK.defaults().testNoiseNorm())
                            + ": accuracy on the weak feature alone is above 0.9 at learning rate "
                            + Numbers.format(rate),
                    accuracy(results, mixed(rate))));
        }
        double step = network(LARGE_RATE).strongRate();
        claims.add(Claim.theory(
                "benign-oscillation-network-jensen",
                "patch network: mean residual over η/m times its mean square on points with the strong patch from step "
                        + (NETWORK.defaults().discard() + 1) + " on, learning rate "
                        + Numbers.format(LARGE_RATE),
                1,
                JENSEN_WINDOW,
                Estimate.ofMean(results.values(
                        network(LARGE_RATE), run -> run.meanResidual() / (step * run.meanSquaredResidual()))),
                "⟨ln(1 + 2(η/m)e)⟩ = 0 to second order; window 15 %"));
        claims.add(notLearned(
                "benign-oscillation-wide-small",
                "patch network of twice the width: accuracy on the weak feature alone is below 0.65 at learning rate "
                        + Numbers.format(WIDE_SMALL),
                accuracy(results, wide(WIDE_SMALL))));
        claims.add(learned(
                "benign-oscillation-wide-large",
                "patch network of twice the width: accuracy on the weak feature alone is above 0.9 at learning rate "
                        + Numbers.format(WIDE_LARGE) + ", as far above the border",
                accuracy(results, wide(WIDE_LARGE))));
        return claims;
    }

    private static Claim notLearned(String id, String statement, Estimate accuracy) {
        return new Claim(id, Claim.Kind.THEORY, statement, Double.NaN, 0, NOT_LEARNED, accuracy, SOURCE);
    }

    private static Claim learned(String id, String statement, Estimate accuracy) {
        return new Claim(id, Claim.Kind.THEORY, statement, 1, LEARNED, 1, accuracy, SOURCE);
    }
}
