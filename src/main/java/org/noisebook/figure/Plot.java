package org.noisebook.figure;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Study;
import org.noisebook.stats.Estimate;

/**
 * One panel of a {@link Board}: points, lines and texts on curves or on a map; each call returns the plot.
 *
 * <p>A series gets the next free colour, never grey; a line with the name of a series has the colour of that series and
 * no legend entry of its own.
 */
public final class Plot implements Claiming {
    /** The colour of levels and noise floors. */
    public static final int GREY = 7;

    /** Half the size of a letter and of a row of text in a map, as fractions of its width and height. */
    private static final double LETTER = 0.013;

    private static final double ROW = 0.035;

    private final Board board;
    private final Sheet sheet;
    private final String name;
    private final Map<String, Integer> colours = new HashMap<>();
    private int nextColour;
    private Axis xAxis;
    private boolean wholeX;
    private OptionalInt chosenColour = OptionalInt.empty();
    private Optional<String> chosenLegend = Optional.empty();
    private Optional<Claim.Role> role = Optional.empty();

    Plot(Board board, Sheet sheet, String name) {
        this.board = board;
        this.sheet = sheet;
        this.name = name;
    }

    Plot along(Axis x) {
        xAxis = x;
        return this;
    }

    /** Sets the colour of the next series, as an index into the palette. */
    public Plot colour(int index) {
        chosenColour = OptionalInt.of(index);
        return this;
    }

    /** Sets the legend entry of the next points, line or strip; empty for none. */
    public Plot named(String legend) {
        chosenLegend = Optional.of(legend);
        return this;
    }

    private int colourOf(String series) {
        if (chosenColour.isPresent()) {
            colours.put(series, chosenColour.getAsInt());
            nextColour = Math.max(nextColour, chosenColour.getAsInt() == GREY ? 0 : chosenColour.getAsInt() + 1);
            chosenColour = OptionalInt.empty();
        }
        return colours.computeIfAbsent(series, unseen -> nextColour++);
    }

    /** Switches off rounding of x values for what is added after this call. */
    public Plot wholeX() {
        wholeX = true;
        return this;
    }

    private double[] shownX(double[] x) {
        return wholeX ? x : shown(x);
    }

    private double[] shown(double[] values) {
        return board.hasSixDigits() ? SixDigits.of(values) : values;
    }

    /** Adds a reduction of the cells of a line. */
    public <R extends Record> Plot points(String series, Line<?, R> line, Reduction<? super R> reduction) {
        return points(series, line.x(), line.each(reduction), line.ends());
    }

    /** Adds a reduction that depends on x. */
    public <R extends Record> Plot points(
            String series, Line<?, R> line, DoubleFunction<Reduction<? super R>> reduction) {
        double[] x = line.x();
        Estimate[] y = new Estimate[x.length];
        Arrays.setAll(y, k -> line.cells().get(k).the(reduction.apply(x[k])));
        return points(series, x, y, line.ends());
    }

    /** Adds values derived from each cell of a line, possibly combined with others. */
    public Plot points(String series, Line<?, ?> line, Estimate[] y) {
        return points(series, line.x(), y, line.ends());
    }

    /** Adds several reductions of one cell, the k-th at the k-th x; for example the elements of an array that each replica holds. */
    public <R extends Record> Plot points(
            String series, double[] x, Cell<?, R> cell, IntFunction<Reduction<? super R>> reduction) {
        Estimate[] y = new Estimate[x.length];
        Arrays.setAll(y, k -> cell.the(reduction.apply(k)));
        return points(series, x, y, Collections.nCopies(x.length, cell.ends()).toArray(EndCounts[]::new));
    }

    /** Adds estimates whose own n counts the replicas, all of them fitted. */
    public Plot points(String series, double[] x, Estimate... y) {
        return points(
                series, x, y, Arrays.stream(y).map(e -> EndCounts.all(e.n())).toArray(EndCounts[]::new));
    }

    /** Adds numbers from one replica, without intervals. */
    public Plot points(String series, double[] x, double... y) {
        return points(series, x, Arrays.stream(y).mapToObj(SixDigits::point).toArray(Estimate[]::new));
    }

    /** Adds estimates from a number of replicas, all fitted. */
    public Plot points(String series, double[] x, Estimate[] y, int replicas) {
        return points(
                series,
                x,
                y,
                Collections.nCopies(x.length, EndCounts.all(replicas)).toArray(EndCounts[]::new));
    }

    /** Adds estimates wherever all replicas fitted. */
    public Plot points(String series, double[] x, Estimate[] y, EndCounts[] ends) {
        Estimate[] shown =
                board.hasSixDigits() ? Arrays.stream(y).map(SixDigits::of).toArray(Estimate[]::new) : y;
        sheet.points(name, series, chosenLegend.orElse(series), colourOf(series), shownX(x), shown, ends);
        chosenLegend = Optional.empty();
        return this;
    }

    /** Adds theory without free parameters, at these x. */
    public Plot law(String series, double[] x, DoubleUnaryOperator law) {
        return line(LineKind.THEORY, series, x, values(x, law));
    }

    /** Adds theory for the cells of a line. */
    public Plot law(String series, Line<?, ?> line, DoubleUnaryOperator law) {
        return law(series, line.x(), law);
    }

    /** Adds the shape predicted by theory, through a measured point. */
    public Plot anchored(String series, double[] x, DoubleUnaryOperator law) {
        return line(LineKind.ANCHORED, series, x, values(x, law));
    }

    /** Adds the theoretical shape with a constant measured in a reference. */
    public Plot reference(String series, double[] x, DoubleUnaryOperator law) {
        return line(LineKind.REFERENCE, series, x, values(x, law));
    }

    /** Adds a fitted law. */
    public Plot fit(String series, double[] x, DoubleUnaryOperator law) {
        return line(LineKind.FIT, series, x, values(x, law));
    }

    /** A law at each x, or nothing but zeros where nobody looks. */
    private double[] values(double[] x, DoubleUnaryOperator law) {
        return board.isDrawn() ? Arrays.stream(x).map(law).toArray() : new double[x.length];
    }

    /**
     * Adds a grey triangle whose long side follows the predicted power law over a factor in x, with a text beside it.
     */
    public Plot slope(String words, double x, double y, double factor, double exponent) {
        double end = y * StrictMath.pow(factor, exponent);
        return colour(GREY)
                .named("")
                .line(LineKind.THEORY, words, new double[] {x, x * factor, x, x}, new double[] {y, end, end, y})
                .text(x * StrictMath.pow(factor, 0.3), y * StrictMath.pow(factor, -0.3 * exponent), words);
    }

    /** Adds a line of the given kind. */
    public Plot line(LineKind kind, String series, double[] x, double[] y) {
        String legend = chosenLegend.orElse(colours.containsKey(series) ? "" : series);
        chosenLegend = Optional.empty();
        sheet.line(name, series, legend, colourOf(series), shownX(x), shown(y), kind);
        return this;
    }

    /** Joins the points of a series by a line, in the order of the table. */
    public Plot joined(String series) {
        sheet.join(name, series, colourOf(series));
        return this;
    }

    /**
     * Adds a level between two positions, such as zero or chance: grey, and in the legend only if it is {@link #named}.
     */
    public Plot level(LineKind kind, String series, double y, double from, double to) {
        return colour(GREY)
                .named(chosenLegend.orElse(""))
                .line(kind, series, new double[] {from, to}, new double[] {y, y});
    }

    /** Adds the level of a law, with a legend entry. */
    public Plot level(String law, double y, double from, double to) {
        return named(law).level(LineKind.THEORY, law, y, from, to);
    }

    /** Adds a strip. */
    public Plot band(String series, double[] x, double[] low, double[] high) {
        sheet.band(name, series, chosenLegend.orElse(series), colourOf(series), shownX(x), shown(low), shown(high));
        chosenLegend = Optional.empty();
        return this;
    }

    /** Adds a horizontal strip between two positions, such as {@code cell.middle(…)}. */
    public Plot band(String series, double from, double to, double... ends) {
        return band(series, new double[] {from, to}, new double[] {ends[0], ends[0]}, new double[] {ends[1], ends[1]});
    }

    /** Adds a histogram: fractions of samples between edges, drawn as a density with filled bars and an outline. */
    public Plot histogram(String series, double[] edges, double... share) {
        double[][] bars = bars(edges, share);
        return band(series, bars[0], new double[bars[0].length], bars[1]).outline(series, edges, share);
    }

    /** Adds only the outline of such a histogram, for example for a law. */
    public Plot outline(String series, double[] edges, double... share) {
        return line(LineKind.SAMPLE, series, bars(edges, share)[0], bars(edges, share)[1]);
    }

    private static double[][] bars(double[] edges, double... share) {
        double[][] bars = new double[2][2 * edges.length];
        Arrays.setAll(bars[0], k -> edges[k / 2]);
        for (int k = 1; k <= 2 * share.length; k++) {
            bars[1][k] = share[(k - 1) / 2] / (edges[(k + 1) / 2] - edges[(k - 1) / 2]);
        }
        return bars;
    }

    /** Adds a note in a free corner. */
    public Plot note(String text) {
        sheet.note(name, text);
        return this;
    }

    /** Leaves a gap after every so many columns of pictures. */
    public Plot grouped(int columns) {
        sheet.part(name).grouped(columns);
        return this;
    }

    /**
     * Draws rows of pictures as absolute differences to another row each, or as they are for −1: white for 0, black
     * from {@code black} on; the table keeps the pictures.
     */
    public Plot differences(double black, int... from) {
        sheet.part(name).differences(black, from);
        return this;
    }

    /** Prints a mean of each cell, to two digits or thousandths, in the k-th column to the right of the last rows of pictures. */
    public <R extends Record> Plot beside(
            int k, String head, List<? extends Cell<?, R>> cells, ToDoubleFunction<R> number) {
        Part part = sheet.part(name);
        text(part.columns() + k, -1, head);
        for (int row = 0; row < cells.size(); row++) {
            double mean = cells.get(row).mean(number);
            double shown = Math.abs(mean) < 5e-3 ? 0 : Math.abs(mean) < 1 ? Math.rint(1e3 * mean) / 1e3 : mean;
            text(part.columns() + k, part.rows() - cells.size() + row, Numbers.typeset(Numbers.brief(shown, 2)));
        }
        return this;
    }

    /** Adds the means over the cells of a line, joined. */
    public <R extends Record> Plot curve(String series, Line<?, R> line, ToDoubleFunction<R> value) {
        return means(series, line, value).joined(series);
    }

    /** Adds a text centred at a point of a map, next to a point of curves, or at a column and row of pictures. */
    public Plot text(double x, double y, String text) {
        sheet.text(name, x, y, text);
        return this;
    }

    /**
     * Adds the name of a region of a map's cells, where its letters are farthest from all others; none if it is empty.
     */
    public Plot region(Plane<?, ?> plane, Plane.Region region, String text) {
        double letters = text.lines().mapToInt(String::length).max().orElse(1);
        double across = 1 / (LETTER * letters * plane.xs().length);
        double up = 1 / (ROW * text.lines().count() * plane.ys().length);
        double[] at = plane.middle(region, across, up);
        return at.length == 0 ? this : text(at[0], at[1], text);
    }

    /** Adds a column to the table, computed from this plot's {@code x} or {@code y}. */
    public Plot column(String column, String of, DoubleUnaryOperator value) {
        sheet.column(name, column, row -> value.applyAsDouble((double) row.get(of.equals("x") ? 3 : 4)));
        return this;
    }

    /** Adds a column to the table with the study's verdict on each cell of this map. */
    public <C extends Record, R extends Record> Plot verdict(Study<C, R> study, Plane<C, R> plane) {
        sheet.column(
                name,
                "verdict",
                row -> row.get(2).equals("cell")
                        ? study.verdict(plane.rowAt((double) row.get(4))
                                        .at((double) row.get(3))
                                        .runs())
                                .orElse("")
                        : "");
        return this;
    }

    /** Adds the mean of a number over the cells of a line. */
    public <R extends Record> Plot means(String series, Line<?, R> line, ToDoubleFunction<R> value) {
        return points(series, line, Reduction.mean(value));
    }

    /** Adds a theoretical level over the whole x axis, which needs fixed ends. */
    public Plot level(String series, double y) {
        return level(LineKind.THEORY, series, y, xAxis.min(), xAxis.max());
    }

    /** Sets the role of claims made on this plot that name none. */
    public Plot role(Claim.Role what) {
        role = Optional.of(what);
        return this;
    }

    /** A claim that this plot shows. */
    @Override
    public ClaimDraft claim(String claim, String statement) {
        ClaimDraft draft = board.claim(claim, statement).in(name);
        return role.map(draft::role).orElse(draft);
    }
}
