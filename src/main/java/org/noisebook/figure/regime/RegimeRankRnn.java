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
import org.noisebook.model.Ends;
import org.noisebook.regime.recurrent.Connectivity;
import org.noisebook.regime.recurrent.RecurrentConfig;
import org.noisebook.regime.recurrent.RecurrentResult;
import org.noisebook.regime.recurrent.RecurrentTask;
import org.noisebook.stats.Estimate;

/**
 * How far recurrent networks move from starts of low rank: kernel and representation alignment, loss and weights
 * against the rank, at equal norm and at equal largest singular value, which has a smaller norm. Neither keeps the
 * spectral radius.
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

    /** Between the places of one series and the next at the same rank: wider than a marker. */
    private static final double SHIFT = 1.2;

    /** Left end of the axis, with room for rank 1 and its shifts. */
    private static final double LOWEST_RANK = 0.6;

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

    /** Where a number may lie: its interval stays there. */
    private enum Range {
        /** In [0, 1]. */
        SHARE,
        /** Above 0. */
        POSITIVE,
        /** Less the number of the full-rank start of the same replica. */
        PAIRED
    }

    /** A panel: a number of a run. One of the start is the same for all tasks. */
    private record Measure(
            String name,
            String title,
            Axis axis,
            Range range,
            boolean ofStart,
            ToDoubleFunction<RecurrentResult> value) {
        Estimate of(
                Results<RecurrentConfig, RecurrentResult> results, RecurrentConfig config, RecurrentConfig fullRank) {
            return switch (range) {
                case SHARE -> RecurrentCells.ofShare(RecurrentCells.mean(results, config, value));
                case POSITIVE -> RecurrentCells.ofPositive(RecurrentCells.mean(results, config, value));
                case PAIRED -> RecurrentCells.difference(results, config, fullRank, value);
            };
        }
    }

    private static List<Measure> measures() {
        ToDoubleFunction<RecurrentResult> kernel = RegimeRankRnn::kernelAlignment;
        ToDoubleFunction<RecurrentResult> activity = RegimeRankRnn::representationAlignment;
        return List.of(
                new Measure("ka", "KA", Axis.linear("kernel alignment"), Range.SHARE, false, kernel),
                new Measure(
                        "ka change",
                        "KA against full rank, paired",
                        Axis.linear("KA(r) − KA(N)"),
                        Range.PAIRED,
                        false,
                        kernel),
                new Measure(
                        "ra", "RA, not centred", Axis.linear("representation alignment"), Range.SHARE, false, activity),
                new Measure(
                        "ra change",
                        "RA, not centred, paired",
                        Axis.linear("RA(r) − RA(N)"),
                        Range.PAIRED,
                        false,
                        activity),
                new Measure(
                        "ra centred",
                        "RA, centred",
                        Axis.linear("representation alignment"),
                        Range.SHARE,
                        false,
                        RegimeRankRnn::centredRepresentationAlignment),
                new Measure(
                        "signs",
                        "Units that kept their sign",
                        Axis.linear("sign similarity"),
                        Range.SHARE,
                        false,
                        r -> r.movement().signSimilarity()),
                new Measure(
                        "weights",
                        "Recurrent weight change",
                        Axis.linear("|ΔW|"),
                        Range.POSITIVE,
                        false,
                        r -> r.movement().weightChange()),
                new Measure(
                        "loss",
                        "Training loss at the end",
                        Axis.log10("late training loss"),
                        Range.POSITIVE,
                        false,
                        RecurrentResult::lateLoss),
                new Measure(
                        "radius",
                        "Confound: radius at the start",
                        Axis.linear("spectral radius of W₀"),
                        Range.POSITIVE,
                        true,
                        r -> r.ranks().spectralRadius()),
                new Measure(
                        "largest singular value",
                        "Confound: s₁ at the start",
                        Axis.linear("singular value s₁ of W₀"),
                        Range.POSITIVE,
                        true,
                        r -> r.ranks().largestSingularValue()));
    }

    /** The points of one task and one norm, moved along the axis so that they do not hide those of others. */
    private record Series(Case task, Connectivity.Norm norm, double shift) {
        boolean isOther() {
            return norm == Connectivity.Norm.LARGEST_SINGULAR_VALUE;
        }

        String name() {
            return task.title + (isOther() ? EQUAL_SINGULAR : ", equal norm");
        }

        int colour() {
            return isOther() ? task.otherColour : task.colour;
        }
    }

    private static List<Series> series(List<Case> cases) {
        long count = cases.size() + cases.stream().filter(Case::hasOther).count();
        double middle = (count - 1) / 2.0;
        List<Series> series = new ArrayList<>();
        for (Case c : cases) {
            series.add(new Series(c, Connectivity.Norm.FROBENIUS, StrictMath.pow(SHIFT, series.size() - middle)));
            if (c.hasOther()) {
                series.add(new Series(
                        c, Connectivity.Norm.LARGEST_SINGULAR_VALUE, StrictMath.pow(SHIFT, series.size() - middle)));
            }
        }
        return series;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<Case> cases = cases(preset);
        int replicas = RecurrentCells.replicas(preset);
        List<Series> series = series(cases);
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
        Sheet sheet = new Sheet();
        int full = RecurrentCells.width(preset);
        for (Measure measure : measures()) {
            sheet.panel(
                    measure.name,
                    measure.title,
                    Axis.log10("rank of the initial weights r").range(LOWEST_RANK, full / LOWEST_RANK),
                    measure.axis);
            for (Series one : series) {
                if (!measure.ofStart || one.task == cases.get(0)) {
                    addPoints(sheet, measure, one, results);
                }
            }
            if (measure.range == Range.PAIRED) {
                sheet.line(
                        measure.name,
                        "no change",
                        "",
                        7,
                        new double[] {LOWEST_RANK, full / LOWEST_RANK},
                        new double[] {0, 0},
                        Sheet.Kind.THEORY);
            }
        }
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).size(170, 0.62).sharedLegend(),
                caption(cases, series, results, replicas),
                String.valueOf(replicas),
                claims(preset, cases, results));
    }

    private static void addPoints(
            Sheet sheet, Measure measure, Series series, Results<RecurrentConfig, RecurrentResult> results) {
        Case c = series.task;
        // Full rank is the same cell under both norms; its paired difference is 0 by definition.
        int[] ranks = Arrays.stream(c.ranks)
                .filter(rank -> rank < c.full() || !series.isOther() && measure.range != Range.PAIRED)
                .toArray();
        Estimate[] y = new Estimate[ranks.length];
        Ends[] ends = new Ends[ranks.length];
        for (int k = 0; k < ranks.length; k++) {
            RecurrentConfig config = c.at(ranks[k], series.norm);
            y[k] = measure.of(results, config, c.high());
            ends[k] = TrainingCells.ends(results.of(config));
        }
        sheet.points(
                measure.name,
                series.name(),
                series.colour(),
                Arrays.stream(ranks).mapToDouble(rank -> rank * series.shift).toArray(),
                y,
                ends);
    }

    private static String caption(
            List<Case> cases, List<Series> series, Results<RecurrentConfig, RecurrentResult> results, int replicas) {
        Case choice = cases.get(0);
        ToDoubleFunction<RecurrentResult> kernel = RegimeRankRnn::kernelAlignment;
        ToDoubleFunction<RecurrentResult> activity = RegimeRankRnn::representationAlignment;
        List<Case> twice = cases.stream().filter(Case::hasOther).toList();
        return "Recurrent networks trained from low-rank starts: the first r singular triplets of one Gaussian matrix, rescaled"
                + " to its Frobenius norm or to its largest singular value s₁, which leaves a smaller norm; both share the start"
                + " of full rank. " + RecurrentCells.describe(choice.base) + ". Means over " + replicas
                + " replicas with 95 % t intervals, taken by the delta method on the logit scale for KA, RA and signs, which stay"
                + " in [0, 1], and on that of logarithms for loss, |ΔW|, radius and s₁; a replica draws its Gaussian"
                + " matrix, other weights and training trials once for all ranks, so that (b) and (d) are paired differences to"
                + " the full-rank start, with plain t intervals. Points stand at r times a constant of the series: "
                + series.stream()
                        .map(s -> s.name() + String.format(Locale.ROOT, " %.2f", s.shift))
                        .collect(Collectors.joining("; "))
                + ". KA of the tangent kernel of the recurrent weights on " + choice.base.kernelProbes()
                + " test trials, RA of the activity at the last step on " + choice.base.probes()
                + ", both not centred (c, d), as the paper has it, and centred (e), which is linear CKA; all"
                + " replicas share the test trials, whose sampling error the intervals do not hold. Runs end after equal steps,"
                + " not at equal loss: (h) is the mean over the last tenth of them. Neither rescaling"
                + " isolates the rank: the initial spectral radius (i), the same for all tasks, stays confounded with it, "
                + radius(choice.low(), results) + " on average at rank 1 and equal norm, "
                + radius(choice.at(1, Connectivity.Norm.LARGEST_SINGULAR_VALUE), results)
                + " at rank 1 and equal s₁, against " + radius(choice.high(), results)
                + " at full rank; so does s₁ at equal norm (j), " + gain(choice.low(), results) + " at rank 1 against "
                + gain(choice.high(), results)
                + " at full rank."
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
                + " numbers leave a deviation uncertain by a factor of two or so. Full rank less rank 1 of |ΔW| at"
                + " equal norm, paired: "
                + each(
                        cases,
                        c -> RecurrentCells.difference(
                                        results,
                                        c.high(),
                                        c.low(),
                                        r -> r.movement().weightChange())
                                .brief())
                + ", of which nothing is claimed. Full rank less rank 1 of centred RA at equal norm, paired: "
                + each(
                        cases,
                        c -> RecurrentCells.difference(
                                        results, c.high(), c.low(), RegimeRankRnn::centredRepresentationAlignment)
                                .brief())
                + ".";
    }

    private static String each(List<Case> cases, Function<Case, String> text) {
        return cases.stream().map(c -> c.title + " " + text.apply(c)).collect(Collectors.joining("; "));
    }

    private static String radius(RecurrentConfig config, Results<RecurrentConfig, RecurrentResult> results) {
        return number(RecurrentCells.mean(results, config, r -> r.ranks().spectralRadius()));
    }

    private static String gain(RecurrentConfig config, Results<RecurrentConfig, RecurrentResult> results) {
        return number(RecurrentCells.mean(results, config, r -> r.ranks().largestSingularValue()));
    }

    private static String number(Estimate estimate) {
        return String.format(Locale.ROOT, "%.2f", estimate.mean());
    }

    private static double kernelAlignment(RecurrentResult result) {
        return result.movement().kernelAlignment();
    }

    private static double representationAlignment(RecurrentResult result) {
        return result.movement().representationAlignment();
    }

    private static double centredRepresentationAlignment(RecurrentResult result) {
        return result.movement().centredRepresentationAlignment();
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
