package org.noisebook.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lays out a {@link Plate} and paints it.
 *
 * <p>The layout works in units of {@value #UNIT} pt, so that text has the same size in print whatever the width of the sheet.
 * Margins are equal along full rows and columns, and the plots of a row have one size; those of a short last row fill it.
 */
final class PlatePainter {
    static final double TICK = 9.4;
    static final double FRAME = 0.7;

    /** Between rows of a tick's name. */
    private static final char HARD_SPACE = '\u00A0';

    private static final Pattern TOGETHER = Pattern.compile("\\[[^\\]]*]| \\([a-f, ]+\\)$| ± |× ");
    private static final double SHARE_OF_MAPS = 0.422;
    private static final double SHARE_OF_TWO = 0.552;
    private static final double SHARE_OF_MORE = 0.482;
    private static final double MOST_STRETCH = 2;
    private static final double ROW = 11;

    private static final double LABEL = 10;
    private static final double TITLE = 10.5;
    private static final double FOOTER = 9.2;
    private static final double HEADLINE = 11;
    private static final double CHIP_LINE = 12;
    /** Of rows of text, in their size. */
    private static final double LEADING = 1.25;
    /** How much wider bold letters are, with a margin. */
    private static final double BOLD = 1.15;
    /** Fonts differ from the width table by a few per cent. */
    private static final double WRAP_MARGIN = 1.05;

    private static final double POINTS_PER_MM = 72 / 25.4;
    /** One unit in points: the smallest text, {@value #FOOTER} units, has 6.5 pt. */
    private static final double UNIT = 0.7083;

    private static final double LEAST_SHARE = 0.87;
    private static final double EDGE = 5;
    private static final double TICK_LENGTH = 3.6;
    private static final double MINOR_LENGTH = 2;
    private static final double INSET = 7;
    private static final double WHISKER = 0.8;
    private static final double CAP = 2;
    private static final double ARROW = 5.5;
    private static final double WORD_GAP = 6;
    private static final double SIGN = 8;
    /** Between lines of chips and the plot, where a tick's number may stand. */
    private static final double TOLD_GAP = 3;

    private static final Color GREY = new Color(0x666666);
    private static final Color VEIL = new Color(255, 255, 255, 215);
    private static final Corner[] CORNERS = {
        Corner.TOP_RIGHT, Corner.TOP_LEFT, Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT,
    };

    private final Plate plate;
    private final double width;
    private final List<Frame> frames = new ArrayList<>();
    private final Legend shared = new Legend();
    private final Legend key = new Legend();
    private final List<String> caption;
    private final List<String> footer;
    private final List<String> headline;
    /** How many rows of it are the message, in bold. */
    private final int lead;

    /** What its words and symbols mean. */
    private final List<String> meanings;

    private double plotWidth;
    private double plotHeight;
    private double height;
    private double stretch = 1;

    /** A panel with everything that the layout decides about it. */
    private static final class Frame {
        private final Panel panel;
        private final String letter;
        private final Ruler x;
        private final Ruler y;
        private final Legend legend = new Legend();
        private List<Ruler.Tick> xTicks = List.of();
        private List<Ruler.Tick> yTicks = List.of();
        private List<Ruler.Tick> barTicks = List.of();
        private Corner corner = Corner.NONE;
        private Legend.Grid grid = new Legend.Grid(0, 0, new double[0]);
        private double left;
        private double right;
        /** What its column leaves at the right. */
        private double cell;
        /** The first of neighbours with one legend, and how many they are. */
        private Frame head = this;

        private int heads = 1;
        /** Whether the next panel shows the same colours with a bar. */
        private boolean barless;

        private double top;
        private double bottom;
        private Rectangle2D plot = new Rectangle2D.Double();

        Frame(Panel panel, String letter, Ruler x, Ruler y) {
            this.panel = panel;
            this.letter = letter;
            this.x = x;
            this.y = y;
        }
    }

    PlatePainter(Plate plate) {
        this.plate = plate;
        width = plate.widthMm() * POINTS_PER_MM / UNIT;
        caption = wrap(plate.caption(), " ", width - 2 * EDGE);
        double room = width - 2 * EDGE;
        footer = new ArrayList<>();
        if (WRAP_MARGIN * Pen.width(plate.count(), FOOTER) > room) {
            footer.addAll(wrap(plate.count(), " ", room));
            footer.addAll(wrap(plate.footer(), " · ", room));
        } else {
            String both = plate.count().isEmpty() ? plate.footer() : plate.count() + " · " + plate.footer();
            footer.addAll(wrap(both, " · ", room));
        }
        String above = plate.takeaway()
                .substring(0, plate.takeaway().length() - plate.count().length());
        List<String> said =
                above.lines().filter(line -> !line.startsWith(Plate.WHERE)).toList();
        List<String> first = said.isEmpty() ? List.of() : headline(said.get(0), room / BOLD);
        lead = first.size();
        headline = Stream.concat(first.stream(), said.stream().skip(1).flatMap(line -> headline(line, room).stream()))
                .toList();
        meanings = above.lines()
                .filter(line -> line.startsWith(Plate.WHERE))
                .flatMap(line -> wrap(line, " ", room).stream())
                .toList();
        int k = 0;
        for (Panel panel : plate.panels()) {
            String letter = plate.panels().size() > 1 ? letter(k++) : "";
            double[] xSpan = Spans.x(panel);
            double[] ySpan = Spans.y(panel);
            boolean tight = !(panel instanceof CurveChart);
            Ruler x = tight ? Ruler.tight(panel.x(), xSpan[0], xSpan[1]) : Ruler.of(panel.x(), xSpan[0], xSpan[1]);
            Ruler y = tight ? Ruler.tight(panel.y(), ySpan[0], ySpan[1]) : Ruler.of(panel.y(), ySpan[0], ySpan[1]);
            double across = width / plate.columns() - 70;
            Panel shown =
                    panel instanceof CurveChart chart ? Dodge.of(chart, x, y, across, across * plate.aspect()) : panel;
            Frame frame = new Frame(shown, letter, x, y);
            (plate.shared() ? shared : frame.legend).add(panel);
            frames.add(frame);
        }
        // A solid line alone is named in the legend.
        if (!plate.key().keySet().equals(Set.of(LineStyle.SOLID))) {
            plate.key()
                    .forEach((style, words) ->
                            key.add(new Mark.Line(words, Palette.GREY, new double[0], new double[0], style)));
        }
        for (int i = 1; i < frames.size(); i++) {
            if (i % plate.columns() != 0) {
                join(frames.get(i - 1), frames.get(i));
            }
        }
        plotWidth = width / plate.columns() - 70;
        plotHeight = plotWidth * plate.aspect();
        // Tick labels depend on the plot size and the plot size on the labels; three rounds settle it.
        for (int round = 0; round < 3; round++) {
            frames.forEach(this::measure);
            arrange();
        }
    }

    /** Neighbours share what is the same. */
    private static void join(Frame left, Frame right) {
        if (!left.legend.isEmpty() && left.legend.equals(right.legend)) {
            right.head = left.head;
            right.head.heads++;
        }
        left.barless = left.panel instanceof HeatMap a
                && right.panel instanceof HeatMap b
                && a.bar().isShown()
                && a.bar().equals(b.bar());
    }

    private static List<String> headline(String line, double room) {
        return wrap(whole(line), " ", room * FOOTER / HEADLINE).stream()
                .map(row -> row.replace(HARD_SPACE, ' '))
                .toList();
    }

    /** Without a place to break a number from its interval or a panel's letters from their line. */
    private static String whole(String line) {
        return TOGETHER.matcher(line).replaceAll(found -> found.group().replace(' ', HARD_SPACE));
    }

    /** By how much plots must grow for their share of a sheet that says what follows; 1 if they have it. */
    private double lacking(int rows) {
        if (plate.takeaway().isEmpty() || frames.stream().anyMatch(f -> f.panel instanceof ImageSheet)) {
            return 1;
        }
        boolean maps = frames.stream().anyMatch(f -> f.panel instanceof HeatMap);
        double share = maps ? SHARE_OF_MAPS : frames.size() <= 2 ? SHARE_OF_TWO : SHARE_OF_MORE;
        double room = frames.stream().mapToDouble(f -> f.plot.getWidth()).sum() - share * width * rows;
        double needed = share * width * (height - rows * plotHeight) / Math.max(1, room);
        return Math.max(1, Math.min(MOST_STRETCH / stretch, needed / plotHeight));
    }

    private static String letter(int k) {
        return k < 26 ? "(" + (char) ('a' + k) + ")" : "(" + (k + 1) + ")";
    }

    private static List<String> wrap(String text, String gap, double room) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        for (String part : text.isEmpty() ? new String[0] : text.split(gap)) {
            String joined = row.isEmpty() ? part : row + gap + part;
            if (!row.isEmpty() && WRAP_MARGIN * Pen.width(joined, FOOTER) > room) {
                rows.add(row.toString());
                row = new StringBuilder(part);
            } else {
                row = new StringBuilder(joined);
            }
        }
        if (!row.isEmpty()) {
            rows.add(row.toString());
        }
        return rows;
    }

    private void measure(Frame f) {
        if (f.panel instanceof ImageSheet images) {
            f.yTicks = images.ticks();
            f.left = EDGE + (f.yTicks.isEmpty() ? 0 : widest(f.yTicks) + 4);
            f.right = EDGE;
            f.top = EDGE + TITLE + 6 + above(f);
            f.bottom = EDGE;
            return;
        }
        double plotWidth = f.plot.isEmpty() ? this.plotWidth : f.plot.getWidth();
        f.xTicks = f.x.ticks(plotWidth, label -> width(label) + 7);
        f.yTicks = f.y.ticks(plotHeight, label -> TICK * 1.9);
        placeLegend(f);
        double out = f.panel instanceof HeatMap ? TICK_LENGTH : 0;
        f.left = EDGE + LABEL + 5 + widest(f.yTicks) + 4 + out;
        double overhang = f.xTicks.stream()
                .mapToDouble(t -> width(t.label()) / 2 - (1 - t.u()) * plotWidth)
                .max()
                .orElse(0);
        f.right = EDGE + Math.max(3, overhang);
        if (f.panel instanceof HeatMap map) {
            f.barTicks = HeatPainter.barTicks(map, plotHeight);
            f.right = Math.max(f.right, barRoom(f) + EDGE);
        }
        if (f.corner == Corner.RIGHT || f.corner == Corner.ENDS) {
            f.right += f.grid.width() + (f.corner == Corner.ENDS ? 3 : 10);
        }
        f.top = EDGE + (f.letter.isEmpty() && f.panel.title().isEmpty() ? 3 : TITLE + 6) + above(f);
        f.bottom = out + 4 + TICK + moreRows(f) + (f.panel.x().label().isEmpty() ? 0 : 5 + LABEL) + 5;
        if (f.corner == Corner.BELOW) {
            f.bottom += f.grid.height() + 6;
        }
    }

    /** The room that bar, ticks and title take at the right of the plot. */
    private static double barRoom(Frame f) {
        if (f.barless || !((HeatMap) f.panel).bar().isShown()) {
            return 0;
        }
        return HeatPainter.BAR_GAP + HeatPainter.BAR_WIDTH + 5.2 + widest(f.barTicks) + 5 + LABEL;
    }

    /** Of a label, which may have rows. */
    private static double width(String label) {
        return label.lines().mapToDouble(row -> Pen.width(row, TICK)).max().orElse(0);
    }

    /** The height that rows of names below the first take. */
    private static double moreRows(Frame f) {
        long rows = f.xTicks.stream()
                .mapToLong(t -> t.label().lines().count())
                .max()
                .orElse(1);
        return (Math.max(1, rows) - 1) * ROW;
    }

    private static double widest(List<Ruler.Tick> ticks) {
        return ticks.stream().mapToDouble(t -> Pen.width(t.label(), TICK)).max().orElse(0);
    }

    private void placeLegend(Frame f) {
        if (f.legend.isEmpty() || f.head != f && f.head.corner == Corner.BELOW) {
            f.corner = Corner.NONE;
            return;
        }
        boolean curves = f.panel instanceof CurveChart;
        double plotWidth = f.plot.isEmpty() ? this.plotWidth : f.plot.getWidth();
        Corner wish = f.panel instanceof CurveChart chart ? chart.legend() : Corner.AUTO;
        f.corner = wish;
        f.grid = f.legend.column();
        if (wish == Corner.AUTO) {
            f.corner = Corner.BELOW;
            boolean small = f.grid.width() < 0.62 * plotWidth && f.grid.height() < 0.55 * plotHeight;
            if (curves && small) {
                Rectangle2D unit = new Rectangle2D.Double(0, 0, plotWidth, plotHeight);
                List<double[]> obstacles = Spans.obstacles((CurveChart) f.panel, f.x, f.y, plotWidth, plotHeight);
                for (Corner corner : CORNERS) {
                    if (f.corner == Corner.BELOW
                            && hits(obstacles, box(unit, corner, f.grid.width(), f.grid.height())) == 0) {
                        f.corner = corner;
                    }
                }
            }
        }
        if (f.corner == Corner.BELOW) {
            f.grid = f.legend.fit(f.heads * (plotWidth + f.left + f.right) - 2 * EDGE);
        }
    }

    private static long hits(List<double[]> obstacles, Rectangle2D box) {
        return obstacles.stream().filter(p -> box.contains(p[0], p[1])).count();
    }

    private static Rectangle2D box(Rectangle2D plot, Corner corner, double w, double h) {
        double x = corner.isLeft() ? plot.getX() + INSET : plot.getMaxX() - INSET - w;
        double y = corner.isTop() ? plot.getY() + INSET - 1 : plot.getMaxY() - INSET + 1 - h;
        return new Rectangle2D.Double(x - 3, y - 2, w + 6, h + 4);
    }

    private void arrange() {
        int columns = plate.columns();
        int rows = (frames.size() + columns - 1) / columns;
        double[] left = new double[columns];
        double[] right = new double[columns];
        double[] top = new double[rows];
        double[] bottom = new double[rows];
        for (int k = 0; k < frames.size(); k++) {
            Frame f = frames.get(k);
            int c = k % columns;
            int r = k / columns;
            // A last row that is not full has margins of its own.
            if (frames.size() - r * columns >= columns) {
                left[c] = Math.max(left[c], f.left);
                right[c] = Math.max(right[c], f.right);
            }
            top[r] = Math.max(top[r], f.top);
            bottom[r] = Math.max(bottom[r], f.bottom);
        }
        plotWidth = Math.max(
                40, (width - Arrays.stream(left).sum() - Arrays.stream(right).sum()) / columns);
        plotHeight = plotWidth * plate.aspect() * stretch;
        double y = rows(headline, HEADLINE) + rows(meanings);
        for (int r = 0; r < rows; r++) {
            int first = r * columns;
            int count = Math.min(columns, frames.size() - first);
            y += top[r];
            double w = plotWidth;
            double[] ownLeft = left;
            double[] ownRight = right;
            if (count < columns) {
                List<Frame> last = frames.subList(first, frames.size());
                ownLeft = last.stream().mapToDouble(f -> f.left).toArray();
                ownRight = last.stream().mapToDouble(f -> f.right).toArray();
                w = (width
                                - Arrays.stream(ownLeft).sum()
                                - Arrays.stream(ownRight).sum())
                        / count;
            }
            double x = 0;
            for (int c = 0; c < count; c++) {
                x += ownLeft[c];
                Frame f = frames.get(first + c);
                f.plot = new Rectangle2D.Double(x, y, w, plotHeight);
                f.cell = ownRight[c];
                x += w + ownRight[c];
            }
            y += plotHeight + bottom[r];
        }
        height = y + rows(shared) + rows(key) + rows(caption) + rows(footer);
        stretch *= lacking(rows);
    }

    String svg() {
        double mm = plate.widthMm();
        return svg("width=\"" + SvgPen.number(mm) + "mm\" height=\"" + SvgPen.number(mm * height / width) + "mm\"");
    }

    /** White also below the sheet, where a dark page would shine through the rounding of its size. */
    String svg(int widthPixels) {
        return svg("width=\"" + widthPixels + "\" height=\"" + Math.round(widthPixels * height / width)
                + "\" style=\"max-width:100%;height:auto;background:#fff\"");
    }

    private String svg(String size) {
        SvgPen pen = new SvgPen(width, height);
        paint(pen);
        return pen.document(size);
    }

    BufferedImage image(int widthPixels) {
        double scale = widthPixels / width;
        int heightPixels = (int) Math.max(1, Math.round(height * scale));
        BufferedImage image = new BufferedImage(widthPixels, heightPixels, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, widthPixels, heightPixels);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(scale, scale);
        paint(new ImagePen(graphics));
        graphics.dispose();
        return image;
    }

    private void paint(Pen pen) {
        pen.fill(new Rectangle2D.Double(0, 0, width, height), Color.WHITE);
        for (Frame f : frames) {
            paint(pen, f);
        }
        double y = height - rows(caption) - rows(footer);
        Pen.Style small = Pen.Style.of(FOOTER);
        Pen.Style large = Pen.Style.of(HEADLINE);
        rows(pen, headline.subList(0, lead), EDGE / 2, large.withBold());
        rows(pen, headline.subList(lead, headline.size()), EDGE / 2 + lead * HEADLINE * LEADING, large);
        rows(pen, meanings, EDGE / 2 + rows(headline, HEADLINE) - 2, small.withColour(GREY));
        row(pen, key, y);
        row(pen, shared, y - rows(key));
        rows(pen, caption, y, small);
        rows(pen, footer, y + rows(caption), small.withColour(GREY));
    }

    /** The height that a legend across the sheet takes. */
    private double rows(Legend legend) {
        return legend.isEmpty() ? 0 : legend.fit(width - 4 * EDGE).height() + 8;
    }

    private void row(Pen pen, Legend legend, double bottom) {
        Legend.Grid grid = legend.fit(width - 4 * EDGE);
        legend.paint(pen, grid, (width - grid.width()) / 2, bottom - grid.height() - 6);
    }

    /** The height that rows of small text take. */
    private static double rows(List<String> rows) {
        return rows(rows, FOOTER);
    }

    private static double rows(List<String> rows, double size) {
        return rows.isEmpty() ? 0 : rows.size() * size * LEADING + 4;
    }

    /** Rows of text; a verdict at the start of one has its colour. */
    private static void rows(Pen pen, List<String> rows, double top, Pen.Style style) {
        double y = top + style.size();
        for (String row : rows) {
            String mark = row.length() > 1 && row.charAt(1) == ' ' && "✓✗?".indexOf(row.charAt(0)) >= 0
                    ? row.substring(0, 1)
                    : "";
            pen.text(mark, EDGE, y, Pen.Anchor.START, style.withColour(Plate.Chip.colour(mark)));
            pen.text(
                    row.substring(mark.length()).strip(),
                    EDGE + (mark.isEmpty() ? 0 : style.size()),
                    y,
                    Pen.Anchor.START,
                    style);
            y += style.size() * LEADING;
        }
    }

    private void paint(Pen pen, Frame f) {
        if (f.panel instanceof HeatMap map) {
            HeatPainter painter = new HeatPainter(pen, map, f.plot, f.x, f.y);
            painter.paint();
            if (barRoom(f) > 0) {
                painter.bar(f.barTicks);
                rotated(pen, map.bar().label(), f.plot.getMaxX() + barRoom(f) - 1, f.plot);
            }
            axes(pen, f);
        } else if (f.panel instanceof CurveChart chart) {
            bands(pen, chart, f);
            new Wanted(chart, f.plot, f.x, f.y).paint(pen);
            axes(pen, f);
            whiskers(pen, chart, f);
            CurvePainter.paint(pen, f.plot, f.x, f.y, chart.marks(), false);
            outliers(pen, chart, f);
        } else if (f.panel instanceof ImageSheet images) {
            images(pen, images, f);
            return;
        }
        legend(pen, f);
    }

    /** As large as fits, pixels square, at the top left. */
    private void images(Pen pen, ImageSheet images, Frame f) {
        double w = Math.min(f.plot.getWidth(), f.plot.getHeight() / images.aspect());
        double h = w * images.aspect();
        double left = f.plot.getX() + (f.plot.getWidth() - w) / 2;
        pen.picture(images.raster(), new Rectangle2D.Double(left, f.plot.getY(), w, h));
        for (Ruler.Tick tick : f.yTicks) {
            double y = f.plot.getY() + (1 - tick.u()) * h;
            pen.text(tick.label(), left - 4, y + 0.36 * TICK, Pen.Anchor.END, Pen.Style.of(TICK));
        }
        heading(pen, f);
    }

    private void axes(Pen pen, Frame f) {
        boolean outward = f.panel instanceof HeatMap;
        Path2D ticks = new Path2D.Double();
        double right = f.plot.getMaxX();
        double bottom = f.plot.getMaxY();
        Pen.Style style = Pen.Style.of(TICK);
        double gap = 4 + (outward ? TICK_LENGTH : 0);
        for (Ruler.Tick tick : f.xTicks) {
            double x = f.plot.getX() + tick.u() * f.plot.getWidth();
            double length = (tick.isMajor() ? TICK_LENGTH : MINOR_LENGTH) * (outward ? 1 : -1);
            segment(ticks, x, bottom, x, bottom + length);
            if (!outward) {
                segment(ticks, x, f.plot.getY(), x, f.plot.getY() - length);
            }
        }
        for (Ruler.Tick tick : f.yTicks) {
            double y = bottom - tick.u() * f.plot.getHeight();
            double length = (tick.isMajor() ? TICK_LENGTH : MINOR_LENGTH) * (outward ? -1 : 1);
            segment(ticks, f.plot.getX(), y, f.plot.getX() + length, y);
            if (!outward) {
                segment(ticks, right, y, right - length, y);
            }
        }
        pen.draw(f.plot, Color.BLACK, FRAME);
        pen.draw(ticks, Color.BLACK, FRAME);
        for (Ruler.Tick tick : f.xTicks) {
            double x = f.plot.getX() + tick.u() * f.plot.getWidth();
            double y = bottom + gap + 0.76 * TICK;
            for (String row : tick.label().lines().toList()) {
                pen.text(row, x, y, Pen.Anchor.MIDDLE, style);
                y += ROW;
            }
        }
        for (Ruler.Tick tick : f.yTicks) {
            double y = bottom - tick.u() * f.plot.getHeight();
            pen.text(tick.label(), f.plot.getX() - gap, y + 0.36 * TICK, Pen.Anchor.END, style);
        }
        pen.text(
                f.panel.x().label(),
                f.plot.getCenterX(),
                bottom + gap + TICK + moreRows(f) + 4 + 0.8 * LABEL,
                Pen.Anchor.MIDDLE,
                fitted(f.panel.x().label(), Pen.Style.of(LABEL), f.plot.getWidth() + 30));
        rotated(pen, f.panel.y().label(), f.plot.getX() - gap - widest(f.yTicks) - 6, f.plot);
        heading(pen, f);
    }

    private void heading(Pen pen, Frame f) {
        List<List<Plate.Chip>> told = told(f);
        double baseline = f.plot.getY() - 5 - (told.isEmpty() ? 0 : TOLD_GAP);
        for (int row = told.size() - 1; row >= 0; row--) {
            double x = f.plot.getX() + indent(f) - toldOverhang(f);
            for (Plate.Chip chip : told.get(row)) {
                Pen.Style small = Pen.Style.of(FOOTER);
                pen.text(chip.mark(), x, baseline, Pen.Anchor.START, small.withColour(Plate.Chip.colour(chip.mark())));
                pen.text(chip.words(), x + CHIP_LINE, baseline, Pen.Anchor.START, small);
                x += told(chip);
            }
            baseline -= CHIP_LINE;
        }
        Pen.Style bold = Pen.Style.of(TITLE).withBold();
        double indent = indent(f);
        pen.text(f.letter, f.plot.getX(), baseline, Pen.Anchor.START, bold);
        boolean above = chipsStandAbove(f);
        double end = f.plot.getMaxX() + Math.max(f.cell, f.right) - EDGE;
        double chips = chips(pen, f, above ? baseline - CHIP_LINE : baseline, end);
        pen.text(
                f.panel.title(),
                f.plot.getX() + indent,
                baseline,
                Pen.Anchor.START,
                fitted(f.panel.title(), Pen.Style.of(TITLE), end - f.plot.getX() - indent - (above ? 0 : chips)));
    }

    /** What chips take above the plot beside the title. */
    private double above(Frame f) {
        int rows = told(f).size();
        return (rows + (chipsStandAbove(f) ? 1 : 0)) * CHIP_LINE + (rows > 0 ? TOLD_GAP : 0);
    }

    /** What chips with words take. */
    private static double told(Plate.Chip chip) {
        return CHIP_LINE + WRAP_MARGIN * Pen.width(chip.words(), FOOTER) + 8;
    }

    /** By how much the lines of such chips begin to the left of the title. */
    private static double toldOverhang(Frame f) {
        return indent(f) + f.left - EDGE;
    }

    /** Chips with words in lines under the title, as many in a line as it holds. */
    private List<List<Plate.Chip>> told(Frame f) {
        double room =
                (f.plot.isEmpty() ? plotWidth : f.plot.getWidth()) + f.left + Math.max(f.cell, f.right) - 2 * EDGE;
        List<List<Plate.Chip>> rows = new ArrayList<>();
        double left = 0;
        for (Plate.Chip chip : plate.chips(frames.indexOf(f))) {
            if (!chip.words().isEmpty()) {
                if (rows.isEmpty() || told(chip) > left + 8) {
                    rows.add(new ArrayList<>());
                    left = room;
                }
                rows.get(rows.size() - 1).add(chip);
                left -= told(chip);
            }
        }
        return rows;
    }

    /** Chips without words. */
    private List<Plate.Chip> counts(Frame f) {
        return plate.chips(frames.indexOf(f)).stream()
                .filter(chip -> chip.words().isEmpty())
                .toList();
    }

    private static double indent(Frame f) {
        return f.letter.isEmpty() ? 0 : Pen.width(f.letter, Pen.Style.of(TITLE).withBold()) + 5;
    }

    private static double titleWidth(Frame f) {
        return indent(f) + Pen.width(f.panel.title(), TITLE);
    }

    /** Where title and verdicts do not fit beside each other even as numbers. */
    private boolean chipsStandAbove(Frame f) {
        List<Plate.Chip> chips = counts(f);
        double w = f.plot.isEmpty() ? plotWidth : f.plot.getWidth();
        return !chips.isEmpty() && titleWidth(f) + 8 + width(chips) > w + Math.max(f.cell, f.right) - EDGE;
    }

    private static double width(List<Plate.Chip> chips) {
        return chips.stream()
                .mapToDouble(chip -> Pen.width(chip.text(), FOOTER) + 6)
                .sum();
    }

    /** Verdicts at the right end of the heading; the width they take. */
    private double chips(Pen pen, Frame f, double baseline, double end) {
        List<Plate.Chip> chips = counts(f);
        double x = end;
        for (int k = chips.size() - 1; k >= 0; k--) {
            Plate.Chip chip = chips.get(k);
            pen.text(
                    chip.text(),
                    x,
                    baseline,
                    Pen.Anchor.END,
                    Pen.Style.of(FOOTER).withColour(Plate.Chip.colour(chip.mark())));
            x -= Pen.width(chip.text(), FOOTER) + 6;
        }
        return end - x + (chips.isEmpty() ? 0 : 2);
    }

    private static void rotated(Pen pen, String text, double x, Rectangle2D plot) {
        Pen.Style style = fitted(text, Pen.Style.of(LABEL), plot.getHeight() + 20);
        pen.text(text, x, plot.getCenterY(), Pen.Anchor.MIDDLE, style.withAngle(-90));
    }

    /** A smaller style where the text would not fit, down to what print allows. */
    private static Pen.Style fitted(String text, Pen.Style style, double room) {
        double size = style.size() * Math.max(LEAST_SHARE, Math.min(1, room / Math.max(1, Pen.width(text, style))));
        return new Pen.Style(size, style.bold(), style.colour(), style.angle(), style.halo());
    }

    private static void segment(Path2D path, double x1, double y1, double x2, double y2) {
        path.moveTo(x1, y1);
        path.lineTo(x2, y2);
    }

    private static void bands(Pen pen, CurveChart chart, Frame f) {
        for (Mark mark : chart.marks()) {
            if (!(mark instanceof Mark.Band band)) {
                continue;
            }
            int n = band.x().length;
            int start = 0;
            for (int i = 0; i <= n; i++) {
                boolean breaks = i == n
                        || Double.isNaN(f.x.u(band.x()[i]))
                        || Double.isNaN(edge(band.low()[i], f.y))
                        || Double.isNaN(edge(band.high()[i], f.y));
                if (breaks) {
                    strip(pen, band, start, i, f);
                    start = i + 1;
                }
            }
        }
    }

    /** An edge that is infinite, or at or below 0 on a log axis, lies beyond the border. */
    private static double edge(double value, Ruler y) {
        if (value == Double.POSITIVE_INFINITY) {
            return 2;
        }
        return value <= 0 && y.scale().isLog() ? -1 : y.u(value);
    }

    private static void strip(Pen pen, Mark.Band band, int from, int to, Frame f) {
        if (to - from < 2) {
            return;
        }
        Path2D path = new Path2D.Double();
        for (int i = from; i < to; i++) {
            double px = sheetX(f, f.x.u(band.x()[i]));
            double py = sheetY(f, edge(band.high()[i], f.y));
            if (i == from) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
        for (int i = to - 1; i >= from; i--) {
            path.lineTo(sheetX(f, f.x.u(band.x()[i])), sheetY(f, edge(band.low()[i], f.y)));
        }
        path.closePath();
        Area area = new Area(path);
        area.intersect(new Area(f.plot));
        pen.fill(area, Palette.tint(band.colour()));
    }

    /** Positions beyond ten plots away are cut off: they lie outside anyway, and geometry stays exact. */
    private static double sheetX(Frame f, double u) {
        return f.plot.getX() + Math.min(10, Math.max(-10, u)) * f.plot.getWidth();
    }

    private static double sheetY(Frame f, double v) {
        return f.plot.getMaxY() - Math.min(10, Math.max(-10, v)) * f.plot.getHeight();
    }

    private static void whiskers(Pen pen, CurveChart chart, Frame f) {
        for (Mark mark : chart.marks()) {
            if (!(mark instanceof Mark.Points points) || points.low().length == 0) {
                continue;
            }
            Path2D path = new Path2D.Double();
            for (int i = 0; i < points.x().length; i++) {
                double u = f.x.u(points.x()[i]);
                double v = f.y.u(points.y()[i]);
                if (u >= 0 && u <= 1 && !Double.isNaN(v)) {
                    whisker(path, f, u, v, edge(points.low()[i], f.y));
                    whisker(path, f, u, v, edge(points.high()[i], f.y));
                }
            }
            pen.draw(path, Palette.colour(points.colour()), WHISKER);
        }
    }

    /** Half an interval, from the point to one end; an end beyond the border becomes an open arrow head at it. */
    private static void whisker(Path2D path, Frame f, double u, double v, double end) {
        boolean hidden = Double.isNaN(end) || (v < 0 && end < 0) || (v > 1 && end > 1);
        if (hidden || v == end) {
            return;
        }
        double x = sheetX(f, u);
        double from = sheetY(f, Math.min(1, Math.max(0, v)));
        double to = sheetY(f, Math.min(1, Math.max(0, end)));
        segment(path, x, from, x, to);
        if (end >= 0 && end <= 1) {
            segment(path, x - CAP, to, x + CAP, to);
        } else {
            double back = end < 0 ? -1 : 1;
            path.moveTo(x - ARROW / 2, to + back * ARROW);
            path.lineTo(x, to + back * 0.6);
            path.lineTo(x + ARROW / 2, to + back * ARROW);
        }
    }

    /** Verdicts above the intervals of their points, or below or beside them where nothing else stands; their boxes are taken. */
    private static void signs(Pen pen, CurveChart chart, Frame f, List<Rectangle2D> taken) {
        List<double[]> points = new ArrayList<>();
        for (Mark mark : chart.marks()) {
            for (int i = 0; mark instanceof Mark.Points all && i < all.x().length; i++) {
                points.add(new double[] {sheetX(f, f.x.u(all.x()[i])), sheetY(f, f.y.u(all.y()[i]))});
            }
        }
        for (Mark mark : chart.marks()) {
            for (int i = 0; mark instanceof Mark.Points all && i < all.judged().length; i++) {
                String sign = all.judged()[i].mark();
                if (sign.isEmpty()) {
                    continue;
                }
                double x = sheetX(f, f.x.u(all.x()[i]));
                double y = sheetY(f, f.y.u(all.y()[i]));
                boolean bare = all.low().length == 0;
                double up = y - CurvePainter.MARKER_SIZE / 2;
                double down = y + CurvePainter.MARKER_SIZE / 2;
                up = bare ? up : Math.min(up, Math.max(f.plot.getY(), sheetY(f, edge(all.high()[i], f.y))));
                down = bare ? down : Math.max(down, sheetY(f, edge(all.low()[i], f.y)));
                double side = CurvePainter.MARKER_SIZE / 2 + SIGN / 2 + 1;
                double[][] places = {
                    {x, up - 2},
                    {x, down + Legend.SIZE},
                    {x + side, y - 1},
                    {x - side, y - 1},
                    {x + side, y + SIGN},
                    {x - side, y + SIGN},
                    {x, up - 2 - SIGN}
                };
                double[] place = Arrays.stream(places)
                        .filter(at -> isFree(signBox(at), f.plot, taken, points))
                        .findFirst()
                        .orElse(places[up - Legend.SIZE > f.plot.getY() ? 0 : 1]);
                taken.add(signBox(place));
                pen.text(
                        sign,
                        place[0],
                        place[1],
                        Pen.Anchor.MIDDLE,
                        Pen.Style.of(Legend.SIZE)
                                .withColour(Plate.Chip.colour(sign))
                                .withBold()
                                .withHalo());
            }
        }
    }

    private static Rectangle2D signBox(double... at) {
        return new Rectangle2D.Double(at[0] - SIGN / 2, at[1] - SIGN, SIGN, SIGN + 2);
    }

    private static boolean isFree(Rectangle2D box, Rectangle2D plot, List<Rectangle2D> taken, List<double[]> points) {
        return plot.contains(box)
                && taken.stream().noneMatch(box::intersects)
                && points.stream().noneMatch(p -> box.contains(p[0], p[1]));
    }

    /** Open triangles at the border for points beyond it. */
    private static void outliers(Pen pen, CurveChart chart, Frame f) {
        for (Mark mark : chart.marks()) {
            if (!(mark instanceof Mark.Points points)) {
                continue;
            }
            for (int i = 0; i < points.x().length; i++) {
                double u = f.x.u(points.x()[i]);
                double v = f.y.u(points.y()[i]);
                boolean inside = u >= 0 && u <= 1 && v >= 0 && v <= 1;
                if (inside || Double.isNaN(u + v)) {
                    continue;
                }
                double degrees = v < 0 ? 90 : v > 1 ? -90 : u < 0 ? 180 : 0;
                double margin = 4.5;
                double x = Math.min(f.plot.getMaxX() - margin, Math.max(f.plot.getX() + margin, sheetX(f, u)));
                double y = Math.min(f.plot.getMaxY() - margin, Math.max(f.plot.getY() + margin, sheetY(f, v)));
                Path2D triangle = Palette.polygon(3, degrees, x, y, 3.4);
                pen.fill(triangle, Color.WHITE);
                pen.draw(triangle, Palette.colour(points.colour()), 0.95);
            }
        }
    }

    /** Words beside places of a panel of curves, at their right unless that is beyond the border. */
    private static List<Rectangle2D> words(Pen pen, CurveChart chart, Frame f) {
        Pen.Style style = Pen.Style.of(Legend.SIZE);
        List<Rectangle2D> boxes = new ArrayList<>();
        for (HeatMap.Caption word : chart.words()) {
            double x = sheetX(f, f.x.u(word.x()));
            double y = sheetY(f, f.y.u(word.y())) + 0.36 * Legend.SIZE;
            boolean fits = x + WORD_GAP + Pen.width(word.text(), style) < f.plot.getMaxX();
            if (!f.plot.contains(x, y)) {
                continue;
            }
            double w = Pen.width(word.text(), style);
            double left = fits ? x + WORD_GAP : x - WORD_GAP - w;
            boxes.add(new Rectangle2D.Double(left, y - Legend.SIZE, w, Legend.SIZE));
            pen.text(
                    word.text(),
                    fits ? x + WORD_GAP : x - WORD_GAP,
                    y,
                    fits ? Pen.Anchor.START : Pen.Anchor.END,
                    style);
        }
        return boxes;
    }

    /** Where the named series end at the right, from the top of the sheet. */
    private static Map<String, Double> ends(Frame f) {
        Map<String, Double> ends = new HashMap<>();
        for (Mark mark : ((CurveChart) f.panel).marks()) {
            double[] y = mark instanceof Mark.Points points
                    ? points.y()
                    : mark instanceof Mark.Line line ? line.y() : ((Mark.Band) mark).high();
            Arrays.stream(y)
                    .map(f.y::u)
                    .filter(v -> !Double.isNaN(v))
                    .reduce((before, last) -> last)
                    .ifPresent(v -> ends.merge(Legend.key(mark), sheetY(f, Math.min(1, Math.max(0, v))), (a, b) -> a));
        }
        return ends;
    }

    private void legend(Pen pen, Frame f) {
        List<Rectangle2D> taken = new ArrayList<>();
        List<double[]> obstacles = f.panel instanceof CurveChart chart
                ? Spans.obstacles(chart, f.x, f.y, f.plot.getWidth(), f.plot.getHeight()).stream()
                        .map(p -> new double[] {p[0] + f.plot.getX(), p[1] + f.plot.getY()})
                        .toList()
                : List.of();
        if (f.corner.isInside()) {
            Rectangle2D box = box(f.plot, f.corner, f.grid.width(), f.grid.height());
            if (f.panel instanceof HeatMap || hits(obstacles, box) > 0) {
                pen.fill(box, VEIL);
            }
            f.legend.paint(pen, f.grid, box.getX() + 3, box.getY() + 2);
            taken.add(box);
        } else if (f.corner == Corner.BELOW) {
            Frame end = frames.get(frames.indexOf(f) + f.heads - 1);
            double centre = (f.plot.getX() + end.plot.getMaxX() - f.grid.width()) / 2;
            double last = end.plot.getMaxX() + Math.max(end.cell, end.right) - EDGE - f.grid.width();
            double top = f.plot.getMaxY() + f.bottom - f.grid.height() - 3;
            f.legend.paint(pen, f.grid, Math.max(f.plot.getX() - f.left + EDGE, Math.min(centre, last)), top);
        } else if (f.corner == Corner.RIGHT) {
            double x = f.plot.getMaxX() + (f.panel instanceof HeatMap ? barRoom(f) : 0) + 10;
            f.legend.paint(pen, f.grid, x, f.plot.getY());
        } else if (f.corner == Corner.ENDS) {
            f.legend.paint(pen, f.plot.getMaxX() + 6, ends(f), f.plot.getY(), f.plot.getMaxY());
        }
        if (f.panel instanceof CurveChart chart) {
            if (!chart.note().isEmpty()) {
                note(pen, chart.note(), f, obstacles, taken);
            }
            taken.addAll(words(pen, chart, f));
            signs(pen, chart, f, taken);
            new Wanted(chart, f.plot, f.x, f.y).write(pen, obstacles, taken);
        }
    }

    private static void note(Pen pen, String note, Frame f, List<double[]> obstacles, List<Rectangle2D> taken) {
        String[] rows = note.split("\n", -1);
        double w = Arrays.stream(rows)
                .mapToDouble(r -> Pen.width(r, Legend.SIZE))
                .max()
                .orElse(0);
        double h = rows.length * Legend.SIZE * 1.25;
        Rectangle2D best = new Rectangle2D.Double();
        Corner where = Corner.TOP_RIGHT;
        long fewest = Long.MAX_VALUE;
        for (Corner corner : CORNERS) {
            Rectangle2D box = box(f.plot, corner, w, h);
            long score = hits(obstacles, box) + (taken.stream().anyMatch(box::intersects) ? 100_000 : 0);
            if (score < fewest) {
                fewest = score;
                best = box;
                where = corner;
            }
        }
        if (fewest > 0) {
            pen.fill(best, VEIL);
        }
        taken.add(best);
        for (int k = 0; k < rows.length; k++) {
            double y = best.getY() + 2 + (k + 0.8) * Legend.SIZE * 1.25;
            if (where.isLeft()) {
                pen.text(rows[k], best.getX() + 3, y, Pen.Anchor.START, Pen.Style.of(Legend.SIZE));
            } else {
                pen.text(rows[k], best.getMaxX() - 3, y, Pen.Anchor.END, Pen.Style.of(Legend.SIZE));
            }
        }
    }
}
