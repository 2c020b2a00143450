package org.noisebook.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A phase diagram: coloured cells on linear or log axes, phase boundaries and phase names.
 *
 * <p>Every method returns a changed copy. Cell edges lie half-way between centres in the scale of the axis.
 *
 * <p><i>Shapes</i>: {@code value} and {@code state} are {@code [yCentres.length][xCentres.length]}, row-major; all are
 * copied. <i>Special cases</i>: a cell whose value is NaN counts as {@link CellState#MISSING}; values beyond the colour
 * range get the end colour.
 */
public final class HeatMap implements Panel {
    private final String title;
    private final Axis x;
    private final Axis y;
    private final ColourBar bar;
    private final double[] xCentres;
    private final double[] yCentres;
    private final double[][] value;
    private final CellState[][] state;
    private final List<Mark.Line> lines;
    private final List<Caption> captions;

    /** A text centred at a point of the plane. */
    record Caption(double x, double y, String text) {}

    private HeatMap(
            String title,
            Axis x,
            Axis y,
            ColourBar bar,
            double[] xCentres,
            double[] yCentres,
            double[][] value,
            CellState[][] state,
            List<Mark.Line> lines,
            List<Caption> captions) {
        this.title = Objects.requireNonNull(title, "title");
        this.x = Objects.requireNonNull(x, "x");
        this.y = Objects.requireNonNull(y, "y");
        this.bar = Objects.requireNonNull(bar, "bar");
        this.xCentres = xCentres;
        this.yCentres = yCentres;
        this.value = value;
        this.state = state;
        this.lines = List.copyOf(lines);
        this.captions = List.copyOf(captions);
    }

    /** An empty map. */
    public static HeatMap of(String title, Axis x, Axis y, ColourBar bar) {
        return new HeatMap(
                title,
                x,
                y,
                bar,
                new double[0],
                new double[0],
                new double[0][0],
                new CellState[0][0],
                List.of(),
                List.of());
    }

    /** Sets the cells. Centres must increase strictly and be positive on a log axis. */
    public HeatMap cells(double[] xCentres, double[] yCentres, double[][] value, CellState[][] state) {
        checkCentres("xCentres", xCentres, x);
        checkCentres("yCentres", yCentres, y);
        checkRows("value", value.length, yCentres.length);
        checkRows("state", state.length, yCentres.length);
        double[][] values = new double[yCentres.length][];
        CellState[][] states = new CellState[yCentres.length][];
        for (int j = 0; j < yCentres.length; j++) {
            checkRows("value[" + j + "]", value[j].length, xCentres.length);
            checkRows("state[" + j + "]", state[j].length, xCentres.length);
            values[j] = value[j].clone();
            states[j] = state[j].clone();
            for (int i = 0; i < xCentres.length; i++) {
                Objects.requireNonNull(states[j][i], "state");
                if (states[j][i].hasValue() && Double.isNaN(values[j][i])) {
                    states[j][i] = CellState.MISSING;
                }
            }
        }
        return new HeatMap(title, x, y, bar, xCentres.clone(), yCentres.clone(), values, states, lines, captions);
    }

    /** Sets the cells; all are {@link CellState#FITTED} except NaN values. */
    public HeatMap cells(double[] xCentres, double[] yCentres, double[][] value) {
        CellState[][] states = new CellState[value.length][];
        for (int j = 0; j < value.length; j++) {
            states[j] = new CellState[value[j].length];
            Arrays.fill(states[j], CellState.FITTED);
        }
        return cells(xCentres, yCentres, value, states);
    }

    /** Adds a line with a white halo; see {@link CurveChart#line}. */
    public HeatMap line(String name, int colour, double[] px, double[] py, LineStyle style) {
        List<Mark.Line> all = new ArrayList<>(lines);
        all.add(new Mark.Line(name, colour, px, py, style));
        return new HeatMap(title, x, y, bar, xCentres, yCentres, value, state, all, captions);
    }

    /** Adds a text, such as the name of a phase, centred at a point of the plane; lines are separated by {@code \n}. */
    public HeatMap text(double px, double py, String text) {
        List<Caption> all = new ArrayList<>(captions);
        all.add(new Caption(px, py, Objects.requireNonNull(text, "text")));
        return new HeatMap(title, x, y, bar, xCentres, yCentres, value, state, lines, all);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Axis x() {
        return x;
    }

    @Override
    public Axis y() {
        return y;
    }

    ColourBar bar() {
        return bar;
    }

    int columns() {
        return xCentres.length;
    }

    int rows() {
        return yCentres.length;
    }

    double value(int row, int column) {
        return value[row][column];
    }

    CellState state(int row, int column) {
        return state[row][column];
    }

    List<Mark.Line> lines() {
        return lines;
    }

    List<Caption> captions() {
        return captions;
    }

    boolean has(CellState wanted) {
        return Arrays.stream(state).flatMap(Arrays::stream).anyMatch(s -> s == wanted);
    }

    /** The {@code columns() + 1} edges along x, in the transformed scale. */
    double[] xEdges() {
        return edges(xCentres, x.scale());
    }

    /** The {@code rows() + 1} edges along y, in the transformed scale. */
    double[] yEdges() {
        return edges(yCentres, y.scale());
    }

    /**
     * Turns a boundary with one point per column into steps along the nearest cell edges; other lines are unchanged.
     */
    Mark.Line stepped(Mark.Line line) {
        if (line.style() != LineStyle.DASHED || !Arrays.equals(line.x(), xCentres) || columns() < 2) {
            return line;
        }
        double[] across = xEdges();
        double[] up = yEdges();
        double[] px = new double[2 * columns()];
        double[] py = new double[2 * columns()];
        for (int i = 0; i < columns(); i++) {
            double t = y.scale().forward(line.y()[i]);
            double nearest = Arrays.stream(up)
                    .boxed()
                    .min(Comparator.comparingDouble(edge -> Math.abs(edge - t)))
                    .orElse(t);
            for (int k = 0; k < 2; k++) {
                px[2 * i + k] = x.scale().inverse(across[i + k]);
                py[2 * i + k] = Double.isNaN(t) ? Double.NaN : y.scale().inverse(nearest);
            }
        }
        return new Mark.Line(line.name(), line.colour(), px, py, line.style());
    }

    private static double[] transform(double[] values, Scale scale) {
        return Arrays.stream(values).map(scale::forward).toArray();
    }

    private static double[] edges(double[] centres, Scale scale) {
        double[] t = transform(centres, scale);
        int n = t.length;
        if (n == 0) {
            return new double[0];
        }
        double[] e = new double[n + 1];
        for (int i = 1; i < n; i++) {
            e[i] = (t[i - 1] + t[i]) / 2;
        }
        e[0] = n > 1 ? t[0] - (e[1] - t[0]) : t[0] - 0.5;
        e[n] = n > 1 ? t[n - 1] + (t[n - 1] - e[n - 1]) : t[0] + 0.5;
        return e;
    }

    private static void checkCentres(String name, double[] centres, Axis axis) {
        for (int i = 0; i < centres.length; i++) {
            if (Double.isNaN(axis.scale().forward(centres[i]))) {
                throw new IllegalArgumentException(name + "[" + i + "] must be finite"
                        + (axis.scale().isLog() ? " and above 0" : "") + ", got " + centres[i]);
            }
            if (i > 0 && centres[i] <= centres[i - 1]) {
                throw new IllegalArgumentException(
                        name + "[" + i + "] must be above " + centres[i - 1] + ", got " + centres[i]);
            }
        }
    }

    private static void checkRows(String name, int got, int wanted) {
        if (got != wanted) {
            throw new IllegalArgumentException(name + ".length must be " + wanted + ", got " + got);
        }
    }
}
