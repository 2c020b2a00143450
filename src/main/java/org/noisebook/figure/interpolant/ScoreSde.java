package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionScore;
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
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * Score-based generation with an exact score in the plane, a learned one, and digits as a mixture of ten Gaussians: samplers,
 * likelihoods, inpainting and classes.
 */
public final class ScoreSde implements Figure {
    private static final DiffusionMethod.OneStep PREDICTOR = new DiffusionMethod.ReverseDiffusion();
    private static final DiffusionMethod CORRECTED = DiffusionMethod.PredictorCorrector.standard();
    private static final DiffusionMethod STOCHASTIC = DiffusionMethod.ReverseEquation.standard();
    private static final DiffusionMethod EULER = new DiffusionMethod.TimeFlow(OdeMethod.EULER);
    private static final DiffusionMethod HEUN = new DiffusionMethod.TimeFlow(OdeMethod.HEUN);
    /** Of conditional samples, so that they err by sampling alone. */
    private static final DiffusionMethod ACCURATE = new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN);

    private static final DiffusionMethod ANCESTRAL =
            new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR);

    /** A method and how it is drawn. */
    private record Shown(String name, String key, DiffusionMethod method, int colour) {}

    private static final List<Shown> METHODS = List.of(
            new Shown("Euler–Maruyama", "sde", STOCHASTIC, 0),
            new Shown("flow, Euler", "flow", EULER, 2),
            new Shown("reverse diffusion", "predictor", PREDICTOR, 7),
            new Shown("PC", "corrected", CORRECTED, 6));
    private static final List<Shown> FLOWS =
            List.of(new Shown("Euler", "euler", EULER, 2), new Shown("Heun", "heun", HEUN, 1));

    /** A kind of condition. */
    private record Posterior(
            String name,
            String key,
            boolean digits,
            DiffusionCondition condition,
            DiffusionMethod method,
            int colour) {}

    private static final int KNOWN_PIXELS = 32;
    private static final List<Posterior> POSTERIORS = List.of(
            new Posterior(
                    "x₁ known",
                    "known",
                    false,
                    new DiffusionCondition.Known(1, DiffusionCondition.Filling.EXACT),
                    ACCURATE,
                    0),
            new Posterior("class", "class", false, new DiffusionCondition.Component(1), ACCURATE, 5),
            new Posterior(
                    "x₁ replaced",
                    "replacement",
                    false,
                    new DiffusionCondition.Known(1, DiffusionCondition.Filling.REPLACEMENT),
                    ANCESTRAL,
                    3),
            new Posterior(
                    "digits, known",
                    "digits-known",
                    true,
                    new DiffusionCondition.Known(KNOWN_PIXELS, DiffusionCondition.Filling.EXACT),
                    ACCURATE,
                    4),
            new Posterior("digits, class", "digits-class", true, new DiffusionCondition.Component(3), ACCURATE, 2),
            new Posterior(
                    "digits, replaced",
                    "digits-replacement",
                    true,
                    new DiffusionCondition.Known(KNOWN_PIXELS, DiffusionCondition.Filling.REPLACEMENT),
                    ANCESTRAL,
                    1));

    private static final int[] STEPS = {5, 10, 20, 40, 80, 160};
    /** Of digits and of the learned score. */
    private static final int[] FEW_STEPS = {5, 10, 20, 40};

    private static final int[] ORDER_STEPS = {64, 128, 256, 512, 1024};
    private static final int ORDER_PARTICLES = 64;
    private static final int[] LIKELIHOOD_STEPS = {25, 50, 100, 200, 400};
    private static final int JUDGED_LIKELIHOOD = 200;
    private static final int COMPARED_STEPS = 20;
    private static final double LIKELIHOOD_WINDOW = 0.01;
    private static final double ORDER_WINDOW = 0.15;
    private static final double ERRORS_WINDOW = 3;
    private static final int SIDE = 8;
    /** All that training draws: one network for all replicas. */
    private static final Set<String> TRAINING = Set.of("data", "base", "noise", "time", "dropout", "init");

    private static final String SOURCE = "Song et al. 2021, arXiv 2011.13456";

    @Override
    public String id() {
        return "score-sde";
    }

    @Override
    public String title() {
        return "Score-based generation: samplers, likelihoods and conditions against exact answers";
    }

    @Override
    public List<String> sources() {
        return DiffusionCells.STUDY.sources();
    }

    private static DiffusionConfig plane(Preset preset) {
        return Schema.with(
                DiffusionCells.PLAIN, "target", new Target.Triangle(), "particles", preset.choose(2048, 16_384));
    }

    private static DiffusionConfig learned(Preset preset) {
        return Schema.with(plane(preset), "score", DiffusionScore.Learned.standard());
    }

    private static DiffusionConfig digits(Preset preset) {
        return Schema.with(
                DiffusionCells.PLAIN,
                "target",
                Target.PictureClasses.standard(),
                "particles",
                preset.choose(256, 2048));
    }

    private static DiffusionConfig cell(DiffusionConfig base, DiffusionMethod method, int steps) {
        return DiffusionCells.cell(base, DiffusionCells.VP, method, TimeGrid.UNIFORM, steps);
    }

    private static List<DiffusionConfig> cells(DiffusionConfig base, DiffusionMethod method, int... counts) {
        return IntStream.of(counts).mapToObj(steps -> cell(base, method, steps)).toList();
    }

    private static List<DiffusionConfig> orders(DiffusionMethod method) {
        return IntStream.of(ORDER_STEPS)
                .mapToObj(steps -> Schema.with(
                        cell(Schema.with(DiffusionCells.PLAIN, "target", new Target.Triangle()), method, steps),
                        "particles",
                        ORDER_PARTICLES,
                        "pathParticles",
                        ORDER_PARTICLES))
                .toList();
    }

    private static DiffusionConfig likelihood(Preset preset, Diffusion diffusion, int steps) {
        return Schema.with(
                DiffusionCells.cell(
                        Schema.with(DiffusionCells.PLAIN, "target", new Target.Triangle(), "particles", 2),
                        diffusion,
                        EULER,
                        TimeGrid.UNIFORM,
                        1),
                "likelihoodPoints",
                preset.choose(256, 1024),
                "likelihoodSteps",
                steps);
    }

    /** All but the one that has more replicas, since it tells whether probes have a bias. */
    private static List<DiffusionConfig> likelihoods(Preset preset) {
        return DiffusionCells.ALL.stream()
                .flatMap(diffusion -> IntStream.of(LIKELIHOOD_STEPS)
                        .filter(steps -> !diffusion.equals(DiffusionCells.VP) || steps != JUDGED_LIKELIHOOD)
                        .mapToObj(steps -> likelihood(preset, diffusion, steps)))
                .toList();
    }

    private static List<DiffusionConfig> posteriors(Preset preset, Posterior posterior) {
        DiffusionConfig base = posterior.digits ? digits(preset) : plane(preset);
        int[] counts = posterior.digits ? new int[] {40} : new int[] {10, 20, 40, 80};
        return IntStream.of(counts)
                .mapToObj(steps -> Schema.with(
                        DiffusionCells.cell(base, DiffusionCells.VP, posterior.method, TimeGrid.LOG_SNR, steps),
                        "condition",
                        posterior.condition))
                .toList();
    }

    private static DiffusionConfig last(Preset preset, Posterior posterior) {
        List<DiffusionConfig> all = posteriors(preset, posterior);
        return all.get(all.size() - 1);
    }

    /** What the runs gave. */
    private record Runs(
            Results<DiffusionConfig, DiffusionResult> plane,
            Results<DiffusionConfig, DiffusionResult> learned,
            Results<DiffusionConfig, DiffusionResult> digits) {}

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(12, 64);
        int learnedReplicas = preset.choose(4, 16);
        int digitReplicas = preset.choose(4, 16);
        List<DiffusionConfig> planes = new ArrayList<>();
        METHODS.forEach(shown -> planes.addAll(cells(plane(preset), shown.method, STEPS)));
        FLOWS.forEach(shown -> planes.addAll(orders(shown.method)));
        planes.add(likelihood(preset, DiffusionCells.VP, JUDGED_LIKELIHOOD));
        List<DiffusionConfig> learned = METHODS.stream()
                .flatMap(shown -> cells(learned(preset), shown.method, FEW_STEPS).stream())
                .toList();
        List<DiffusionConfig> digits = new ArrayList<>();
        METHODS.forEach(shown -> digits.addAll(cells(digits(preset), shown.method, FEW_STEPS)));
        POSTERIORS.forEach(posterior -> (posterior.digits ? digits : planes).addAll(posteriors(preset, posterior)));
        Runs runs = new Runs(
                experiment.run(Sweep.of(DiffusionCells.STUDY, planes, replicas)
                        .and(Sweep.of(DiffusionCells.STUDY, likelihoods(preset), digitReplicas))),
                experiment.run(
                        Sweep.of(DiffusionCells.STUDY, learned, learnedReplicas).withFixed(TRAINING)),
                experiment.run(Sweep.of(DiffusionCells.STUDY, digits, digitReplicas)));
        List<PowerFit> orders = FLOWS.stream()
                .map(shown -> TrainingCells.fit(
                        "score-sde/" + shown.key,
                        IntStream.of(ORDER_STEPS).asDoubleStream().toArray(),
                        orders(shown.method),
                        runs.plane,
                        DiffusionResult::pathError,
                        experiment))
                .toList();
        Sheet sheet = new Sheet();
        addSamplers(sheet, "exact", "Plane, exact score", plane(preset), STEPS, runs.plane);
        addSamplers(sheet, "learned", "Plane, learned score", learned(preset), FEW_STEPS, runs.learned);
        addSamplers(sheet, "digits", "Digits, exact score", digits(preset), FEW_STEPS, runs.digits);
        addOrders(sheet, orders, runs.plane);
        addLikelihoods(sheet, preset, runs.plane);
        addPosteriors(sheet, preset, runs);
        addPictures(sheet, preset, experiment, runs, digitReplicas);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, replicas, learnedReplicas, digitReplicas),
                Math.min(learnedReplicas, digitReplicas) + " to " + replicas,
                claims(preset, orders, runs));
    }

    private static String caption(Preset preset, int replicas, int learnedReplicas, int digitReplicas) {
        return "VP diffusion unless said. (a–c) Sliced W₁ (32 directions) of samples and as many fresh points of the law,"
                + " against steps uniform in τ to 0.001; PC: reverse diffusion with one Langevin correction a step, ρ = 0.16, so"
                + " two evaluations a step. Plane: three Gaussians; learned: one network for all replicas; digits: a Gaussian in"
                + " 64 dimensions for each class, + 0.02 I. Band: two samples of the law, middle 90 % of the replicas."
                + " (d) Error of paths of the flow in τ; dashed: fitted power laws. (e) Largest error of log p along the flow by"
                + " RK4 with exact divergence, of " + preset.choose(256, 1024)
                + " points of the plane a replica; solid: the window of the claim. (f) Error of the mean of conditional samples (root mean square over"
                + " coordinates) in its standard errors; steps even in log-SNR. Known are x₁ of the plane, the upper half of a"
                + " digit, or the class: exact conditional scores, Heun's method in σ; replaced: known coordinates are replaced"
                + " in every step of ancestral sampling. Solid: 1, no bias. (g) Mean of the lower half of a digit of the mixture"
                + " given the upper: exact, of " + preset.choose(256, 2048)
                + " samples, and of as many with replacement. (a–e) Geometric, (f) arithmetic means with 95 % t intervals over "
                + replicas + " replicas (learned: " + learnedReplicas + "; digits, and all of e but VP at "
                + JUDGED_LIKELIHOOD
                + " steps: " + digitReplicas + ") of " + preset.choose(2048, 16_384) + " samples (digits: "
                + preset.choose(256, 2048) + ", d: " + ORDER_PARTICLES + ").";
    }

    private static void addSamplers(
            Sheet sheet,
            String panel,
            String title,
            DiffusionConfig base,
            int[] counts,
            Results<DiffusionConfig, DiffusionResult> results) {
        sheet.panel(
                panel,
                title,
                Axis.log10("steps").range(4, 250),
                Axis.log10("sliced distance W₁").range(0.01, 1));
        DiffusionCells.floor(sheet, panel, 4, 250, results, cell(base, EULER, counts[counts.length - 1]));
        for (Shown shown : METHODS) {
            DiffusionCells.distances(
                    sheet,
                    panel,
                    shown.name,
                    shown.colour,
                    IntStream.of(counts).asDoubleStream().toArray(),
                    cells(base, shown.method, counts),
                    results,
                    DiffusionResult::distance);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addOrders(
            Sheet sheet, List<PowerFit> orders, Results<DiffusionConfig, DiffusionResult> results) {
        String panel = "orders";
        sheet.panel(panel, "Flow in the plane", Axis.log10("steps").range(50, 1300), Axis.log10("error of a path"));
        double[] x = IntStream.of(ORDER_STEPS).asDoubleStream().toArray();
        for (int i = 0; i < FLOWS.size(); i++) {
            Shown shown = FLOWS.get(i);
            PowerFit fit = orders.get(i);
            double[] ends = {x[0], x[x.length - 1]};
            sheet.line(
                    panel,
                    shown.name + ", fit",
                    String.format(Locale.ROOT, "slope %.2f", fit.exponent().mean()),
                    shown.colour,
                    ends,
                    SixDigits.of(fit.at(ends[0]), fit.at(ends[1])),
                    Sheet.Kind.FIT);
            DiffusionCells.distances(
                    sheet,
                    panel,
                    shown.name,
                    shown.colour,
                    x,
                    orders(shown.method),
                    results,
                    DiffusionResult::pathError);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addLikelihoods(Sheet sheet, Preset preset, Results<DiffusionConfig, DiffusionResult> results) {
        String panel = "likelihood";
        sheet.panel(
                panel,
                "Log density along the flow",
                Axis.log10("steps of RK4").range(20, 500),
                Axis.log10("largest error of log p"));
        double[] x = IntStream.of(LIKELIHOOD_STEPS).asDoubleStream().toArray();
        sheet.line(
                panel,
                "0.01",
                "0.01",
                2,
                new double[] {20, 500},
                new double[] {LIKELIHOOD_WINDOW, LIKELIHOOD_WINDOW},
                Sheet.Kind.THEORY);
        int[] colours = {0, 1, 5};
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            Diffusion diffusion = DiffusionCells.ALL.get(i);
            DiffusionCells.distances(
                    sheet,
                    panel,
                    DiffusionCells.NAMES.get(i),
                    colours[i],
                    x,
                    IntStream.of(LIKELIHOOD_STEPS)
                            .mapToObj(steps -> likelihood(preset, diffusion, steps))
                            .toList(),
                    results,
                    DiffusionResult::logDensityError);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addPosteriors(Sheet sheet, Preset preset, Runs runs) {
        String panel = "posteriors";
        sheet.panel(
                panel,
                "Conditional means",
                Axis.log10("steps").range(8, 100),
                Axis.log10("error in standard errors").range(0.3, 100));
        sheet.line(
                panel,
                "sampling error alone",
                "no bias",
                7,
                new double[] {8, 100},
                new double[] {1, 1},
                Sheet.Kind.THEORY);
        for (Posterior posterior : POSTERIORS) {
            List<DiffusionConfig> configs = posteriors(preset, posterior);
            TrainingCells.addMeans(
                    sheet,
                    panel,
                    posterior.name,
                    posterior.colour,
                    configs.stream().mapToDouble(DiffusionConfig::steps).toArray(),
                    configs,
                    posterior.digits ? runs.digits : runs.plane,
                    DiffusionResult::meanError);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addPictures(Sheet sheet, Preset preset, Experiment experiment, Runs runs, int digitReplicas) {
        GaussianMixture data = digits(preset).target().mixture().orElseThrow();
        int shown = Math.min(4, digitReplicas);
        DiffusionConfig exact = last(preset, POSTERIORS.get(3));
        DiffusionConfig replaced = last(preset, POSTERIORS.get(5));
        List<Function<Integer, double[]>> rows = List.of(
                r -> new double[KNOWN_PIXELS],
                r -> runs.digits.of(exact).get(r).lawMean(),
                r -> runs.digits.of(exact).get(r).mean(),
                r -> runs.digits.of(replaced).get(r).mean());
        double[][] pixels = new double[rows.size() * shown][];
        for (int row = 0; row < rows.size(); row++) {
            for (int r = 0; r < shown; r++) {
                double[][] point =
                        data.sample(experiment.streams().withReplica(r).at("observed"), 1);
                double[] known = IntStream.range(0, KNOWN_PIXELS)
                        .mapToDouble(j -> point[j][0])
                        .toArray();
                pixels[row * shown + r] = Stream.of(known, rows.get(row).apply(r))
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
            }
        }
        sheet.images(
                "pictures",
                "Lower half given the upper",
                List.of("known", "exact", "samples", "replaced"),
                shown,
                SIDE,
                pixels,
                -1,
                1);
    }

    private static List<Claim> claims(Preset preset, List<PowerFit> orders, Runs runs) {
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            DiffusionConfig config = likelihood(preset, DiffusionCells.ALL.get(i), JUDGED_LIKELIHOOD);
            claims.add(likelihood(
                    DiffusionCells.KEYS.get(i), "the plane, " + DiffusionCells.NAMES.get(i), config, runs.plane));
        }
        claims.add(hutchinson(
                "hutchinson", "the plane", likelihood(preset, DiffusionCells.VP, JUDGED_LIKELIHOOD), runs.plane));
        for (Shown shown : METHODS) {
            addConvergence(claims, shown, "exact", "the plane", plane(preset), STEPS, runs.plane);
            addConvergence(claims, shown, "digits", "digits", digits(preset), FEW_STEPS, runs.digits);
        }
        for (int i = 0; i < FLOWS.size(); i++) {
            claims.add(Claim.theory(
                    "score-sde-order-" + FLOWS.get(i).key,
                    "error of paths of the flow ~ steps^-p, p of " + FLOWS.get(i).name,
                    i + 1,
                    ORDER_WINDOW,
                    orders.get(i).exponent().times(-1),
                    SOURCE + "; window ± 0.15"));
        }
        addCorrector(claims, "exact", "the plane", plane(preset), runs.plane);
        addCorrector(claims, "learned", "the plane, learned score", learned(preset), runs.learned);
        addCorrector(claims, "digits", "digits", digits(preset), runs.digits);
        for (Posterior posterior : POSTERIORS) {
            DiffusionConfig config = last(preset, posterior);
            claims.add(new Claim(
                    "score-sde-" + posterior.key,
                    Claim.Kind.THEORY,
                    "root mean square error of the mean of conditional samples in its standard errors, "
                            + posterior.name + ", " + config.particles() + " samples",
                    1,
                    0,
                    ERRORS_WINDOW,
                    DiffusionCells.mean(
                            posterior.digits ? runs.digits : runs.plane, config, DiffusionResult::meanError),
                    "mean of the exact conditional mixture; window 3 standard errors"));
        }
        return claims;
    }

    private static Claim likelihood(
            String name, String words, DiffusionConfig config, Results<DiffusionConfig, DiffusionResult> results) {
        double[] largest = results.values(config, DiffusionResult::logDensityError);
        Arrays.sort(largest);
        double worst = largest[largest.length - 1];
        return Claim.theory(
                "score-sde-likelihood-" + name,
                "largest |log p along the flow − exact|, " + words + ", " + JUDGED_LIKELIHOOD
                        + " steps of RK4, all points of all replicas; interval: range over replicas",
                0,
                LIKELIHOOD_WINDOW,
                new Estimate(worst, Double.NaN, largest[0], worst, largest.length),
                SOURCE + ", section 4.3; window ± 0.01");
    }

    private static Claim hutchinson(
            String name, String words, DiffusionConfig config, Results<DiffusionConfig, DiffusionResult> results) {
        return Claim.theory(
                "score-sde-" + name,
                "mean log p by one Rademacher probe a point less that by the exact divergence, " + words + ", VP",
                0,
                Claim.STANDARD_WINDOW,
                DiffusionCells.mean(results, config, DiffusionResult::hutchinsonError),
                SOURCE + ", section 4.3; window ± 0.1");
    }

    private static void addConvergence(
            List<Claim> claims,
            Shown shown,
            String name,
            String words,
            DiffusionConfig base,
            int[] counts,
            Results<DiffusionConfig, DiffusionResult> results) {
        DiffusionConfig few = cell(base, shown.method, counts[1]);
        DiffusionConfig many = cell(base, shown.method, counts[counts.length - 1]);
        claims.add(DiffusionCells.positive(
                "score-sde-" + name + "-falls-" + shown.key,
                "sliced W₁ in " + few.steps() + " steps less that in " + many.steps() + ", " + shown.name + ", " + words
                        + ", is above 0",
                DiffusionCells.difference(results, few, many, DiffusionResult::distance),
                SOURCE));
        ToDoubleFunction<DiffusionResult> floor = DiffusionResult::sampleDistance;
        double mean = DiffusionCells.mean(results, many, floor).mean();
        claims.add(Claim.theory(
                "score-sde-" + name + "-floor-" + shown.key,
                "sliced W₁ in " + many.steps() + " steps over that of two samples of the law, " + shown.name + ", "
                        + words,
                1,
                DiffusionCells.mean(results, many, run -> run.distance() / mean),
                SOURCE));
    }

    private static void addCorrector(
            List<Claim> claims,
            String name,
            String words,
            DiffusionConfig base,
            Results<DiffusionConfig, DiffusionResult> results) {
        claims.add(DiffusionCells.positive(
                "score-sde-corrector-" + name,
                "sliced W₁ of reverse diffusion in " + COMPARED_STEPS
                        + " steps less that with one correction a step, ρ = 0.16, " + words + ", is above 0",
                DiffusionCells.difference(
                        results,
                        cell(base, PREDICTOR, COMPARED_STEPS),
                        cell(base, CORRECTED, COMPARED_STEPS),
                        DiffusionResult::distance),
                SOURCE + ", section 4.2"));
    }
}
