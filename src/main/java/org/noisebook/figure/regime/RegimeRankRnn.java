package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.regime.Connectivity;
import org.noisebook.regime.RecurrentConfig;
import org.noisebook.regime.RecurrentResult;
import org.noisebook.regime.RecurrentTask;
import org.noisebook.stats.Estimate;

/**
 * How far recurrent networks move from starts of low rank: kernel and representation alignment, signs and weights against the
 * rank, at equal norm and at equal largest singular value, which has a smaller norm. Neither keeps the spectral radius.
 */
public final class RegimeRankRnn implements Figure {
    private static final String REFERENCE =
            "reference simulation of the same setting, its ± taken as the standard deviation over its 4 seeds: standard"
                    + " error ±/√4";
    private static final int REFERENCE_SEEDS = 4;
    private static final int[] REFERENCE_RANKS = {1, 5, 30, 100};
    private static final double[] REFERENCE_KA = {0.18, 0.33, 0.59, 0.60};
    private static final double[] REFERENCE_KA_DEVIATION = {0.03, 0.08, 0.11, 0.07};
    /** That of rank 1, 0.61 ± 0.34, excludes no value from 0 to 1. */
    private static final double[] REFERENCE_RA = {Double.NaN, 0.967, 0.965, 0.979};

    private static final double[] REFERENCE_RA_DEVIATION = {Double.NaN, 0.018, 0.017, 0.008};
    /** How far below the ideal observer a trained network may stay. */
    private static final double CEILING_WINDOW = 0.05;

    private static final String EQUAL_SINGULAR = ", equal s₁ (smaller norm)";

    /** A task with its ranks, and whether it is also run at equal largest singular value. */
    private record Case(String name, String title, int colour, RecurrentConfig base, int[] ranks, int otherColour) {
        private static final int NO_OTHER = -1;

        boolean hasOther() {
            return otherColour != NO_OTHER;
        }

        int full() {
            return base.width();
        }

        /** Rank 1 at equal norm. */
        RecurrentConfig low() {
            return at(1, Connectivity.Norm.FROBENIUS);
        }

        /** Full rank. */
        RecurrentConfig high() {
            return at(full(), Connectivity.Norm.FROBENIUS);
        }

        /** The cell of a rank; a full rank is the same under both norms. */
        RecurrentConfig at(int rank, Connectivity.Norm norm) {
            return Schema.with(
                    RecurrentCells.with(base, RecurrentCells.start(base, rank)),
                    "norm",
                    rank == full() ? Connectivity.Norm.FROBENIUS : norm);
        }
    }

    @Override
    public String id() {
        return "regime-rank-rnn";
    }

    @Override
    public String title() {
        return "How far recurrent networks move, against the rank of their initial weights";
    }

    @Override
    public List<String> sources() {
        return RecurrentCells.sources();
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return preset == Preset.FULL ? "about two hours of one core" : "";
    }

    private static List<Case> cases(Preset preset) {
        int[] ranks = preset.choose(new int[] {1, 5, 30, 100}, new int[] {1, 30, 100, 300});
        Case choice = new Case(
                "choice",
                "two-alternative choice",
                0,
                RecurrentCells.drawn(preset, RecurrentTask.TwoAlternativeChoice.standard()),
                ranks,
                4);
        Case images = new Case(
                "images", preset.choose("digit rows", "Fashion rows"), 1, RecurrentCells.images(preset), ranks, 3);
        if (preset != Preset.FULL) {
            return List.of(choice, images);
        }
        return List.of(
                choice,
                images,
                new Case(
                        "match",
                        "delayed match",
                        2,
                        RecurrentCells.drawn(preset, RecurrentTask.DelayedMatch.standard()),
                        ranks,
                        Case.NO_OTHER),
                new Case(
                        "context",
                        "context decision",
                        5,
                        RecurrentCells.drawn(preset, RecurrentTask.ContextDecision.standard()),
                        ranks,
                        Case.NO_OTHER));
    }

    /** A panel: a number of a run, as it is or less that of the full-rank start of the same replica. */
    private record Measure(
            String name, String title, String label, ToDoubleFunction<RecurrentResult> value, boolean paired) {
        /** Whether it is one of the start, which all tasks share. */
        boolean ofStart() {
            return name.equals("radius") || name.equals("gain");
        }
    }

    private static List<Measure> measures() {
        ToDoubleFunction<RecurrentResult> kernel = RegimeRankRnn::kernelAlignment;
        ToDoubleFunction<RecurrentResult> activity = RegimeRankRnn::representationAlignment;
        return List.of(
                new Measure("ka", "Kernel alignment", "KA", kernel, false),
                new Measure("ka change", "Against full rank, paired", "KA(r) − KA(N)", kernel, true),
                new Measure("ra", "Representation alignment", "RA", activity, false),
                new Measure("ra change", "Against full rank, paired", "RA(r) − RA(N)", activity, true),
                new Measure(
                        "signs",
                        "Units that kept their sign",
                        "sign similarity",
                        r -> r.movement().signSimilarity(),
                        false),
                new Measure(
                        "weights",
                        "Recurrent weight change",
                        "|ΔW|",
                        r -> r.movement().weightChange(),
                        false),
                new Measure(
                        "radius",
                        "Confound: radius at the start",
                        "spectral radius of W₀",
                        r -> r.ranks().spectralRadius(),
                        false),
                new Measure(
                        "gain",
                        "Confound: s₁ at the start",
                        "singular value s₁ of W₀",
                        r -> r.ranks().largestSingularValue(),
                        false));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<Case> cases = cases(preset);
        int replicas = RecurrentCells.replicas(preset);
        Set<RecurrentConfig> cells = new LinkedHashSet<>();
        for (Case c : cases) {
            for (int rank : c.ranks) {
                cells.add(c.at(rank, Connectivity.Norm.FROBENIUS));
                if (c.hasOther()) {
                    cells.add(c.at(rank, Connectivity.Norm.LARGEST_SINGULAR_VALUE));
                }
            }
        }
        Results<RecurrentConfig, RecurrentResult> results =
                experiment.run(Sweep.of(RecurrentCells.STUDY, List.copyOf(cells), replicas));
        Sheet sheet = Sheet.ofCurves();
        int full = RecurrentCells.width(preset);
        for (Measure measure : measures()) {
            sheet.panel(
                    measure.name,
                    measure.title,
                    Axis.log10("rank of the initial weights r").range(0.7, full * 1.5),
                    Axis.linear(measure.label));
            for (Case c : measure.ofStart() ? cases.subList(0, 1) : cases) {
                addPoints(sheet, measure, c, Connectivity.Norm.FROBENIUS, results);
                if (c.hasOther()) {
                    addPoints(sheet, measure, c, Connectivity.Norm.LARGEST_SINGULAR_VALUE, results);
                }
            }
            if (measure.paired) {
                sheet.line(
                        measure.name,
                        "no change",
                        "",
                        7,
                        new double[] {1, full},
                        new double[] {0, 0},
                        Sheet.Kind.THEORY);
            }
        }
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).size(170, 0.62).sharedLegend(),
                caption(cases, results, replicas),
                String.valueOf(replicas),
                claims(preset, cases, results));
    }

    private static void addPoints(
            Sheet sheet,
            Measure measure,
            Case c,
            Connectivity.Norm norm,
            Results<RecurrentConfig, RecurrentResult> results) {
        boolean other = norm == Connectivity.Norm.LARGEST_SINGULAR_VALUE;
        // Its own full-rank cell is that of the other norm; the difference there is 0 by definition.
        int[] ranks = Arrays.stream(c.ranks)
                .filter(rank -> rank < c.full() || !other && !measure.paired)
                .toArray();
        Estimate[] y = new Estimate[ranks.length];
        Sheet.Ends[] ends = new Sheet.Ends[ranks.length];
        RecurrentConfig full = c.at(c.full(), norm);
        for (int k = 0; k < ranks.length; k++) {
            RecurrentConfig config = c.at(ranks[k], norm);
            y[k] = measure.paired
                    ? RecurrentCells.difference(results, config, full, measure.value)
                    : RecurrentCells.mean(results, config, measure.value);
            ends[k] = TrainingCells.ends(results.of(config));
        }
        sheet.points(
                measure.name,
                c.title + (other ? EQUAL_SINGULAR : ", equal norm"),
                other ? c.otherColour : c.colour,
                Arrays.stream(ranks).asDoubleStream().toArray(),
                y,
                ends);
    }

    private static String caption(List<Case> cases, Results<RecurrentConfig, RecurrentResult> results, int replicas) {
        Case choice = cases.get(0);
        ToDoubleFunction<RecurrentResult> kernel = RegimeRankRnn::kernelAlignment;
        ToDoubleFunction<RecurrentResult> activity = RegimeRankRnn::representationAlignment;
        List<Case> twice = cases.stream().filter(Case::hasOther).toList();
        return "Recurrent networks trained from low-rank starts: the first r singular triplets of one Gaussian matrix, rescaled"
                + " to its Frobenius norm or to its largest singular value s₁, which leaves a smaller norm; both share the start"
                + " of full rank. " + RecurrentCells.describe(choice.base) + ". Means over " + replicas
                + " replicas with 95 % t intervals; a replica draws its Gaussian matrix, other weights and training trials once"
                + " for all ranks, so that (b) and (d) are paired differences to the full-rank start. KA of the tangent kernel of"
                + " the recurrent weights on " + choice.base.kernelProbes()
                + " test trials, RA and signs of the activity at the"
                + " last step on " + choice.base.probes()
                + "; all replicas share the test trials, whose sampling error the intervals do not hold. Neither rescaling"
                + " isolates the rank: the initial spectral radius (g), the same for all tasks, stays confounded with it, "
                + radius(choice.low(), results) + " on average at rank 1 and equal norm, "
                + radius(choice.at(1, Connectivity.Norm.LARGEST_SINGULAR_VALUE), results)
                + " at rank 1 and equal s₁, against " + radius(choice.high(), results) + " at full rank."
                + " KA of full rank less rank 1 at equal s₁, paired, of which nothing is claimed: "
                + each(
                        twice,
                        c -> RecurrentCells.difference(
                                        results, c.high(), c.at(1, Connectivity.Norm.LARGEST_SINGULAR_VALUE), kernel)
                                .brief())
                + "; KA of rank 1 at equal s₁ less equal norm, paired: "
                + each(
                        twice,
                        c -> RecurrentCells.difference(
                                        results, c.at(1, Connectivity.Norm.LARGEST_SINGULAR_VALUE), c.low(), kernel)
                                .brief())
                + ". Standard deviation over replicas at equal norm, rank 1 against full rank: "
                + each(
                        cases,
                        c -> deviation(results, c.low(), kernel) + " (KA) and " + deviation(results, c.low(), activity)
                                + " (RA) against " + deviation(results, c.high(), kernel) + " (KA) and "
                                + deviation(results, c.high(), activity) + " (RA)")
                + "; n = " + replicas
                + " does not resolve whether it is larger at low rank. Full rank less rank 1 of |ΔW| at"
                + " equal norm, paired: "
                + each(
                        cases,
                        c -> RecurrentCells.difference(
                                        results,
                                        c.high(),
                                        c.low(),
                                        r -> r.movement().weightChange())
                                .brief())
                + "; of weight change and signs nothing is claimed.";
    }

    private static String each(List<Case> cases, Function<Case, String> text) {
        return cases.stream().map(c -> c.title + " " + text.apply(c)).collect(Collectors.joining("; "));
    }

    private static String radius(RecurrentConfig config, Results<RecurrentConfig, RecurrentResult> results) {
        return String.format(
                Locale.ROOT,
                "%.2f",
                RecurrentCells.mean(results, config, r -> r.ranks().spectralRadius())
                        .mean());
    }

    private static double kernelAlignment(RecurrentResult result) {
        return result.movement().kernelAlignment();
    }

    private static double representationAlignment(RecurrentResult result) {
        return result.movement().representationAlignment();
    }

    private static String deviation(
            Results<RecurrentConfig, RecurrentResult> results,
            RecurrentConfig config,
            ToDoubleFunction<RecurrentResult> value) {
        Estimate mean = RecurrentCells.mean(results, config, value);
        return String.format(Locale.ROOT, "%.3f", mean.stdError() * StrictMath.sqrt(mean.n()));
    }

    private static List<Claim> claims(
            Preset preset, List<Case> cases, Results<RecurrentConfig, RecurrentResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (Case c : cases) {
            claims.add(RecurrentCells.positive(
                    "regime-rank-rnn-ka-" + c.name,
                    "kernel alignment of full rank less rank 1 is above 0 at equal norm, " + c.title,
                    RecurrentCells.difference(results, c.high(), c.low(), RegimeRankRnn::kernelAlignment),
                    RecurrentCells.PAPER + ": a higher rank is lazier; the size is not theory's"));
            claims.add(RecurrentCells.positive(
                    "regime-rank-rnn-ra-" + c.name,
                    "representation alignment, not centred, of full rank less rank 1 is above 0 at equal norm, "
                            + c.title,
                    RecurrentCells.difference(results, c.high(), c.low(), RegimeRankRnn::representationAlignment),
                    RecurrentCells.PAPER + ": a higher rank is lazier; the size is not theory's"));
        }
        Case choice = cases.get(0);
        double ceiling = choice.base.task().ceiling();
        double sampling = StrictMath.sqrt(ceiling * (1 - ceiling) / choice.base.testTrials());
        claims.add(new Claim(
                "regime-rank-rnn-ceiling",
                Claim.Kind.THEORY,
                "accuracy of the two-alternative choice less that of an ideal observer, "
                        + choice.base.task().steps()
                        + " steps, full rank, is at most 0; the interval holds the sampling"
                        + " error of the " + choice.base.testTrials() + " test trials that all replicas share",
                Double.NaN,
                -CEILING_WINDOW,
                0,
                RecurrentCells.mean(results, choice.high(), r -> r.testAccuracy() - ceiling)
                        .withError(sampling),
                "mean over coherences of Φ(c/100 √7/(0.1 √2))"));
        if (preset != Preset.FULL) {
            for (int k = 0; k < REFERENCE_RANKS.length; k++) {
                RecurrentConfig config = choice.at(REFERENCE_RANKS[k], Connectivity.Norm.FROBENIUS);
                claims.add(regression(
                        "ka",
                        REFERENCE_RANKS[k],
                        REFERENCE_KA[k],
                        REFERENCE_KA_DEVIATION[k],
                        RecurrentCells.mean(results, config, RegimeRankRnn::kernelAlignment)));
                if (!Double.isNaN(REFERENCE_RA[k])) {
                    claims.add(regression(
                            "ra",
                            REFERENCE_RANKS[k],
                            REFERENCE_RA[k],
                            REFERENCE_RA_DEVIATION[k],
                            RecurrentCells.mean(results, config, RegimeRankRnn::representationAlignment)));
                }
            }
        }
        return claims;
    }

    /** Its interval stays in [0, 1]. */
    private static Claim regression(String name, int rank, double expected, double deviation, Estimate measured) {
        return Claim.regression(
                "regime-rank-rnn-choice-" + name + "-" + rank,
                name.toUpperCase(Locale.ROOT) + " of the two-alternative choice at rank " + rank
                        + ", N = 100, mean over " + measured.n() + " replicas against one over " + REFERENCE_SEEDS
                        + " seeds",
                expected,
                deviation / StrictMath.sqrt(REFERENCE_SEEDS),
                RecurrentCells.ofShare(measured),
                REFERENCE);
    }
}
