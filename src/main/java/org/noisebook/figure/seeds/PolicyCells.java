package org.noisebook.figure.seeds;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.seeds.generator.NoisePolicy;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SeedGeneratorStudy;
import org.noisebook.seeds.generator.SeedScene;

/** Cells of a generator whose seeds are asked: exact mixtures of two spreads under five noise policies, and digits. */
final class PolicyCells {
    static final String PAPER = "Xu, Zhang, Shi 2025, arXiv 2405.14828, asked of another generator";
    static final String RECORDED = "recorded elsewhere: one run of the same design, other draws";
    static final String ASKED = "question of this kit, with a window of its own";
    static final String POLICIES =
            "Policies: P0 the ODE, z of the seed; P1 the SDE with ε = 1, z and path noise of the seed; P2 the SDE, z of the seed, path noise fresh"
                    + " in each cell, P2a ε = 0.1, P2b ε = 1; P3 the ODE, all noise fresh.";
    static final int SEEDS = 128;
    static final int CONDITIONS = 32;
    static final int DIMENSION = 16;
    /** What separates the points of two series at one name. */
    static final double ASIDE = 0.12;

    private static final SeedGeneratorStudy STUDY = new SeedGeneratorStudy();
    static final List<String> SOURCES = Stream.concat(
                    STUDY.sources().stream(),
                    Stream.of("Shrout, Fleiss 1979, Intraclass Correlations, doi:10.1037/0033-2909.86.2.420"))
            .toList();

    private final Board board;
    private final int replicas;
    private final Map<Spread, Line<SeedGeneratorConfig, SeedGeneratorResult>> mixtures = new EnumMap<>(Spread.class);

    /** How wide the components of a mixture lie apart: nearly one component, or widely separate ones. */
    enum Spread {
        NARROW(0.5),
        WIDE(2);

        private final double value;

        Spread(double value) {
            this.value = value;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        String text() {
            return "spread " + Schema.formatValue(value);
        }
    }

    /** A policy with its noise. */
    enum Policy {
        P0("P0", NoisePolicy.DETERMINISTIC, 0),
        P1("P1", NoisePolicy.SHARED_PATH, 1),
        P2A("P2a", NoisePolicy.FRESH_PATH, 0.1),
        P2B("P2b", NoisePolicy.FRESH_PATH, 1),
        P3("P3", NoisePolicy.FRESH, 0);

        private final String label;
        private final NoisePolicy noise;
        private final double diffusion;

        Policy(String label, NoisePolicy noise, double diffusion) {
            this.label = label;
            this.noise = noise;
            this.diffusion = diffusion;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        String label() {
            return label;
        }

        /** The label with ε. */
        String text() {
            return diffusion == 0 ? label : label + " (ε = " + Schema.formatValue(diffusion) + ")";
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

    private static SeedGeneratorConfig config(Spread spread, Policy policy, int model) {
        return new SeedGeneratorConfig(
                new SeedScene.MixtureConditions(CONDITIONS, DIMENSION, 3, spread.value, model),
                policy.noise,
                policy.diffusion,
                SEEDS,
                policy.diffusion == 0 ? 60 : 200);
    }

    int replicas() {
        return replicas;
    }

    /** The mixtures of a spread along policies. */
    Line<SeedGeneratorConfig, SeedGeneratorResult> mixtures(Spread spread) {
        return mixtures.get(spread);
    }

    Cell<SeedGeneratorConfig, SeedGeneratorResult> mixture(Spread spread, Policy policy) {
        return mixtures.get(spread).cells().get(policy.ordinal());
    }

    /** Wide mixtures under the ODE with more conditions, half of them to train on. */
    Cell<SeedGeneratorConfig, SeedGeneratorResult> moreConditions() {
        return board.cell(
                STUDY, Schema.with(config(Spread.WIDE, Policy.P0, 0), "scene.conditions", board.choose(128, 512)));
    }

    /** Narrow mixtures under the ODE of another model: all means and variances drawn anew. */
    Cell<SeedGeneratorConfig, SeedGeneratorResult> otherModel() {
        return board.cell(STUDY, config(Spread.NARROW, Policy.P0, 1));
    }

    /** Few conditions, so that many seeds are cheap. */
    Cell<SeedGeneratorConfig, SeedGeneratorResult> gaussian() {
        return board.cell(
                STUDY,
                new SeedGeneratorConfig(
                        new SeedScene.GaussianConditions(4, DIMENSION), NoisePolicy.DETERMINISTIC, 0, 256, 120),
                16);
    }

    /** Digits of a learned field. */
    Cell<SeedGeneratorConfig, SeedGeneratorResult> digits(Policy policy) {
        return pictures(new SeedScene.Digits(), policy, policy.diffusion == 0 ? 8 : 32);
    }

    /** Gaussians of the classes of digits under the ODE. */
    Cell<SeedGeneratorConfig, SeedGeneratorResult> exactDigits() {
        return pictures(new SeedScene.DigitsMixture(), Policy.P0, 30);
    }

    private Cell<SeedGeneratorConfig, SeedGeneratorResult> pictures(SeedScene scene, Policy policy, int steps) {
        return board.cell(
                STUDY,
                new SeedGeneratorConfig(
                        scene, policy.noise, policy.diffusion, board.choose(64, 256), board.choose(1, 4) * steps));
    }

    /** Opens a plot over policies, its legend below. */
    Plot plot(String name, String title, Axis y) {
        return board.plot(
                        name,
                        title,
                        Axis.named(
                                "noise policy",
                                Arrays.stream(Policy.values())
                                        .map(Policy::label)
                                        .toList()),
                        y)
                .legend(Corner.BELOW);
    }

    /** The same with a level at 0, where a seed does nothing. */
    Plot plotWithZero(String name, String title, Axis y) {
        return plot(name, title, y).level(LineKind.THEORY, "none", 0, 0.5, Policy.values().length + 0.5);
    }

    /** The means of a spread, beside those of the other one. */
    void addMeans(Plot plot, Spread spread, ToDoubleFunction<SeedGeneratorResult> value) {
        plot.aside(spread == Spread.NARROW ? -ASIDE : ASIDE).points(spread.text(), mixtures(spread), mean(value));
    }
}
