package org.noisebook.report;

import static org.noisebook.figure.Line.numbered;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.checkpoint.CheckpointReport;
import org.noisebook.checkpoint.CheckpointReport.Stop;
import org.noisebook.checkpoint.Linearisation;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** A report on checkpoints as one figure: the deciding measures with their limits, the path, the spectra, the power of the task. */
public final class CheckpointPlate {
    private static final double SMALLEST = 1e-9;
    private static final int MOST_NAMES = 4;

    private CheckpointPlate() {}

    /** The figure of a report. */
    public static Story.Drawing of(CheckpointReport report) {
        Board board = new Board("regime-report", Preset.QUICK, null);
        List<Stop> stops = report.stops();
        decides(board, stops);
        if (stops.size() > 1) {
            path(board, stops);
        }
        spectra(board, report);
        board.stamp(report.moments().get(0).probes() + " probes");
        board.caption(
                "Was this training lazy or rich? Departure of the outputs from their linearisations at the start (δ₁) and the end (δ₁′) of the"
                        + " training, and change of their slopes (δ_s), along the change of the weights, with 95 % jackknife intervals over"
                        + " probes; lazy if both departures are below {}, rich if the slopes changed by more than {}. The kernel's relative"
                        + " change ΔΘ does not decide. Eigenvalues of the tangent kernel, and the share of the task in its leading"
                        + " eigenvectors.",
                Linearisation.LAZY, Linearisation.RICH);
        return board.drawing("verdict: " + report.verdict());
    }

    private static void decides(Board board, List<Stop> stops) {
        List<String> names = new ArrayList<>();
        List<Estimate> values = new ArrayList<>();
        Stop last = stops.get(stops.size() - 1);
        last.linearisation().ifPresent(of -> {
            add(names, values, "δ₁, lazy below 0.1", of.start());
            add(names, values, "δ₁′, lazy below 0.1", of.end());
            add(names, values, "δ_s, rich above 2/3", of.slope());
        });
        add(names, values, "ΔΘ, not deciding", last.kernel());
        if (names.isEmpty()) {
            return;
        }
        Plot plot = board.plot("measures", "What decides", Axis.named("", names), Axis.log10("relative change"));
        plot.points("measured", numbered(names.size()), values.toArray(Estimate[]::new));
        limits(plot, 0.5, names.size() + 0.5);
    }

    private static void limits(Plot plot, double from, double to) {
        plot.colour(Plot.GREY)
                .level(LineKind.BORDER, "lazy below", Linearisation.LAZY, from, to)
                .level(LineKind.BORDER, "rich above", Linearisation.RICH, from, to);
    }

    private static void add(List<String> names, List<Estimate> values, String name, Estimate value) {
        if (value.mean() > SMALLEST) {
            names.add(name);
            values.add(value);
        }
    }

    private static void path(Board board, List<Stop> stops) {
        double[] x = numbered(stops.size());
        Axis files = x.length > MOST_NAMES
                ? Axis.linear("file")
                : Axis.named("", stops.stream().map(Stop::name).toList());
        Plot plot = board.plot("trajectory", "File by file", files, Axis.log10("relative change"));
        series(
                plot,
                "departure at start",
                x,
                stops,
                stop -> stop.linearisation().map(Linearisation::start));
        series(plot, "δ_s", x, stops, stop -> stop.linearisation().map(Linearisation::slope));
        series(plot, "ΔΘ", x, stops, stop -> Optional.of(stop.kernel()));
        limits(plot, x.length > MOST_NAMES ? 1 : 0.5, x.length > MOST_NAMES ? x.length : x.length + 0.5);
    }

    private static void series(
            Plot plot, String name, double[] x, List<Stop> stops, Function<Stop, Optional<Estimate>> value) {
        Estimate[] values = stops.stream()
                .map(stop -> value.apply(stop).orElse(Estimate.NONE))
                .toArray(Estimate[]::new);
        if (Arrays.stream(values).anyMatch(one -> one.mean() > SMALLEST)) {
            plot.points(name, x, values);
        }
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
