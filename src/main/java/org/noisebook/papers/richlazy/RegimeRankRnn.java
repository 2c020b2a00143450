package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;

/** How far recurrent networks move from initial weights of low rank, at equal norm and at equal largest singular value. */
public final class RegimeRankRnn extends Story {
    /** A measure of a run: its name in ids and in statements, and its headline. */
    private record Measure(String id, String words, Axis axis, ToDoubleFunction<Recurrent.Result> value, String says) {
        Reduction<Recurrent.Result> share() {
            return mean(value).ofWhole().onLogit();
        }
    }

    private static final Measure KERNEL = new Measure(
            "ka",
            "kernel alignment",
            Axis.linear("kernel alignment, 1 = lazy").range(0, 0.8),
            run -> run.movement().kernelAlignment(),
            "At equal norm, lower rank learns more features | difference of kernel alignments");
    private static final Measure ACTIVITY = new Measure(
            "ra",
            "uncentred representation alignment",
            Axis.linear("activity alignment, 1 = lazy").range(0.3, 1.02),
            run -> run.movement().representationAlignment(),
            "At equal norm, lower rank also moves the activity more | difference of activity alignments");

    /** The figure. */
    public RegimeRankRnn() {
        super("regime-rank-rnn", "Laziness of recurrent networks by initial rank", RankedStarts.STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.control("none: the sign of a difference at equal norm; without equal norms it is that of the norms");
        board.title(
                "Low-rank starts learn more features than full-rank ones of equal norm",
                "Low-rank starts do not learn more features than full-rank ones",
                "Low-rank starts may learn more features than full-rank ones");
        board.subtitle(
                "Alignment of kernel and activity with their initial values, against the rank of the initial weights");
        int n = board.replicas(4, 5);
        List<RankedStarts.Task> tasks = RankedStarts.on(board);
        for (RankedStarts.Task task : tasks) {
            task.tell(board, "ka " + task.name(), "Kernel, " + task.title(), KERNEL.axis, KERNEL.share());
            tellLazier(board, KERNEL, task);
        }
        for (RankedStarts.Task task : tasks) {
            task.tell(board, "ra " + task.name(), "Activity, " + task.title(), ACTIVITY.axis, ACTIVITY.share());
            tellLazier(board, ACTIVITY, task);
        }
        RankedStarts.Task first = tasks.get(0);
        if (board.preset() != Preset.QUICK) {
            tellCeiling(board, first.high());
            tellReference(board, KERNEL, first, 1, 0.18, 0.03);
            tellReference(board, KERNEL, first, 5, 0.33, 0.08);
            tellReference(board, KERNEL, first, 30, 0.59, 0.11);
            tellReference(board, KERNEL, first, 100, 0.60, 0.07);
            // The recorded value at rank 1, 0.61 ± 0.34, excludes no value from 0 to 1.
            tellReference(board, ACTIVITY, first, 5, 0.967, 0.018);
            tellReference(board, ACTIVITY, first, 30, 0.965, 0.017);
            tellReference(board, ACTIVITY, first, 100, 0.979, 0.008);
        }
        Recurrent.Config config = first.high().config();
        board.caption(
                "Recurrent networks trained from low-rank starts: the first r singular triplets of one Gaussian matrix,"
                        + " rescaled to its Frobenius norm or to its largest singular value s₁. {}. Means over {} replicas with"
                        + " 95 % t intervals on the logit scale (delta method); claims compare ranks replica by replica."
                        + " Kernel: alignment of the recurrent weights' kernel on {} test trials; activity: that of the activity"
                        + " at the last step on {}, not centred; intervals without the sampling error of the shared test"
                        + " trials. Runs end after equal steps, not at equal loss.",
                RankedStarts.describe(config), n, config.kernelProbes(), config.probes());
    }

    private static void tellLazier(Board board, Measure measure, RankedStarts.Task task) {
        board.claim(
                        measure.id + "-" + task.name(),
                        measure.words + " at full rank minus that at rank 1, equal norm, is above 0, " + task.title())
                .in(measure.id + " " + task.name())
                .says(measure.says)
                .above(0, -1, 1)
                .of(task.high().less(task.low(), measure.value))
                .from(RankedStarts.PAPER + ": a higher rank is lazier; the size is not from theory");
    }

    private static void tellCeiling(Board board, Cell<Recurrent.Config, Recurrent.Result> high) {
        Recurrent.Config config = high.config();
        double ceiling = config.task().ceiling();
        double sampling = StrictMath.sqrt(ceiling * (1 - ceiling) / config.testTrials());
        Reduction<Recurrent.Result> less = mean(run -> run.testAccuracy() - ceiling);
        board.claim(
                        "ceiling",
                        "accuracy of the two-alternative choice minus that of an ideal observer, "
                                + config.task().steps()
                                + " steps, full rank, is at most 0; the interval includes the sampling error of the "
                                + config.testTrials() + " test trials that all replicas share")
                .control("run: other numbers of steps, for which the ideal observer has a different accuracy")
                .says("Trained networks reach, but do not beat, the ideal observer | accuracy − ideal observer's")
                .between(-0.05, 0)
                .of(high.the(less.ofWhole().then(mean -> mean.withError(sampling))))
                .from("mean over coherences of Φ(c/100 √7/(0.1 √2))");
    }

    private static void tellReference(
            Board board, Measure measure, RankedStarts.Task choice, int rank, double expected, double deviation) {
        var measured = choice.equalNorm().at(rank).the(measure.share());
        board.claim(
                        "choice-" + measure.id + "-" + rank,
                        measure.words + " in the two-alternative choice at rank " + rank + ", N = 100, mean of "
                                + measured.n() + " replicas against a recorded mean of 4 seeds")
                .in(measure.id + " choice")
                .regression(expected, deviation / 2)
                .of(measured)
                .from(
                        "reference simulation of the same setting, its ± taken as the standard deviation over its 4 seeds:"
                                + " standard error ±/√4");
    }
}
