package org.noisebook.report;

import static org.noisebook.figure.Line.numbered;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.checkpoint.Checkpoint;
import org.noisebook.checkpoint.CheckpointReport;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.regime.RegimeReport;
import org.noisebook.stats.Estimate;

/** A report on checkpoints as one figure: the deciding measures with their limits, the path, the spectra, the power of the task. */
public final class CheckpointPlate {
    private static final double SMALLEST = 1e-9;
    private static final int MOST_NAMES = 4;

    private CheckpointPlate() {}

    /** The figure of a report. */
    public static Story.Drawing of(CheckpointReport report) {
        Board board = new Board("regime-report", Preset.QUICK, null);
        decides(board, report);
        if (report.moments().size() > 2) {
            path(board, report);
        }
        spectra(board, report);
        board.stamp(report.moments().get(0).probes() + " probes");
        board.caption(
                "Was this training lazy or rich? Relative changes of tangent kernel and weights, and the distance of the tangent"
                        + " model at equal training loss, with 95 % jackknife intervals over probes; below {} lazy, above {} rich (a"
                        + " convention). Eigenvalues of the tangent kernel, and the share of the task in its leading eigenvectors.",
                RegimeReport.LAZY, RegimeReport.RICH);
        return board.drawing("verdict: " + report.verdict());
    }

    private static void decides(Board board, CheckpointReport report) {
        List<String> names = new ArrayList<>();
        List<Estimate> values = new ArrayList<>();
        add(names, values, "kernel", report.kernelChange());
        add(names, values, "weights", report.weightChange());
        add(names, values, "tangent model", report.tangentDistance());
        if (names.isEmpty()) {
            return;
        }
        Plot plot = board.plot("measures", "What decides", Axis.named("", names), Axis.log10("relative change"));
        plot.points("measured", numbered(names.size()), values.toArray(Estimate[]::new));
        limits(plot, 0.5, names.size() + 0.5);
    }

    private static void limits(Plot plot, double from, double to) {
        plot.colour(Plot.GREY)
                .level(LineKind.BORDER, "lazy below", RegimeReport.LAZY, from, to)
                .level(LineKind.BORDER, "rich above", RegimeReport.RICH, from, to)
                .text(from + 0.12 * (to - from), 0.7 * RegimeReport.LAZY, "lazy below")
                .text(from + 0.12 * (to - from), 1.4 * RegimeReport.RICH, "rich above");
    }

    private static void add(List<String> names, List<Estimate> values, String name, Estimate value) {
        if (value.mean() > SMALLEST) {
            names.add(name);
            values.add(value);
        }
    }

    private static void path(Board board, CheckpointReport report) {
        double[] x = numbered(report.moments().size() - 1);
        Axis files = x.length > MOST_NAMES
                ? Axis.linear("file after the first")
                : Axis.named(
                        "",
                        report.moments().stream().skip(1).map(Checkpoint::name).toList());
        Plot plot = board.plot("trajectory", "Along the training", files, Axis.log10("relative change"));
        if (report.kernelChanges().stream().anyMatch(change -> change.mean() > SMALLEST)) {
            plot.points("kernel", x, report.kernelChanges().toArray(Estimate[]::new));
        }
        if (report.weightChanges().stream().anyMatch(change -> change.mean() > SMALLEST)) {
            plot.points("weights", x, report.weightChanges().toArray(Estimate[]::new));
        }
        limits(plot, x.length > MOST_NAMES ? 1 : 0.5, x.length > MOST_NAMES ? x.length : x.length + 0.5);
    }

    private static void spectra(Board board, CheckpointReport report) {
        List<double[]> spectra =
                report.spectra().stream().map(CheckpointPlate::positive).toList();
        if (spectra.get(0).length > 1 && spectra.get(1).length > 1) {
            lines(
                    board.plot(
                            "spectrum", "Spectrum of the tangent kernel", Axis.log10("rank"), Axis.log10("eigenvalue")),
                    spectra);
        }
        if (report.powers().get(0).length > 1) {
            lines(
                    board.plot(
                            "power",
                            "Where the task lies",
                            Axis.log10("leading eigenvectors"),
                            Axis.linear("share of the task").range(0, 1)),
                    report.powers());
        }
    }

    private static void lines(Plot plot, List<double[]> curves) {
        plot.line(LineKind.SAMPLE, "before", numbered(curves.get(0).length), curves.get(0))
                .line(LineKind.SAMPLE, "after", numbered(curves.get(1).length), curves.get(1));
        if (curves.get(2).length > 1) {
            plot.line(LineKind.THEORY, "infinite width", numbered(curves.get(2).length), curves.get(2));
        }
    }

    private static double[] positive(double[] values) {
        return Arrays.stream(values)
                .takeWhile(value -> value > SMALLEST * values[0])
                .toArray();
    }
}
