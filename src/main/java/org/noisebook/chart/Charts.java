package org.noisebook.chart;

import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.noisebook.data.Numbers;
import org.noisebook.data.OptionalServices;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.stats.Estimate;

/**
 * Quick charts of sweep results: one result quantity against one or two config fields, as an XChart chart for further
 * styling with XChart's methods. Figures are {@link Plate}s.
 *
 * <p>A value is the mean of a cell's replicas with its 95 % t interval, on a logarithmic y axis the geometric mean with
 * the interval of the logarithms. A cell with a replica that did not fit has no point. All methods except those that
 * create a chart modify this object and return it.
 *
 * <p>Without {@code x}, {@code y} and {@code by} a chart shows the first real number of the result against the number of the config that
 * takes most values, with a curve for each value of what else varies; axes are logarithmic where all values are positive and span a
 * factor above 20.
 *
 * <p><b>Special cases</b>: configs that share x and group are an error. Values that an axis cannot show are omitted.
 * XChart puts ticks at powers of ten on a {@link Scale#LOG2} axis too.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class Charts<C extends Record, R extends Record> {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 450;
    private static final int LINE_POINTS = 121;
    private static final float LINE_WIDTH = 1.6f;
    private static final int MARKER_SIZE = 8;
    private static final int TICK_SIZE = 10;
    private static final int DIGITS = 3;
    private static final double WIDE = 20;

    private final Results<C, R> results;
    private String title = "";
    private Axis xAxis = Axis.linear("x");
    private Axis yAxis = Axis.linear("y");
    private ToDoubleFunction<C> x;
    private ToDoubleBiFunction<C, R> y;
    private String groupName = "";
    private Function<C, ?> group = config -> "";
    private Predicate<R> fitted = result -> true;
    private final List<Line> lines = new ArrayList<>();

    private record Line(String legend, LineStyle style, DoubleUnaryOperator law) {}

    private Charts(Results<C, R> results) {
        this.results = results;
    }

    /** Charts of these results. */
    public static <C extends Record, R extends Record> Charts<C, R> of(Results<C, R> results) {
        return new Charts<>(results);
    }

    /** Sets the title above the chart. */
    public Charts<C, R> title(String text) {
        title = text;
        return this;
    }

    /** Sets the x axis and the quantity on it. */
    public Charts<C, R> x(Axis axis, ToDoubleFunction<C> value) {
        xAxis = axis;
        x = value;
        return this;
    }

    /** Puts a config field such as {@code network.depth} on the x axis. */
    public Charts<C, R> x(String field, Scale scale) {
        return x(new Axis(field, scale, Double.NaN, Double.NaN), config -> number(config, field));
    }

    /** Sets the quantity shown on the y axis of curves, or as the colour of a heat map. */
    public Charts<C, R> y(Axis axis, ToDoubleBiFunction<C, R> value) {
        yAxis = axis;
        y = value;
        return this;
    }

    /** Shows a number computed from the result. */
    public Charts<C, R> y(Axis axis, ToDoubleFunction<R> value) {
        return y(axis, (config, result) -> value.applyAsDouble(result));
    }

    /** Shows a field of the result. */
    public Charts<C, R> y(String field, Scale scale) {
        return y(new Axis(field, scale, Double.NaN, Double.NaN), result -> number(result, field));
    }

    /** Chooses axes and groups that were not set. */
    private void choose() {
        List<C> configs =
                results.sweep().cells().stream().map(Sweep.Cell::config).toList();
        if (configs.isEmpty()) {
            return;
        }
        Map<String, Set<Object>> varied = new LinkedHashMap<>();
        for (String field : fields(configs.get(0), "", true)) {
            varied.put(
                    field, configs.stream().map(config -> value(config, field)).collect(Collectors.toSet()));
        }
        Optional<String> widest = varied.keySet().stream()
                .filter(field -> value(configs.get(0), field) instanceof Number)
                .reduce((a, b) -> varied.get(b).size() > varied.get(a).size() ? b : a);
        if (x == null && widest.isPresent()) {
            String field = widest.get();
            x(field, scale(configs.stream().mapToDouble(config -> number(config, field))));
            varied.remove(field);
            varied.values().removeIf(values -> values.size() < 2);
            if (groupName.isEmpty() && varied.size() == 1) {
                by(varied.keySet().iterator().next());
            } else if (groupName.isEmpty() && !varied.isEmpty()) {
                by(
                        String.join(", ", varied.keySet()),
                        config -> varied.keySet().stream()
                                .map(other -> text(value(config, other)))
                                .collect(Collectors.joining(", ")));
            }
        }
        List<R> runs =
                configs.stream().flatMap(config -> results.of(config).stream()).toList();
        if (y == null && !runs.isEmpty()) {
            List<String> numbers = fields(runs.get(0), "", false);
            numbers.stream()
                    .filter(field -> value(runs.get(0), field) instanceof Double)
                    .findFirst()
                    .or(() -> numbers.stream().findFirst())
                    .ifPresent(field -> y(field, scale(runs.stream().mapToDouble(run -> number(run, field)))));
        }
        x = x == null ? config -> Double.NaN : x;
        y = y == null ? (config, result) -> Double.NaN : y;
    }

    /** The fields with single values, nested records included; all of them or only the numbers. */
    private static List<String> fields(Record record, String prefix, boolean all) {
        return Schema.of(record).fields().stream()
                .flatMap(field -> {
                    Object value = value(record, field.name());
                    return value instanceof Record part && all
                            ? fields(part, prefix + field.name() + ".", true).stream()
                            : value instanceof Number || all ? Stream.of(prefix + field.name()) : Stream.of();
                })
                .toList();
    }

    private static Scale scale(DoubleStream values) {
        DoubleSummaryStatistics range = values.filter(Double::isFinite).summaryStatistics();
        return range.getMin() > 0 && range.getMax() > WIDE * range.getMin() ? Scale.LOG10 : Scale.LINEAR;
    }

    /** Draws one curve, named {@code name = value}, or one row of a heat map per value. */
    public Charts<C, R> by(String name, Function<C, ?> value) {
        groupName = name;
        group = value;
        return this;
    }

    /** Draws one curve or row per value of a config field. */
    public Charts<C, R> by(String field) {
        return by(field, config -> value(config, field));
    }

    /** Sets which results count as fitted; by default all. */
    public Charts<C, R> fitted(Predicate<R> condition) {
        fitted = condition;
        return this;
    }

    /** Adds a line over the range of x to the curves. */
    public Charts<C, R> line(String legend, LineStyle style, DoubleUnaryOperator law) {
        lines.add(new Line(legend, style, law));
        return this;
    }

    /**
     * A chart of points with intervals, one series per group, followed by the lines; the only method that needs XChart.
     *
     * <p>XChart's error bars are symmetric. Intervals on a logarithmic y axis are asymmetric, so they become separate
     * series, named {@code … 95 %}, that the legend omits.
     */
    public XYChart curves() {
        choose();
        try {
            return new Drawing().curves();
        } catch (NoClassDefFoundError e) {
            throw OptionalServices.lacking(e);
        }
    }

    /**
     * The same chart as a {@link Plate} with one panel, whose intervals may be asymmetric; faster than an XChart chart.
     */
    public Plate plate() {
        choose();
        Map<Object, NavigableMap<Double, Estimate>> groups = points();
        CurveChart panel = CurveChart.of(title, xAxis, yAxis);
        int colour = 0;
        for (Map.Entry<Object, NavigableMap<Double, Estimate>> entry : groups.entrySet()) {
            NavigableMap<Double, Estimate> points = entry.getValue();
            panel = panel.points(
                    name(entry.getKey()),
                    colour++ % Palette.SIZE,
                    points.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                    values(points, Estimate::mean),
                    values(points, estimate -> hasInterval(estimate) ? estimate.low() : Double.NaN),
                    values(points, estimate -> hasInterval(estimate) ? estimate.high() : Double.NaN));
        }
        for (Line line : lines) {
            double[][] path = path(line, groups);
            panel = panel.line(line.legend(), colour++ % Palette.SIZE, column(path, 0), column(path, 1), line.style());
        }
        return Plate.of(panel);
    }

    private static double[] values(Map<Double, Estimate> points, ToDoubleFunction<Estimate> value) {
        return points.values().stream().mapToDouble(value).toArray();
    }

    private static double[] column(double[][] path, int k) {
        return Arrays.stream(path).mapToDouble(point -> point[k]).toArray();
    }

    /** Whether the labels within decades would overlap. */
    private static boolean isWide(Axis axis, Stream<Double> values) {
        DoubleSummaryStatistics range = (axis.isAutomatic() ? values : Stream.of(axis.min(), axis.max()))
                .collect(Collectors.summarizingDouble(Double::doubleValue));
        return range.getMax() > WIDE * range.getMin();
    }

    /** The points of each group in order of x; empty groups are omitted. */
    private Map<Object, NavigableMap<Double, Estimate>> points() {
        Map<Object, Map<Double, C>> configs = new LinkedHashMap<>();
        Map<Object, NavigableMap<Double, Estimate>> groups = new LinkedHashMap<>();
        for (Sweep.Cell<C> cell : results.sweep().cells()) {
            C config = cell.config();
            Object value = group.apply(config);
            double at = x.applyAsDouble(config);
            C other = configs.computeIfAbsent(value, key -> new TreeMap<>()).put(at, config);
            if (other != null && !other.equals(config)) {
                throw new IllegalArgumentException("two configs have x = " + at
                        + (groupName.isEmpty() ? "" : " and " + name(value)) + ": tell them apart with by(…)");
            }
            if (!Double.isNaN(xAxis.scale().forward(at))) {
                estimate(config)
                        .ifPresent(estimate -> groups.computeIfAbsent(value, key -> new TreeMap<>())
                                .put(at, estimate));
            }
        }
        return groups;
    }

    private Optional<Estimate> estimate(C config) {
        List<R> runs = results.of(config);
        if (runs.isEmpty() || !runs.stream().allMatch(fitted)) {
            return Optional.empty();
        }
        double[] values =
                runs.stream().mapToDouble(run -> y.applyAsDouble(config, run)).toArray();
        Estimate estimate = yAxis.scale().isLog() ? Estimate.ofGeometricMean(values) : Estimate.ofMean(values);
        return Double.isNaN(yAxis.scale().forward(estimate.mean())) ? Optional.empty() : Optional.of(estimate);
    }

    private static boolean hasInterval(Estimate estimate) {
        return Double.isFinite(estimate.low()) && Double.isFinite(estimate.high());
    }

    /** The points of a line over the x range of all groups. */
    private double[][] path(Line line, Map<Object, NavigableMap<Double, Estimate>> groups) {
        double low = groups.values().stream()
                .mapToDouble(NavigableMap::firstKey)
                .min()
                .orElse(Double.NaN);
        double high = groups.values().stream()
                .mapToDouble(NavigableMap::lastKey)
                .max()
                .orElse(Double.NaN);
        double from = xAxis.scale().forward(low);
        double to = xAxis.scale().forward(high);
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> k == 0 ? low : xAxis.scale().inverse(from + k * (to - from) / (LINE_POINTS - 1)))
                .mapToObj(at -> new double[] {at, line.law().applyAsDouble(at)})
                .filter(point -> !Double.isNaN(yAxis.scale().forward(point[1])))
                .toArray(double[][]::new);
    }

    private String name(Object value) {
        return groupName.isEmpty() ? yAxis.label() : groupName + " = " + text(value);
    }

    private static String text(Object value) {
        return value instanceof Double number
                ? Numbers.brief(number, DIGITS)
                : value instanceof String text ? text : Schema.formatValue(value);
    }

    private static double number(Record config, String field) {
        if (value(config, field) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("not a number: " + field);
    }

    /** The value of a field, given by name; a dotted name refers to a nested record. */
    private static <T extends Record> Object value(T record, String field) {
        Schema<T> schema = Schema.of(record);
        int dot = field.indexOf('.');
        String head = dot < 0 ? field : field.substring(0, dot);
        List<String> names = schema.fields().stream().map(Schema.Field::name).toList();
        if (!names.contains(head)) {
            throw new IllegalArgumentException(
                    "field must be one of " + String.join(", ", names) + ", got '" + head + "'");
        }
        Object value = schema.values(record)[names.indexOf(head)];
        if (dot < 0) {
            return value;
        }
        if (value instanceof Record part) {
            return value(part, field.substring(dot + 1));
        }
        throw new IllegalArgumentException(head + " has no parts, got '" + field + "'");
    }

    /** What is drawn by XChart, apart from the rest, which needs no XChart. */
    private final class Drawing {
        XYChart curves() {
            XYChart chart = new XYChart(WIDTH, HEIGHT);
            chart.setTitle(title);
            label(chart, xAxis.label(), yAxis.label());
            Color[] colours =
                    IntStream.range(0, Palette.SIZE).mapToObj(Palette::colour).toArray(Color[]::new);
            AxesChartStyler styler = chart.getStyler()
                    .setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                    .setErrorBarsColorSeriesColor(true);
            styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, TICK_SIZE))
                    .setSeriesColors(colours)
                    .setMarkerSize(MARKER_SIZE)
                    .setLegendPosition(Styler.LegendPosition.OutsideS)
                    .setLegendLayout(Styler.LegendLayout.Horizontal);
            if (!xAxis.isAutomatic()) {
                styler.setXAxisMin(xAxis.min()).setXAxisMax(xAxis.max());
            }
            if (!yAxis.isAutomatic()) {
                styler.setYAxisMin(yAxis.min()).setYAxisMax(yAxis.max());
            }
            Map<Object, NavigableMap<Double, Estimate>> groups = points();
            if (xAxis.scale().isLog()) {
                boolean wide = isWide(xAxis, groups.values().stream().flatMap(points -> points.keySet().stream()));
                styler.setXAxisLogarithmic(true).setXAxisLogarithmicDecadeOnly(wide);
            }
            if (yAxis.scale().isLog()) {
                boolean wide = isWide(
                        yAxis,
                        groups.values().stream()
                                .flatMap(points -> points.values().stream().map(Estimate::mean)));
                styler.setYAxisLogarithmic(true).setYAxisLogarithmicDecadeOnly(wide);
            }
            groups.forEach((value, points) -> addPoints(chart, name(value), points));
            lines.forEach(line -> addLine(chart, line, groups));
            if (yAxis.scale().isLog()) {
                int k = 0;
                for (Map.Entry<Object, NavigableMap<Double, Estimate>> entry : groups.entrySet()) {
                    addIntervals(chart, name(entry.getKey()), colours[k++ % colours.length], entry.getValue());
                }
            }
            return chart;
        }

        private void label(Chart<?, ?> chart, String xLabel, String yLabel) {
            chart.setXAxisTitle(xLabel);
            chart.setYAxisTitle(yLabel);
            chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendBorderColor(Color.WHITE);
        }

        private void addPoints(XYChart chart, String name, NavigableMap<Double, Estimate> points) {
            double[] at =
                    points.keySet().stream().mapToDouble(Double::doubleValue).toArray();
            double[] means = values(points, Estimate::mean);
            if (yAxis.scale().isLog()) {
                chart.addSeries(name, at, means);
            } else {
                double[] bars = values(points, e -> hasInterval(e) ? e.high() - e.mean() : 0);
                chart.addSeries(name, at, means, bars);
            }
        }

        private void addIntervals(XYChart chart, String name, Color colour, NavigableMap<Double, Estimate> points) {
            List<double[]> ends = new ArrayList<>();
            points.forEach((at, estimate) -> {
                if (hasInterval(estimate)) {
                    ends.add(new double[] {at, estimate.low()});
                    ends.add(new double[] {at, estimate.high()});
                    ends.add(new double[] {at, Double.NaN});
                }
            });
            if (!ends.isEmpty()) {
                XYSeries bars = chart.addSeries(
                        name + " 95 %",
                        ends.stream().mapToDouble(end -> end[0]).toArray(),
                        ends.stream().mapToDouble(end -> end[1]).toArray());
                bars.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line).setShowInLegend(false);
                bars.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineStyle(Pen.stroke(1));
            }
        }

        private void addLine(XYChart chart, Line line, Map<Object, NavigableMap<Double, Estimate>> groups) {
            double[][] points = path(line, groups);
            if (points.length > 0) {
                float[] dash = Palette.dash(chart.getSeriesMap().size() % Palette.SIZE, line.style());
                XYSeries series = chart.addSeries(line.legend(), column(points, 0), column(points, 1));
                series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
                series.setMarker(SeriesMarkers.NONE).setLineStyle(Pen.stroke(LINE_WIDTH, dash));
            }
        }
    }
}
