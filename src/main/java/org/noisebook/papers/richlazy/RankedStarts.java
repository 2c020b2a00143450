package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.numbered;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.data.DataSource;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;

/** Recurrent networks started from the first r singular triplets of a Gaussian matrix, rescaled to its norm or its largest singular value. */
final class RankedStarts {
    static final Recurrent STUDY = new Recurrent();
    static final String PAPER = "Liu et al. 2024, arXiv 2310.08513";

    /** Number of test trials, for a sampling error of a third of the accuracy's distance to the ceiling. */
    private static final int DRAWN_TEST_TRIALS = 20_000;

    private RankedStarts() {}

    /** The networks of a task by rank; at equal largest singular value without full rank. */
    record Task(
            String name,
            String title,
            Line<Recurrent.Config, Recurrent.Result> equalNorm,
            Line<Recurrent.Config, Recurrent.Result> equalSingular) {
        /** The cell of rank 1 at equal norm. */
        Cell<Recurrent.Config, Recurrent.Result> low() {
            return equalNorm.cells().get(0);
        }

        /** The cell of full rank, the same under both norms. */
        Cell<Recurrent.Config, Recurrent.Result> high() {
            return equalNorm.last();
        }

        /** Plots a quantity against the rank. */
        void tell(Board board, String panel, String heading, Axis y, Reduction<Recurrent.Result> reduction) {
            double[] ranks = equalNorm.x();
            List<String> names = Arrays.stream(ranks)
                    .mapToObj(rank -> rank == high().config().width() ? "full rank" : "rank " + Numbers.format(rank))
                    .toList();
            String series = "equal s₁, so smaller norm";
            board.plot(panel, heading, Axis.named("rank of the initial weights", names), y)
                    .points("equal norm", equalNorm.against(numbered(ranks.length)), reduction)
                    .joined("equal norm")
                    .named("equal largest singular value, so smaller norm")
                    .points(series, equalSingular.against(numbered(equalSingular.size())), reduction)
                    .joined(series);
        }
    }

    private static Recurrent.Config config(Board board, RecurrentTask task, int testTrials) {
        int iterations = board.choose(200, 4000);
        return Schema.with(STUDY.defaults(), "iterations", iterations, "task", task, "testTrials", testTrials);
    }

    /** Digits read row by row. */
    static Recurrent.Config images(Board board) {
        return config(board, new RecurrentTask.ImageRows(DataSource.DIGITS, 1200), 500);
    }

    /** Declares the cells; the choice is only in the full preset, where it comes first. */
    static List<Task> on(Board board) {
        List<Task> tasks = new ArrayList<>();
        if (board.preset() != Preset.QUICK) {
            var choice = config(board, new RecurrentTask.TwoAlternativeChoice(7, 0.1), DRAWN_TEST_TRIALS);
            tasks.add(task(board, "choice", "two-alternative choice", choice, 3));
        }
        tasks.add(task(board, "images", "digit rows", images(board), 1));
        return tasks;
    }

    private static Task task(Board board, String name, String title, Recurrent.Config base, int lower) {
        double[] ranks = {1, 5, 30, 100};
        Recurrent.Config equal = Schema.with(base, "norm", Connectivity.Norm.LARGEST_SINGULAR_VALUE);
        return new Task(
                name,
                title,
                board.along(STUDY, ranks, rank -> ranked(base, rank)),
                board.along(STUDY, Arrays.copyOf(ranks, lower), rank -> ranked(equal, rank)));
    }

    private static Recurrent.Config ranked(Recurrent.Config base, double rank) {
        return rank == base.width() ? base : Schema.with(base, "connectivity", new Connectivity.LowRank((int) rank));
    }

    /** The setting of all runs, for captions. */
    static String describe(Recurrent.Config config) {
        return "N = " + config.width() + " rectified units, " + config.iterations() + " steps of SGD with η = "
                + config.learningRate() + ", momentum " + config.momentum() + " and batches of " + config.batchSize()
                + ", initial weights of standard deviation " + config.gain() + "/√N before structure";
    }
}
