package org.noisebook.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.noisebook.chart.Axis;
import org.noisebook.data.PointSet;
import org.noisebook.field.TrainedField;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.rng.Streams;

/** A trained field as one figure: its samples, beside data where there are some, and the course of its loss. */
public final class FieldPlate {
    private static final int POINTS = 600;
    private static final int PICTURES = 10;
    private static final int BINS = 40;

    private FieldPlate() {}

    /** The figure of a field alone. */
    public static Story.Drawing of(TrainedField field) {
        return of(field, Optional.empty());
    }

    /**
     * The figure of a field beside points, best those its training has not seen.
     *
     * @param points points of the same columns
     */
    public static Story.Drawing of(TrainedField field, Optional<PointSet> points) {
        Board board = new Board("field-report", Preset.QUICK, null);
        Optional<double[][]> data = points.map(set -> field.restored(set.standardised(POINTS)));
        double[][] samples = field.sample(field.height() > 0 ? 2 * PICTURES : POINTS, Streams.of(1));
        if (field.height() > 0) {
            pictures(board, field, data, samples);
        } else if (samples.length == 1) {
            line(board, field, data, samples);
        } else {
            Plot plot = board.plot(
                    "samples",
                    "Samples beside data",
                    Axis.linear(field.names().get(0)),
                    Axis.linear(field.names().get(1)));
            data.ifPresent(x -> plot.colour(Plot.GREY).points("data", x[0], x[1]));
            plot.colour(0).points("samples", samples[0], samples[1]);
        }
        double[] loss = field.loss();
        double[] updates = new double[loss.length];
        Arrays.setAll(updates, k -> (k + 1.0) * field.training().steps() / loss.length);
        board.plot("loss", "Course of the training", Axis.linear("updates"), Axis.linear("loss, up to a constant"))
                .line(LineKind.SAMPLE, "loss", updates, loss);
        board.stamp(field.trained());
        board.caption(
                "Samples of a trained field by the ODE, in the units of the file. Trained by {}.", field.trained());
        return board.drawing("Samples beside data");
    }

    private static void line(Board board, TrainedField field, Optional<double[][]> data, double[][] samples) {
        double[] all = Arrays.stream(data.orElse(samples)[0]).sorted().toArray();
        double low = all[0];
        double width = (all[all.length - 1] - low) / BINS;
        double[] edges = new double[BINS + 1];
        Arrays.setAll(edges, k -> low + k * width);
        Plot plot = board.plot(
                "samples", "Samples beside data", Axis.linear(field.names().get(0)), Axis.linear("density"));
        data.ifPresent(x -> plot.colour(Plot.GREY).histogram("data", edges, share(x[0], edges)));
        plot.colour(0).outline("samples", edges, share(samples[0], edges));
        double[] places = new double[4 * BINS];
        Arrays.setAll(places, k -> low + (k + 0.5) * width / 4);
        double[] log = field.logDensity(places);
        plot.line(
                LineKind.SAMPLE,
                "exp log p",
                places,
                Arrays.stream(log).map(StrictMath::exp).toArray());
    }

    private static double[] share(double[] x, double[] edges) {
        double[] share = new double[edges.length - 1];
        double width = edges[1] - edges[0];
        for (double value : x) {
            int bin = (int) Math.floor((value - edges[0]) / width);
            if (bin >= 0 && bin < share.length) {
                share[bin] += 1.0 / x.length;
            }
        }
        return share;
    }

    private static void pictures(Board board, TrainedField field, Optional<double[][]> data, double[][] samples) {
        List<double[]> shown = new ArrayList<>();
        List<String> rows = new ArrayList<>(List.of("samples", ""));
        add(shown, samples, 2 * PICTURES);
        data.filter(x -> x[0].length >= PICTURES).ifPresent(x -> {
            rows.add("data");
            add(shown, x, PICTURES);
        });
        board.pictures(
                "samples",
                "Samples beside data",
                rows,
                PICTURES,
                samples.length / field.height(),
                shown.toArray(double[][]::new),
                0,
                255);
    }

    private static void add(List<double[]> to, double[][] x, int count) {
        for (int k = 0; k < count; k++) {
            int at = k;
            to.add(Arrays.stream(x).mapToDouble(row -> row[at]).toArray());
        }
    }
}
