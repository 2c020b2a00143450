package org.noisebook.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.PointSet;
import org.noisebook.experiment.EndCounts;
import org.noisebook.field.NearestPictures;
import org.noisebook.field.TrainedField;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.rng.Streams;

/** A trained field as one figure: its samples, beside points where some are given, and the course of its loss. */
public final class FieldPlate {
    private static final int POINTS = 400;
    private static final int PICTURES = 10;
    private static final int BINS = 40;
    private static final int GRID = 48;
    private static final double NATS = 8;

    private FieldPlate() {}

    /** The figure of a field alone. */
    public static Story.Drawing of(TrainedField field) {
        return of(field, Optional.empty());
    }

    /**
     * The figure of a field beside points.
     *
     * @param points points of the same columns, best those its training has not seen; of pictures those it has seen
     */
    public static Story.Drawing of(TrainedField field, Optional<PointSet> points) {
        Board board = new Board("field-report", Preset.QUICK, null);
        boolean pictures = field.points().height() > 0;
        double[][] samples = field.sample(pictures ? 2 * PICTURES : POINTS, Streams.of(1));
        if (pictures) {
            pictures(board, field, points, samples);
        } else {
            Optional<double[][]> data = points.map(set -> field.points().restored(set.standardised(POINTS)));
            if (samples.length == 1) {
                line(board, field, data, samples);
            } else {
                plane(board, field, data, samples);
            }
        }
        double[] loss = field.loss();
        double[] updates = new double[loss.length];
        Arrays.setAll(updates, k -> (k + 1.0) * field.training().steps() / loss.length);
        board.plot("loss", "Loss during training", Axis.linear("updates"), Axis.linear("loss, up to a constant"))
                .line(LineKind.SAMPLE, "loss", updates, loss);
        board.stamp(field.trained());
        board.caption("Samples by the ODE, in the units of the file. Trained by {}.", field.trained());
        return board.drawing(
                points.isEmpty()
                        ? "Samples of a trained field"
                        : pictures
                                ? "Samples of a trained field above their nearest pictures"
                                : "Samples of a trained field beside data");
    }

    private static void plane(Board board, TrainedField field, Optional<double[][]> data, double[][] samples) {
        Axis x = Axis.linear(field.names().get(0));
        Axis y = Axis.linear(field.names().get(1));
        Plot plot = board.plot("samples", samples.length == 2 ? "Where they lie" : "Their first two columns", x, y);
        data.ifPresent(known -> plot.colour(Plot.GREY).points("data", known[0], known[1]));
        plot.colour(0).named(data.isPresent() ? "samples" : "").points("samples", samples[0], samples[1]);
        if (samples.length > 2) {
            return;
        }
        double[] xs = grid(samples[0]);
        double[] ys = grid(samples[1]);
        double[][] places = new double[2][GRID * GRID];
        Arrays.setAll(places[0], k -> xs[k % GRID]);
        Arrays.setAll(places[1], k -> ys[k / GRID]);
        double[] log = field.logDensity(places);
        double top = Math.ceil(Arrays.stream(log).max().orElseThrow());
        double[][] value = new double[GRID][];
        Arrays.setAll(value, row -> Arrays.copyOfRange(log, row * GRID, (row + 1) * GRID));
        EndCounts[][] ends = new EndCounts[GRID][GRID];
        Arrays.stream(ends).forEach(row -> Arrays.fill(row, EndCounts.all(1)));
        board.map("density", "Log density", x, y, ColourBar.of("log p (nats)", top - NATS, top), xs, ys, value, ends);
    }

    private static double[] grid(double... x) {
        double low = Arrays.stream(x).min().orElseThrow();
        double high = Arrays.stream(x).max().orElseThrow();
        return Line.even(low, high, GRID);
    }

    private static void line(Board board, TrainedField field, Optional<double[][]> data, double[][] samples) {
        double[] places = grid(data.orElse(samples)[0]);
        double[] edges = Line.even(places[0], places[GRID - 1], BINS + 1);
        Plot plot = board.plot(
                "samples", "Where they lie", Axis.linear(field.names().get(0)), Axis.linear("density"));
        data.ifPresent(x -> plot.colour(Plot.GREY).histogram("data", edges, share(x[0], edges)));
        plot.colour(0).outline("samples", edges, share(samples[0], edges));
        double[] density =
                Arrays.stream(field.logDensity(places)).map(StrictMath::exp).toArray();
        plot.line(LineKind.SAMPLE, "exp log p", places, density);
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

    private static void pictures(Board board, TrainedField field, Optional<PointSet> seen, double[][] samples) {
        PointSet frame = field.points();
        double[][] drawn = frame.standardised(samples);
        List<double[]> shown = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        Optional<ClassPoints> known = seen.map(PointSet::points);
        int[] nearest = known.map(of -> NearestPictures.of(of, drawn).index()).orElse(new int[0]);
        for (int row = 0; row < 2; row++) {
            int first = row * PICTURES;
            rows.add("drawn");
            add(shown, frame, (k, j) -> drawn[j][first + k]);
            known.ifPresent(of -> {
                rows.add("seen");
                add(shown, frame, (k, j) -> of.x(nearest[first + k], j));
            });
        }
        int width = frame.dimension() / frame.height();
        board.pictures(
                "samples",
                frame.height() + " × " + width + " pixels",
                rows,
                PICTURES,
                width,
                shown.toArray(double[][]::new),
                -1,
                1);
    }

    /** The grey of pixel j of picture k. */
    private interface Grey {
        double at(int picture, int pixel);
    }

    private static void add(List<double[]> to, PointSet frame, Grey grey) {
        for (int k = 0; k < PICTURES; k++) {
            int picture = k;
            double[] pixels = new double[frame.dimension()];
            Arrays.setAll(pixels, j -> grey.at(picture, j));
            to.add(pixels);
        }
    }
}
