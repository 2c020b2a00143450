package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.regime.recurrent.Connectivity;
import org.noisebook.regime.recurrent.RecurrentConfig;
import org.noisebook.regime.recurrent.RecurrentResult;
import org.noisebook.regime.recurrent.RecurrentStudy;
import org.noisebook.regime.recurrent.RecurrentTask;
import org.noisebook.stats.Estimate;

/** Recurrent networks from the first r singular triplets of a Gaussian matrix, rescaled one way or the other. */
record RankedStarts(Board board, List<Task> tasks) {
    static final RecurrentStudy STUDY = new RecurrentStudy();
    static final String PAPER = "Liu et al. 2024, arXiv 2310.08513";

    /** Digits: 28 × 28 images of the full preset take 28 steps. */
    private static final RecurrentTask DIGITS = RecurrentTask.ImageRows.standard();

    private static final RecurrentTask FASHION = new RecurrentTask.ImageRows(DataSource.FASHION_TEST, 9000);
    /** So many that the sampling error of the accuracy is a third of its distance to the ceiling. */
    private static final int DRAWN_TEST_TRIALS = 20_000;

    /** Between the places of one series and the next at the same rank: wider than a marker. */
    private static final double SHIFT = 1.2;

    /** Left end of the axis, with room for rank 1 and its shifts. */
    private static final double LOWEST_RANK = 0.6;

    /** A task's networks along the rank; those at equal largest singular value without full rank, none if not run. */
    record Task(
            String name,
            String title,
            int colour,
            Line<RecurrentConfig, RecurrentResult> equalNorm,
            int otherColour,
            Line<RecurrentConfig, RecurrentResult> equalSingular) {
        int norms() {
            return equalSingular.size() > 0 ? 2 : 1;
        }

        /** Rank 1 at equal norm. */
        Cell<RecurrentConfig, RecurrentResult> low() {
            return equalNorm.cells().get(0);
        }

        /** Full rank, the same cell under both norms. */
        Cell<RecurrentConfig, RecurrentResult> high() {
            return equalNorm.cells().get(equalNorm.size() - 1);
        }
    }

    /** A neuroscience task at the preset's size, from a Gaussian start. */
    private static RecurrentConfig drawn(Board board, RecurrentTask task) {
        return Schema.with(
                RecurrentConfig.standard(),
                "task",
                task,
                "width",
                board.choose(100, 300),
                "iterations",
                board.choose(4000, 10_000),
                "testTrials",
                DRAWN_TEST_TRIALS);
    }

    /** Rows of images. */
    static RecurrentConfig images(Board board) {
        return Schema.with(
                drawn(board, RecurrentTask.TwoAlternativeChoice.standard()),
                "task",
                board.choose(DIGITS, FASHION),
                "testTrials",
                board.choose(500, 1000));
    }

    /** Declares the cells. */
    static RankedStarts on(Board board) {
        int none = -1;
        List<Task> tasks = new ArrayList<>();
        tasks.add(task(board, "choice", "two-alternative choice", 0, RecurrentTask.TwoAlternativeChoice.standard(), 4));
        tasks.add(task(board, "images", board.choose("digit rows", "Fashion rows"), 1, images(board), 3));
        if (board.choose(false, true)) {
            tasks.add(task(board, "match", "delayed match", 2, RecurrentTask.DelayedMatch.standard(), none));
            tasks.add(task(board, "context", "context decision", 5, RecurrentTask.ContextDecision.standard(), none));
        }
        return new RankedStarts(board, tasks);
    }

    private static Task task(Board board, String name, String title, int colour, RecurrentTask task, int otherColour) {
        return task(board, name, title, colour, drawn(board, task), otherColour);
    }

    private static Task task(
            Board board, String name, String title, int colour, RecurrentConfig base, int otherColour) {
        double[] ranks = board.choose(new double[] {1, 5, 30, 100}, new double[] {1, 30, 100, 300});
        double[] lower = otherColour < 0 ? new double[0] : Arrays.copyOf(ranks, ranks.length - 1);
        List<Cell<RecurrentConfig, RecurrentResult>> equal = new ArrayList<>();
        List<Cell<RecurrentConfig, RecurrentResult>> other = new ArrayList<>();
        for (int k = 0; k < ranks.length; k++) {
            RecurrentConfig config = ranks[k] == base.width()
                    ? base
                    : Schema.with(base, "connectivity", new Connectivity.LowRank((int) ranks[k]));
            equal.add(board.cell(STUDY, config));
            if (k < lower.length) {
                other.add(board.cell(STUDY, Schema.with(config, "norm", Connectivity.Norm.LARGEST_SINGULAR_VALUE)));
            }
        }
        return new Task(name, title, colour, Line.of(ranks, equal), otherColour, Line.of(lower, other));
    }

    /** Full rank. */
    int full() {
        return tasks.get(0).high().config().width();
    }

    /** The points of one task and one norm, moved along the axis so that they do not hide those of others. */
    private record Series(
            Task task, String name, int colour, Line<RecurrentConfig, RecurrentResult> line, double shift) {
        double[] x() {
            return Arrays.stream(line.x()).map(rank -> rank * shift).toArray();
        }

        /** Without full rank, whose paired difference is 0 by definition. */
        Series below(int full) {
            return new Series(task, name, colour, line.where(rank -> rank < full), shift);
        }
    }

    private List<Series> series() {
        double middle = (tasks.stream().mapToInt(Task::norms).sum() - 1) / 2.0;
        List<Series> series = new ArrayList<>();
        for (Task task : tasks) {
            double shift = StrictMath.pow(SHIFT, series.size() - middle);
            series.add(new Series(task, task.title + ", equal norm", task.colour, task.equalNorm, shift));
            if (task.norms() > 1) {
                double next = StrictMath.pow(SHIFT, series.size() - middle);
                String name = task.title + ", equal s₁ (smaller norm)";
                series.add(new Series(task, name, task.otherColour, task.equalSingular, next));
            }
        }
        return series;
    }

    private Plot open(String name, String title, Axis y) {
        Axis x = Axis.log10("rank of the initial weights r").range(LOWEST_RANK, full() / LOWEST_RANK);
        return board.plot(name, title, x, y);
    }

    /** A number against the rank. */
    void tell(String name, String title, Axis y, Reduction<RecurrentResult> reduction) {
        Plot plot = open(name, title, y);
        series().forEach(one -> tell(plot, one, one.line.each(reduction)));
    }

    /** A number of the start, which is the same for all tasks. */
    void tellStart(String name, String title, Axis y, Reduction<RecurrentResult> reduction) {
        Plot plot = open(name, title, y);
        series().stream()
                .filter(one -> one.task == tasks.get(0))
                .forEach(one -> tell(plot, one, one.line.each(reduction)));
    }

    /** A number less that of the full-rank start of the same replica. */
    void tellPaired(String name, String title, Axis y, ToDoubleFunction<RecurrentResult> value) {
        Plot plot = open(name, title, y);
        for (Series all : series()) {
            Series one = all.below(full());
            tell(plot, one, one.line.less(one.task.high(), value));
        }
        plot.level(LineKind.THEORY, "no change", 0, LOWEST_RANK, full() / LOWEST_RANK);
    }

    private static void tell(Plot plot, Series one, Estimate[] y) {
        plot.colour(one.colour).points(one.name, one.x(), y, one.line.ends());
    }

    /** What a caption says of all runs. */
    static String describe(RecurrentConfig config) {
        return "N = " + config.width() + " rectified units, " + config.iterations() + " steps of SGD with η = "
                + config.learningRate() + ", momentum " + config.momentum() + " and batches of " + config.batchSize()
                + ", initial weights of standard deviation " + config.gain() + "/√N before structure";
    }
}
