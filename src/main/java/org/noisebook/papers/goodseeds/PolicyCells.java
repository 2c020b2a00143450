package org.noisebook.papers.goodseeds;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;

/** Cells of the seed generators: exact mixtures with two spreads under five noise policies, and digits. */
final class PolicyCells {
    static final String PAPER = "Xu, Zhang, Shi 2025, arXiv 2405.14828, tested on another generator";
    static final String RECORDED = "recorded elsewhere: one run of the same design, other draws";
    static final String ASKED = "question of this kit, with a window of its own";
    static final String POLICIES =
            "Injected noise: none (an ODE), that of the seed in all conditions (ε = 1), or drawn afresh in each cell, weak (ε = 0.1)"
                    + " or strong (ε = 1); last an ODE whose initial noise is drawn afresh too.";
    static final int SEEDS = 128;
    static final int CONDITIONS = 32;
    static final int MORE_CONDITIONS = 512;
    /** Test samples of a classifier on a mixture: all seeds under the half of the conditions not used in training. */
    static final int ANSWERS = SEEDS * CONDITIONS / 2;

    static final int DIMENSION = 16;
    /** Name of the series of quality without its dependence on the norm. */
    static final String BEYOND = "|z|² regressed out";

    private static final SeedGeneratorStudy STUDY = new SeedGeneratorStudy();
    static final List<String> SOURCES = Stream.concat(
                    STUDY.sources().stream(),
                    Stream.of("Shrout, Fleiss 1979, Intraclass Correlations, doi:10.1037/0033-2909.86.2.420"))
            .toList();

    private final Board board;
    private final int replicas;
    private final Map<Spread, Line<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result>> mixtures =
            new EnumMap<>(Spread.class);

    /** Spread of the means of a mixture's components: overlapping or separated modes. */
    enum Spread {
        NARROW(0.5, "modes close", "overlapping modes"),
        WIDE(2, "modes apart", "separated modes");

        private final double value;
        private final String series;
        private final String words;

        Spread(double value, String series, String words) {
            this.value = value;
            this.series = series;
            this.words = words;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        String words() {
            return words;
        }

        String text() {
            return "spread " + Schema.formatValue(value);
        }
    }

    /** Policies for the noise of a sampler: whether it is injected, and whether the seed fixes it; ids count them. */
    enum Policy {
        P0("none\n(deterministic)", "no injected noise", SeedGeneratorStudy.NoisePolicy.DETERMINISTIC, 0),
        P1("same for all\nconditions", "injected noise of the seed", SeedGeneratorStudy.NoisePolicy.SHARED_PATH, 1),
        P2A("redrawn,\nweak", "weak injected noise", SeedGeneratorStudy.NoisePolicy.FRESH_PATH, 0.1),
        P2B("redrawn,\nstrong", "strong injected noise", SeedGeneratorStudy.NoisePolicy.FRESH_PATH, 1),
        P3("initial noise\nredrawn", "all noise redrawn", SeedGeneratorStudy.NoisePolicy.FRESH, 0);

        private final String label;
        private final String words;
        private final SeedGeneratorStudy.NoisePolicy noise;
        private final double diffusion;

        Policy(String label, String words, SeedGeneratorStudy.NoisePolicy noise, double diffusion) {
            this.label = label;
            this.words = words;
            this.noise = noise;
            this.diffusion = diffusion;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        String words() {
            return words;
        }

        /** The mixture generator under it, in a statement. */
        String of(Spread spread) {
            String strength = diffusion == 0 ? "" : " (ε = " + Schema.formatValue(diffusion) + ")";
            return "exact mixture generator, " + words + strength + ", " + spread.text() + ": ";
        }
    }

    /** Declares the mixtures. */
    PolicyCells(Board board) {
        this.board = board;
        board.sixDigits();
        replicas = board.replicas(5, 16);
        for (Spread spread : Spread.values()) {
            mixtures.put(
                    spread,
                    board.along(
                            STUDY,
                            Line.numbered(Policy.values().length),
                            k -> config(spread, Policy.values()[(int) k - 1], 0)));
        }
    }

    private static SeedGeneratorStudy.Config config(Spread spread, Policy policy, int model) {
        return new SeedGeneratorStudy.Config(
                new SeedScene.MixtureConditions(CONDITIONS, DIMENSION, 3, spread.value, model),
                policy.noise,
                policy.diffusion,
                SEEDS,
                policy.diffusion == 0 ? 60 : 200);
    }

    int replicas() {
        return replicas;
    }

    /** The mixtures of a spread, one cell per policy. */
    Line<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> mixtures(Spread spread) {
        return mixtures.get(spread);
    }

    Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> mixture(Spread spread, Policy policy) {
        return mixtures.get(spread).cells().get(policy.ordinal());
    }

    /** Mixtures with separated modes under the ODE, with {@value #MORE_CONDITIONS} conditions, half of them for training. */
    Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> moreConditions() {
        return board.cell(
                STUDY,
                Schema.with(config(Spread.WIDE, Policy.P0, 0), "scene.conditions", MORE_CONDITIONS),
                board.choose(3, 16));
    }

    /** Mixtures with overlapping modes under the ODE of another model, with all means and variances redrawn. */
    Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> otherModel() {
        return board.cell(STUDY, config(Spread.NARROW, Policy.P0, 1));
    }

    /** Gaussian conditions; only a few, so that many seeds are cheap. */
    Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> gaussian() {
        return board.cell(
                STUDY,
                new SeedGeneratorStudy.Config(
                        new SeedScene.GaussianConditions(4, DIMENSION),
                        SeedGeneratorStudy.NoisePolicy.DETERMINISTIC,
                        0,
                        256,
                        120),
                16);
    }

    /** Digits sampled with a learned field. */
    Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> digits(Policy policy) {
        return pictures(new SeedScene.Digits(), policy, policy.diffusion == 0 ? 8 : 32);
    }

    /** One Gaussian per class of digits, sampled by the ODE. */
    Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> exactDigits() {
        return pictures(new SeedScene.DigitsMixture(), Policy.P0, 30);
    }

    private Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> pictures(
            SeedScene scene, Policy policy, int steps) {
        return board.cell(
                STUDY,
                new SeedGeneratorStudy.Config(
                        scene, policy.noise, policy.diffusion, board.choose(64, 256), board.choose(1, 4) * steps));
    }

    /** Opens a plot over policies, with a level where a seed has no effect. */
    Plot plot(String name, String title, Axis y, double nothing) {
        List<String> names =
                Arrays.stream(Policy.values()).map(policy -> policy.label).toList();
        return board.plot(name, title, Axis.named("injected noise", names), y)
                .level("no seed effect", nothing, 0.5, names.size() + 0.5);
    }

    /** Adds the points of both spreads, side by side. */
    void addPoints(Plot plot, Reduction<SeedGeneratorStudy.Result> value) {
        mixtures.forEach((spread, line) -> plot.named(spread.words).points(spread.series, line, value));
    }

    /**
     * Makes regression claims against a recorded run of the same design, one per spread and policy.
     *
     * @param draft makes a claim from a name and a statement
     * @param values by spread, then policy
     * @param errors standard errors of the values
     */
    void recorded(
            BiFunction<String, String, ClaimDraft> draft,
            String name,
            String statement,
            Reduction<SeedGeneratorStudy.Result> number,
            double[][] values,
            double[][] errors) {
        for (Spread spread : Spread.values()) {
            for (Policy policy : Policy.values()) {
                draft.apply(spread.id() + "-" + policy.id() + "-" + name, policy.of(spread) + statement)
                        .regression(
                                values[spread.ordinal()][policy.ordinal()], errors[spread.ordinal()][policy.ordinal()])
                        .ofRuns(1)
                        .judge(mixture(spread, policy).the(number), RECORDED);
            }
        }
    }

    /** The same error of every value. */
    static double[][] all(double error) {
        double[] row = new double[Policy.values().length];
        Arrays.fill(row, error);
        return new double[][] {row, row};
    }
}
