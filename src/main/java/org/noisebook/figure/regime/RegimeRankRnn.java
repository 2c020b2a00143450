package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.mean;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.recurrent.RecurrentConfig;
import org.noisebook.regime.recurrent.RecurrentResult;

/** How far recurrent networks move from starts of low rank, at equal norm and at equal largest singular value. */
public final class RegimeRankRnn extends Story {
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

    private static final ToDoubleFunction<RecurrentResult> KERNEL =
            run -> run.movement().kernelAlignment();
    private static final ToDoubleFunction<RecurrentResult> ACTIVITY =
            run -> run.movement().representationAlignment();

    /** The figure. */
    public RegimeRankRnn() {
        super(
                "regime-rank-rnn",
                "How far recurrent networks move, against the rank of their initial weights",
                RankedStarts.STUDY.sources());
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return preset == Preset.FULL ? "about two hours of one core" : "";
    }

    private static Reduction<RecurrentResult> share(ToDoubleFunction<RecurrentResult> value) {
        return mean(value).ofWhole().onLogit();
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(5, 10);
        RankedStarts starts = RankedStarts.on(board);
        Axis alignment = Axis.linear("representation alignment");
        starts.tell("ka", "KA", Axis.linear("kernel alignment"), share(KERNEL));
        starts.tellPaired("ka change", "KA against full rank, paired", Axis.linear("KA(r) − KA(N)"), KERNEL);
        starts.tell("ra", "RA, not centred", alignment, share(ACTIVITY));
        starts.tellPaired("ra change", "RA, not centred, paired", Axis.linear("RA(r) − RA(N)"), ACTIVITY);
        starts.tell(
                "ra centred",
                "RA, centred",
                alignment,
                share(run -> run.movement().centredRepresentationAlignment()));
        starts.tell(
                "signs",
                "Units that kept their sign",
                Axis.linear("sign similarity"),
                share(run -> run.movement().signSimilarity()));
        for (RankedStarts.Task task : starts.tasks()) {
            tellLazier(board, "ka", "kernel alignment", task, KERNEL);
            tellLazier(board, "ra", "representation alignment, not centred,", task, ACTIVITY);
        }
        RankedStarts.Task choice = starts.tasks().get(0);
        tellCeiling(board, choice.high());
        if (board.preset() == Preset.QUICK) {
            for (int k = 0; k < REFERENCE_RANKS.length; k++) {
                var cell = choice.equalNorm().at(REFERENCE_RANKS[k]);
                tellReference(
                        board, "ka", cell, REFERENCE_RANKS[k], KERNEL, REFERENCE_KA[k], REFERENCE_KA_DEVIATION[k]);
                if (!Double.isNaN(REFERENCE_RA[k])) {
                    tellReference(
                            board,
                            "ra",
                            cell,
                            REFERENCE_RANKS[k],
                            ACTIVITY,
                            REFERENCE_RA[k],
                            REFERENCE_RA_DEVIATION[k]);
                }
            }
        }
        RecurrentConfig config = choice.high().config();
        board.layout(plate -> plate.size(plate.widthMm(), 0.62).sharedLegend());
        board.caption(
                "Recurrent networks trained from low-rank starts: the first r singular triplets of one Gaussian matrix,"
                        + " rescaled to its Frobenius norm or to its largest singular value s₁, which leaves a smaller norm."
                        + " {}. Means over {} replicas with 95 % t intervals on the logit scale (delta method); a replica draws"
                        + " everything once for all ranks: (b) and (d) are paired differences to full rank, with plain t"
                        + " intervals. Series stand beside each other, in the legend's order, by factors of 1.2 in r. KA of the"
                        + " recurrent weights' kernel on {} test trials, RA of the activity at the last step on {}, not centred"
                        + " (c, d) and centred (e); the intervals do not hold the sampling error of the shared test trials."
                        + " Runs end after equal steps, not at equal loss.",
                RankedStarts.describe(config), n, config.kernelProbes(), config.probes());
    }

    private static void tellLazier(
            Board board, String name, String measure, RankedStarts.Task task, ToDoubleFunction<RecurrentResult> value) {
        board.claim(
                        name + "-" + task.name(),
                        measure + " of full rank less rank 1 is above 0 at equal norm, " + task.title())
                .in(name + " change")
                .above(0)
                .range(-1, 1)
                .of(task.high().less(task.low(), value))
                .from(RankedStarts.PAPER + ": a higher rank is lazier; the size is not theory's");
    }

    private static void tellCeiling(Board board, Cell<RecurrentConfig, RecurrentResult> high) {
        RecurrentConfig config = high.config();
        double ceiling = config.task().ceiling();
        double sampling = StrictMath.sqrt(ceiling * (1 - ceiling) / config.testTrials());
        Reduction<RecurrentResult> less = mean(run -> run.testAccuracy() - ceiling);
        board.claim(
                        "ceiling",
                        "accuracy of the two-alternative choice less that of an ideal observer, "
                                + config.task().steps()
                                + " steps, full rank, is at most 0; the interval holds the sampling error of the "
                                + config.testTrials() + " test trials that all replicas share")
                .between(-CEILING_WINDOW, 0)
                .of(high.the(less.ofWhole().then(mean -> mean.withError(sampling))))
                .from("mean over coherences of Φ(c/100 √7/(0.1 √2))");
    }

    private static void tellReference(
            Board board,
            String name,
            Cell<RecurrentConfig, RecurrentResult> cell,
            int rank,
            ToDoubleFunction<RecurrentResult> value,
            double expected,
            double deviation) {
        var measured = cell.the(share(value));
        board.claim(
                        "choice-" + name + "-" + rank,
                        name.toUpperCase(Locale.ROOT) + " of the two-alternative choice at rank " + rank
                                + ", N = 100, mean over " + measured.n() + " replicas against one over "
                                + REFERENCE_SEEDS + " seeds")
                .in(name)
                .regression(expected, deviation / StrictMath.sqrt(REFERENCE_SEEDS))
                .of(measured)
                .from(REFERENCE);
    }
}
