package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;

/** Kernel alignment of recurrent networks against the stable rank of structured initial weights of equal norm. */
public final class RegimeStructures extends Story {
    /** The figure. */
    public RegimeStructures() {
        super("regime-structures", "Laziness by effective rank of structured weights", RankedStarts.STUDY.sources());
    }

    /** A structure of initial weights, and the name of its claim, empty for none. */
    private record Start(String name, Connectivity connectivity, String claim) {}

    private static final List<Start> STARTS = List.of(
            new Start("Gaussian", new Connectivity.Gaussian(), ""),
            new Start("rank 30", new Connectivity.LowRank(30), ""),
            new Start("rank 5", new Connectivity.LowRank(5), ""),
            new Start("rank 1", new Connectivity.LowRank(1), ""),
            new Start("Dale, balanced", new Connectivity.Dale(0.8, true), "dale"),
            new Start("Dale, unbalanced", new Connectivity.Dale(0.8, false), ""),
            new Start("two blocks", new Connectivity.Block(2, 4, -4, 1, 1), "blocks"),
            new Start("chains", new Connectivity.Chain(3, 0.8), "chains"));

    private static final ToDoubleFunction<Recurrent.Result> ALIGNMENT =
            run -> run.movement().kernelAlignment();

    @Override
    protected void tell(Board board) {
        board.control("run: two Gaussian initialisations with different seeds, whose mean difference is 0");
        board.title(
                "Starts of lower stable rank learn more features than Gaussian ones",
                "Lower stable rank does not mean more feature learning",
                "Starts of lower stable rank mostly learn more features");
        board.subtitle("Kernel alignment after training, against the stable rank of structured initial weights");
        int n = board.replicas(3, 5);
        Recurrent.Config base = RankedStarts.images(board);
        Line<Recurrent.Config, Recurrent.Result> all = board.along(
                RankedStarts.STUDY,
                Line.numbered(STARTS.size()),
                k -> Schema.with(base, "connectivity", STARTS.get((int) k - 1).connectivity));
        Line<Recurrent.Config, Recurrent.Result> whole = all.whole();
        tellStable(board, whole);
        for (int k = 0; k < STARTS.size(); k++) {
            if (!STARTS.get(k).claim.isEmpty()) {
                tellClaim(board, STARTS.get(k), all.cells().get(k), all.cells().get(0));
            }
        }
        String lost = STARTS.stream()
                .filter(start -> !all.cells().get(STARTS.indexOf(start)).isWhole())
                .map(Start::name)
                .collect(Collectors.joining(", "));
        board.caption(
                "Kernel alignment after training on rows of digits from starts of equal Frobenius norm, against their stable rank."
                        + " {}. Means over {} replicas, 95 % t intervals on the logit scale, without the sampling error of the shared test images; not"
                        + " shown, because a replica diverges: {}. s: singular values. Runs end after equal steps."
                        + " Dale: 80 % excitatory; balanced: inhibitory columns compensate for their smaller number. Blocks:"
                        + " mean +4/√N within blocks and −4/√N between them. Chains: a rank-one part, strength 3, correlation 0.8.",
                RankedStarts.describe(base), n, lost.isEmpty() ? "none" : lost);
    }

    private static void tellStable(Board board, Line<?, Recurrent.Result> whole) {
        Line<?, Recurrent.Result> ranked = whole.against(mean(run -> run.ranks().stableRank()));
        Plot plot = board.plot(
                        "stable",
                        "The higher the stable rank, the lazier",
                        Axis.log10("stable rank of the initial weights, Σs²/s₁²")
                                .range(0.8, 50),
                        Axis.linear("kernel alignment, 1 = lazy").range(0, 0.5))
                .points("starts", ranked, mean(ALIGNMENT).onLogit());
        double[] y = whole.means(mean(ALIGNMENT));
        for (int k = 0; k < y.length; k++) {
            plot.text(ranked.x()[k], y[k] + (y[k] > 0.2 ? 0.012 : 0), STARTS.get((int) whole.x()[k] - 1).name);
        }
    }

    private static void tellClaim(
            Board board, Start start, Cell<?, Recurrent.Result> one, Cell<?, Recurrent.Result> gaussian) {
        board.claim(
                        start.claim,
                        "kernel alignment of the Gaussian start minus that of the start '" + start.name
                                + "' is above 0, equal norm, paired")
                .in("stable")
                .says("Starts of lower stable rank learn more features | difference of kernel alignments")
                .above(0, -1, 1)
                .of(gaussian.less(one, ALIGNMENT))
                .from(RankedStarts.PAPER
                        + ": a higher rank is lazier, also with Dale, block and chain starts; the size is not"
                        + " theory's");
    }
}
