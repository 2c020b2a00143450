package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.chart.Scale;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.model.Ends;
import org.noisebook.stats.Estimate;

/**
 * The curves of a sweep in a few words: one number of its results against one of its configs, for notebooks and first
 * looks.
 *
 * <p>Points are means with 95 % t intervals, on a logarithmic axis geometric ones with intervals of the logarithms. A cell
 * with a replica that did not fit has no point, as in the figures.
 *
 * <p>Shapes: one point a config and group. Special cases: configs that share x and group are an error.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class Curves<C extends Record, R extends Record> {
    private static final String PANEL = "curves";
    private static final int LINE_POINTS = 121;

    private final String title;
    private final Results<C, R> results;
    private Axis xAxis = Axis.linear("x");
    private Axis yAxis = Axis.linear("y");
    private ToDoubleFunction<C> x = config -> Double.NaN;
    private ToDoubleBiFunction<C, R> y = (config, result) -> Double.NaN;
    private Function<C, String> group = config -> "";
    private Predicate<R> fitted = result -> true;
    private final List<Line> lines = new ArrayList<>();

    private record Line(String legend, DoubleUnaryOperator law, Sheet.Kind kind) {}

    private Curves(String title, Results<C, R> results) {
        this.title = title;
        this.results = results;
    }

    /** Curves of these results. */
    public static <C extends Record, R extends Record> Curves<C, R> of(String title, Results<C, R> results) {
        return new Curves<>(title, results);
    }

    /** What stands on the x axis. */
    public Curves<C, R> x(Axis axis, ToDoubleFunction<C> value) {
        xAxis = axis;
        x = value;
        return this;
    }

    /** What stands on the y axis. */
    public Curves<C, R> y(Axis axis, ToDoubleBiFunction<C, R> value) {
        yAxis = axis;
        y = value;
        return this;
    }

    /** One curve for each value, named {@code name = value}. */
    public Curves<C, R> by(String name, Function<C, ?> value) {
        group = config -> name + " = " + value.apply(config);
        return this;
    }

    /** Which results count as fitted; all, unless said. */
    public Curves<C, R> fitted(Predicate<R> condition) {
        fitted = condition;
        return this;
    }

    /** A line over the range of x: solid for theory, dashed for theory with a measured prefactor. */
    public Curves<C, R> line(String legend, Sheet.Kind kind, DoubleUnaryOperator law) {
        lines.add(new Line(legend, law, kind));
        return this;
    }

    /** The chart. */
    public Plate plate() {
        return Plate.of(sheet().panels(), 1);
    }

    /** What is plotted, as a table. */
    public Frame frame() {
        return sheet().frame();
    }

    private Sheet sheet() {
        Sheet sheet = new Sheet().panel(PANEL, title, xAxis, yAxis);
        Map<String, TreeMap<Double, C>> groups = new LinkedHashMap<>();
        for (Sweep.Cell<C> cell : results.sweep().cells()) {
            C config = cell.config();
            C other = groups.computeIfAbsent(group.apply(config), name -> new TreeMap<>())
                    .put(x.applyAsDouble(config), config);
            if (other != null && !other.equals(config)) {
                throw new IllegalArgumentException("two configs have x = " + x.applyAsDouble(config)
                        + (group.apply(config).isEmpty() ? "" : " and " + group.apply(config))
                        + ": tell them apart with by(…)");
            }
        }
        int colour = 0;
        for (Map.Entry<String, TreeMap<Double, C>> curve : groups.entrySet()) {
            addPoints(sheet, curve.getKey(), colour++, curve.getValue());
        }
        for (Line line : lines) {
            double[] at = range(groups);
            double[] values = Arrays.stream(at).map(line.law()).toArray();
            sheet.line(PANEL, line.legend(), line.legend(), colour++, at, values, line.kind());
        }
        return sheet;
    }

    private void addPoints(Sheet sheet, String name, int colour, Map<Double, C> curve) {
        double[] at = new double[curve.size()];
        List<Estimate> estimates = new ArrayList<>();
        List<Ends> ends = new ArrayList<>();
        for (Map.Entry<Double, C> point : curve.entrySet()) {
            C config = point.getValue();
            List<R> runs = results.of(config);
            int whole = (int) runs.stream().filter(fitted).count();
            double[] values = runs.stream()
                    .mapToDouble(run -> y.applyAsDouble(config, run))
                    .toArray();
            at[estimates.size()] = point.getKey();
            estimates.add(yAxis.scale() == Scale.LINEAR ? Estimate.ofMean(values) : Estimate.ofGeometricMean(values));
            ends.add(new Ends(whole, runs.size() - whole, 0));
        }
        sheet.points(PANEL, name, colour, at, estimates.toArray(Estimate[]::new), ends.toArray(Ends[]::new));
    }

    private double[] range(Map<String, TreeMap<Double, C>> groups) {
        double low =
                groups.values().stream().mapToDouble(TreeMap::firstKey).min().orElse(1);
        double high =
                groups.values().stream().mapToDouble(TreeMap::lastKey).max().orElse(1);
        boolean linear = xAxis.scale() == Scale.LINEAR;
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> {
                    double share = (double) k / (LINE_POINTS - 1);
                    return linear ? low + share * (high - low) : low * StrictMath.pow(high / low, share);
                })
                .toArray();
    }
}
