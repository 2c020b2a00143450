package org.noisebook.chart;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.stats.Estimate;

/**
 * The verdicts below a figure, with one row for claims of the same wording: the claim, the measurement against the
 * predicted range, and the verdict.
 *
 * <p>The number of a row of several claims is that of the {@linkplain Row#worst worst}, and so are the ends of the
 * predicted range where they differ. Long texts wrap. On the bar, a two-sided window fills the middle third; a bound is in the middle, with 0 at an outer end, or at its
 * place if the estimates lie beyond 0; values beyond an end are shown as arrows. A filled dot means agreement, a hollow one undecided, a diamond disagreement.
 *
 * @param rows the rows
 * @param rest a text about all other claims; empty if there are none
 */
public record Strip(List<Row> rows, String rest) {
    /** An empty strip. */
    public static final Strip NONE = new Strip(List.of(), "");

    static final double ROW = 25;
    private static final String WORST = "worst of ";
    private static final double HEAD = 19;
    private static final double SIZE = 11;
    private static final double SMALL = 9.2;
    private static final double BAR = 132;
    private static final double VERDICT = 120;
    private static final double WINDOW = 13;
    private static final double TICK = 8.5;
    private static final double DOT = 5.4;
    /** Distance between a claim and its numbers. */
    private static final double GAP = 14;
    /** Sizes of claims, from the one without need to the smallest that saves a line. */
    private static final double[] SIZES = {SIZE, 10.3, 9.6};
    /** Distance of the lines of a text, and from the left of those after the first. */
    private static final double LINE = 11.5;

    private static final double INDENT = 9;
    /** Additional height of a row of two lines. */
    private static final double LOOSE = 5;
    /** Rows with at least this many claims omit the intervals. */
    private static final int MANY = 7;

    /** The verdicts, the worst first. */
    public static final List<Claim.Verdict> SEVERITY =
            List.of(Claim.Verdict.NOT_REPRODUCED, Claim.Verdict.NOT_RESOLVED, Claim.Verdict.REPRODUCED);

    private static final Color BAND = new Color(0xD3D7DC);
    private static final Color GRID = new Color(0xE6E8EB);
    private static final Color TEXT = new Color(0x1C2026);
    private static final Color GREY = new Color(0x646A75);

    public Strip {
        rows = List.copyOf(rows);
    }

    /**
     * Claims with one wording.
     *
     * @param claim their wording
     * @param measure what the numbers are, such as a ratio; may be empty
     * @param claims the claims with their measurements, at least one
     */
    public record Row(String claim, String measure, List<Claim> claims) {
        public Row {
            claims = List.copyOf(claims);
        }

        public Row(String claim, List<Claim> claims) {
            this(claim, "", claims);
        }

        long count(Claim.Verdict verdict) {
            return claims.stream().filter(claim -> claim.verdict() == verdict).count();
        }

        /** The joint verdict: disagrees if one claim does, agrees if all do. */
        public Claim.Verdict verdict() {
            return count(Claim.Verdict.NOT_REPRODUCED) > 0
                    ? Claim.Verdict.NOT_REPRODUCED
                    : count(Claim.Verdict.NOT_RESOLVED) > 0 ? Claim.Verdict.NOT_RESOLVED : Claim.Verdict.REPRODUCED;
        }

        /** The claim that is nearest to its limit, or farthest beyond: the first of those of the worst verdict. */
        public Claim worst() {
            List<Claim> known = known(claims);
            double reach = reach(known);
            return known.stream()
                    .min(Comparator.<Claim>comparingInt(claim -> SEVERITY.indexOf(claim.verdict()))
                            .thenComparingDouble(claim -> slack(claim, reach)))
                    .orElse(claims.get(0));
        }

        /** The measurement of the worst claim with its interval. */
        String found() {
            Estimate one = worst().measured();
            long known = known(claims).size();
            String number = brief(one, told(one.mean(), one.low(), one.high()));
            String missing = known == claims.size() ? "" : " (" + (claims.size() - known) + " not measured)";
            return known == 0 ? "no estimate" : known < 2 ? number + missing : WORST + known + missing + ": " + number;
        }

        /** Digits of the ends of the window: the least, two to five, that move no end by a part that is seen. */
        int digits() {
            Claim one = worst();
            double seen = kind(one) == 0 ? (one.windowHigh() - one.windowLow()) / 10 : Math.abs(bound(one)) / 50;
            int digits = 2;
            while (digits < 5 && (moved(one, digits) > seen || isRounded(one, digits))) {
                digits++;
            }
            return digits;
        }

        /** Whether an end that is not an integer would be told as one. */
        private static boolean isRounded(Claim one, int digits) {
            return DoubleStream.of(one.windowLow(), one.windowHigh())
                    .anyMatch(end -> end != Math.rint(end)
                            && Numbers.parse(Numbers.brief(end, digits)) == Math.rint(end)
                            && Math.rint(end) != 0);
        }

        private static double moved(Claim one, int digits) {
            return DoubleStream.of(one.windowLow(), one.windowHigh())
                    .filter(Double::isFinite)
                    .map(end -> Math.abs(Numbers.parse(Numbers.brief(end, digits)) - end))
                    .max()
                    .orElse(0);
        }

        /** The least digits, two to five, with which no number seems to be the end of a window that it is not. */
        private int told(double... numbers) {
            int digits = 2;
            while (digits < 5 && mistaken(digits, numbers)) {
                digits++;
            }
            return digits;
        }

        private boolean mistaken(int digits, double... numbers) {
            return DoubleStream.of(worst().windowLow(), worst().windowHigh())
                    .filter(end -> Double.isFinite(end) && end != 0)
                    .anyMatch(end -> Arrays.stream(numbers)
                            .anyMatch(number -> number != end
                                    && Numbers.parse(Numbers.brief(number, digits))
                                            == Numbers.parse(Numbers.brief(end, digits()))));
        }

        /** Mean and interval; the mean alone if they are equal. */
        private static String brief(Estimate one, int digits) {
            String mean = Numbers.brief(one.mean(), digits);
            String ends = Numbers.brief(one.low(), digits) + ", " + Numbers.brief(one.high(), digits);
            return Numbers.typeset(
                    ends.equals(mean + ", " + mean) || !(one.low() < one.high()) ? mean : mean + " [" + ends + "]");
        }

        String words() {
            if (claims.size() == 1) {
                return word(verdict(), 1);
            }
            long all = count(verdict());
            return all == claims.size()
                    ? (all == 2 ? "both " : "all " + all + " ") + word(verdict(), 2)
                    : Arrays.stream(new Claim.Verdict[] {Claim.Verdict.NOT_REPRODUCED, Claim.Verdict.NOT_RESOLVED})
                            .filter(verdict -> count(verdict) > 0)
                            .map(verdict ->
                                    count(verdict) + " of " + claims.size() + " " + word(verdict, count(verdict)))
                            .reduce((first, second) ->
                                    first.replaceAll(" of .*? d", " d") + ", " + second.replaceAll(" of .*? u", " u"))
                            .orElse("");
        }
    }

    /** The claims that have an estimate. */
    private static List<Claim> known(List<Claim> claims) {
        return claims.stream()
                .filter(claim -> !Double.isNaN(claim.measured().mean()))
                .toList();
    }

    /** The text style of a claim, bold in the first row. */
    private Pen.Style letters(Row row) {
        Pen.Style style = Pen.Style.of(SIZE).withColour(TEXT);
        return row.equals(rows.get(0)) ? style.withBold() : style;
    }

    /** The verdict on {@code count} claims, as a verb. */
    public static String word(Claim.Verdict verdict, long count) {
        return verdict.word(count);
    }

    private static Color colour(Claim.Verdict verdict) {
        return new Color(
                switch (verdict) {
                    case REPRODUCED -> 0x22724A;
                    case NOT_REPRODUCED -> 0xB3321F;
                    case NOT_RESOLVED -> 0x7D6208;
                });
    }

    double height(double width) {
        double size = size(width);
        return rows.isEmpty()
                ? 0
                : HEAD
                        + rows.stream()
                                .mapToDouble(row -> height(row, size, width))
                                .sum()
                        + rest(width).size() * LINE
                        + (rest.isEmpty() ? 0 : ROW - 4 - LINE);
    }

    private double height(Row row, double size, double width) {
        int more = lines(row, size, width).size() - 1;
        return ROW + (more > 0 ? LOOSE + (more - 1) * LINE : 0);
    }

    /** The largest size in which the claims need no more lines than in a smaller one. */
    private double size(double width) {
        return Arrays.stream(SIZES)
                .boxed()
                .min(Comparator.comparingInt(size -> rows.stream()
                        .mapToInt(row -> lines(row, size, width).size())
                        .sum()))
                .orElse(SIZE);
    }

    /** The lines of a claim: the first two beside its number and its measure. */
    private List<String> lines(Row row, double size, double width) {
        double room = width - VERDICT - BAR - 8;
        double second = room - GAP - Pen.width(row.measure(), TICK);
        double[] rooms = {Math.min(second, room - GAP - Pen.width(row.found(), SMALL)), second - INDENT, room - INDENT};
        return PlatePainter.wrap(row.claim(), " ", letters(row).withSize(size), rooms);
    }

    private List<String> rest(double width) {
        return PlatePainter.wrap(rest, " ", Pen.Style.of(SIZE - 0.6), width);
    }

    void paint(Pen pen, double left, double top, double width) {
        if (rows.isEmpty()) {
            return;
        }
        double right = left + width;
        double bar = right - VERDICT - BAR;
        Pen.Style grey = Pen.Style.of(SMALL).withColour(GREY);
        Pen.Style head = grey.withSize(SMALL - 0.4);
        pen.draw(new Line2D.Double(left, top, right, top), BAND, 0.8);
        pen.text("claim", left, top + HEAD - 8, Pen.Anchor.START, head);
        boolean several = rows.stream().anyMatch(row -> row.found().startsWith(WORST));
        String measured = several ? "measured (worst: nearest its limit, or farthest beyond)" : "measured";
        pen.text(measured, bar - 8, top + HEAD - 8, Pen.Anchor.END, head);
        pen.text("grey: predicted range", bar + BAR / 2, top + HEAD - 8, Pen.Anchor.MIDDLE, head);
        pen.text("verdict", right, top + HEAD - 8, Pen.Anchor.END, head);
        double y = top + HEAD + ROW / 2;
        double size = size(width);
        for (Row row : rows) {
            List<String> lines = lines(row, size, width);
            for (int k = 0; k < lines.size(); k++) {
                double x = k == 0 ? left : left + INDENT;
                pen.text(
                        lines.get(k),
                        x,
                        y + 0.36 * SIZE + k * LINE,
                        Pen.Anchor.START,
                        letters(row).withSize(size));
            }
            pen.text(row.found(), bar - 8, y + 0.36 * SMALL, Pen.Anchor.END, grey);
            tick(pen, row.measure(), bar - 8, y - 2, Pen.Anchor.END);
            bars(pen, row, bar, y);
            String[] words = row.words().split("(?<=,) ");
            for (int k = 0; k < words.length; k++) {
                double down = (k - (words.length - 1) / 2.0) * SIZE;
                Pen.Style verdict =
                        Pen.Style.of(SIZE).withColour(colour(row.verdict())).withBold();
                pen.text(
                        words[k],
                        right,
                        y + 0.36 * SIZE + down,
                        Pen.Anchor.END,
                        PlatePainter.fitted(words[k], verdict, VERDICT - 8));
            }
            y += height(row, size, width);
        }
        for (String line : rest(width)) {
            pen.text(line, left, y - 4 + 0.36 * SIZE, Pen.Anchor.START, grey.withSize(SIZE - 0.6));
            y += LINE;
        }
    }

    private static void bars(Pen pen, Row row, double left, double middle) {
        List<Claim> claims = row.claims();
        double y = middle - 2;
        pen.draw(new Line2D.Double(left, y, left + BAR, y), GRID, 1.2);
        boolean below = claims.stream().anyMatch(claim -> claim.windowLow() == Double.NEGATIVE_INFINITY);
        boolean above = claims.stream().anyMatch(claim -> claim.windowHigh() == Double.POSITIVE_INFINITY);
        boolean mixed = claims.stream().map(Strip::kind).distinct().count() > 1;
        double from = mixed || !below && !above ? 1 / 3.0 : below ? 0 : 0.5;
        double to = mixed || !below && !above ? 2 / 3.0 : below ? 0.5 : 1;
        pen.fill(new Rectangle2D.Double(left + from * BAR, y - WINDOW / 2, (to - from) * BAR, WINDOW), BAND);
        Claim one = row.worst();
        List<Claim> known = known(claims);
        double reach = reach(known);
        boolean same = claims.stream().allMatch(claim -> claim.window().equals(one.window()));
        boolean zero = same && kind(one) != 0 && bound(one) != 0 && Math.abs(bound(one)) > reach / 4;
        for (double end : new double[] {one.windowLow(), one.windowHigh(), zero ? 0 : Double.NaN}) {
            tick(pen, one, row.digits(), end, place(one, end, mixed, reach), left, y);
        }
        boolean dotsOnly = known.size() >= MANY;
        double step = known.size() < 2 || dotsOnly ? 0 : Math.min(4.4, (WINDOW - 2) / (known.size() - 1));
        for (int k = 0; k < known.size(); k++) {
            Claim claim = known.get(k);
            double at = dotsOnly ? y : y + (k - (known.size() - 1) / 2.0) * step;
            bar(pen, claim, mixed, reach, known.size() > 1, left, at, dotsOnly ? 1 : 0);
        }
    }

    /** Draws a number at its position on the bar; a window whose ends agree to three digits gets only one. */
    private static void tick(Pen pen, Claim claim, int digits, double value, double place, double left, double y) {
        boolean narrow = Numbers.brief(claim.windowLow(), 3).equals(Numbers.brief(claim.windowHigh(), 3));
        if (Double.isFinite(value) && !(narrow && value == claim.windowHigh())) {
            double at = narrow ? 0.5 : place;
            Pen.Anchor anchor = at == 0 ? Pen.Anchor.START : at == 1 ? Pen.Anchor.END : Pen.Anchor.MIDDLE;
            tick(pen, Numbers.typeset(Numbers.brief(value, digits)), left + at * BAR, y, anchor);
        }
    }

    private static void tick(Pen pen, String text, double x, double y, Pen.Anchor anchor) {
        pen.text(text, x, y + WINDOW / 2 + TICK, anchor, Pen.Style.of(TICK).withColour(GREY));
    }

    /** The bar of a row on its own, as an SVG document. */
    public static String bar(List<Claim> claims) {
        SvgPen pen = new SvgPen(BAR, ROW + 3);
        bars(pen, new Row("", claims), 0, ROW / 2);
        return pen.document("class=\"bar\" role=\"img\" aria-label=\"" + counts(claims) + "\"");
    }

    private static int kind(Claim claim) {
        return claim.windowLow() == Double.NEGATIVE_INFINITY
                ? -1
                : claim.windowHigh() == Double.POSITIVE_INFINITY ? 1 : 0;
    }

    private static double bound(Claim claim) {
        return kind(claim) < 0 ? claim.windowHigh() : claim.windowLow();
    }

    /** Distance of a bound from the ends of its bar where 0 is not at one: for a bound of 0, or estimates beyond it. */
    private static double reach(List<Claim> claims) {
        return 1.15
                * claims.stream()
                        .filter(claim -> kind(claim) != 0
                                && bound(claim) * claim.measured().mean() <= 0)
                        .flatMapToDouble(claim -> DoubleStream.of(
                                        claim.measured().mean(),
                                        claim.measured().low(),
                                        claim.measured().high())
                                .map(value -> value - bound(claim)))
                        .filter(Double::isFinite)
                        .map(Math::abs)
                        .max()
                        .orElse(0);
    }

    /**
     * The position of a value on the bar of its claim; with {@code mixed}, windows and bounds share the middle third.
     */
    private static double place(Claim claim, double value, boolean mixed, double reach) {
        if (kind(claim) == 0) {
            return (1 + (value - claim.windowLow()) / (claim.windowHigh() - claim.windowLow())) / 3;
        }
        double unit = Math.max(Math.abs(bound(claim)), reach);
        double off = (value - bound(claim)) / (unit == 0 ? 1 : unit);
        return mixed ? (kind(claim) < 0 ? 2 : 1) / 3.0 + off / 3 : 0.5 + off / 2;
    }

    /** How far the interval is from the nearest end of its window, as a part of the bar; negative beyond. */
    private static double slack(Claim claim, double reach) {
        double low = place(claim, claim.measured().low(), false, reach) - place(claim, claim.windowLow(), false, reach);
        double high = place(claim, claim.windowHigh(), false, reach)
                - place(claim, claim.measured().high(), false, reach);
        return kind(claim) < 0 ? high : kind(claim) > 0 ? low : Math.min(low, high);
    }

    private static void bar(Pen pen, Claim claim, boolean mixed, double reach, boolean several, double... corner) {
        Color colour = colour(claim.verdict());
        double y = corner[1];
        double mean = place(claim, claim.measured().mean(), mixed, reach);
        double low = place(claim, claim.measured().low(), mixed, reach);
        double high = place(claim, claim.measured().high(), mixed, reach);
        boolean drawn = !(several && corner[2] > 0) && low < high && high > 0 && low < 1;
        if (drawn) {
            double x1 = corner[0] + Math.max(0, low) * BAR;
            double x2 = corner[0] + Math.min(1, high) * BAR;
            pen.draw(new Line2D.Double(x1, y, x2, y), colour, 1.9);
        }
        if (mean < 0 || mean > 1) {
            double x = corner[0] + (mean < 0 ? 4 : BAR - 4);
            pen.fill(Palette.polygon(3, mean < 0 ? 180 : 0, x, y, 4), colour);
            // A number would be covered by the line of its interval.
            if (!several && !drawn) {
                pen.text(
                        Numbers.typeset(Numbers.brief(claim.measured().mean(), 2)),
                        x + (mean < 0 ? 6 : -6),
                        y + 0.36 * SMALL,
                        mean < 0 ? Pen.Anchor.START : Pen.Anchor.END,
                        Pen.Style.of(SMALL).withColour(colour).withHalo());
            }
            return;
        }
        double x = corner[0] + mean * BAR;
        boolean open = claim.verdict() == Claim.Verdict.NOT_RESOLVED;
        Shape dot = claim.verdict() == Claim.Verdict.NOT_REPRODUCED
                ? Palette.polygon(4, -90, x, y, 0.65 * DOT)
                : new Ellipse2D.Double(x - DOT / 2, y - DOT / 2, DOT, DOT);
        pen.fill(dot, open ? Color.WHITE : colour);
        pen.draw(dot, open ? colour : Color.WHITE, open ? 1.3 : 0.7);
    }

    /** A text about the claims that have no row. */
    public static String rest(List<Claim> others) {
        return others.isEmpty() ? "" : "and " + others.size() + " more: " + counts(others);
    }

    /** The number of claims with each verdict, in words. */
    public static String counts(List<Claim> claims) {
        return Arrays.stream(Claim.Verdict.values())
                .filter(verdict -> claims.stream().anyMatch(claim -> claim.verdict() == verdict))
                .map(verdict -> {
                    long count = claims.stream()
                            .filter(claim -> claim.verdict() == verdict)
                            .count();
                    return count == claims.size() && count > 1
                            ? (count == 2 ? "both " : "all ") + word(verdict, 2)
                            : (count == claims.size() ? "" : count + " ") + word(verdict, count);
                })
                .collect(Collectors.joining(", "));
    }
}
