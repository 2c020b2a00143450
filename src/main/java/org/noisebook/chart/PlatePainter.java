package org.noisebook.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.noisebook.data.OptionalServices;

/**
 * Lays out a {@link Plate} and paints it.
 *
 * <p>The layout works in units of {@value #UNIT} pt, so that printed text has the same size at any sheet width. Plots
 * in a row have equal size; neighbours share axes with the same label, and one legend for the same series.
 */
final class PlatePainter {
    static final double TICK = 10.4;
    static final double FRAME = 0.9;
    static final Color SPINE = new Color(0x4A4F57);

    private static final double LABEL = 11;
    private static final double PANEL = 11.4;
    private static final double TITLE = 16.4;
    private static final double SUBTITLE = 11.6;
    private static final double FOOTER = 8.8;
    private static final double LEADING = 1.25;
    /** Real fonts differ from the width table by a few per cent. */
    private static final double WRAP_MARGIN = 1.05;

    private static final double POINTS_PER_MM = 72 / 25.4;
    private static final double UNIT = 0.7083;
    private static final double MM = POINTS_PER_MM / UNIT;
    private static final double EDGE = 4 * MM;
    private static final double MOST_HEIGHT = 124 * MM;
    private static final double MOST_PICTURE = 76 * MM;
    private static final double LEAST_PICTURE = 46 * MM;
    private static final double MOST_PLOT = 58 * MM;
    private static final double LYING_ROW = 6.4 * MM;
    private static final double LEAST_SIZE = 8.5;
    private static final double TICK_LENGTH = 3.6;
    private static final double BETWEEN = 14;
    private static final double WORD_GAP = 6;
    private static final double INSET = 6;
    /**
     * Largest number of names that may stand at the ends of curves; more, or longer ones, go in rows above the plot.
     */
    private static final int MOST_ENDS = 6;

    private static final double SHARE_OF_ENDS = 0.4;
    /** Largest number of axis names written beside a lying plot; more go below the axis. */
    private static final int MOST_LYING = 14;

    private static final double HARDLY = 1e-12;

    private static final Color GREY = new Color(0x646A75);
    private static final Color GRID = new Color(0xE6E8EB);
    private static final Color VEIL = new Color(255, 255, 255, 215);

    private final Plate plate;
    private final double width;
    private final List<Frame> frames = new ArrayList<>();
    private final List<String> caption;
    private final List<String> footer;
    private final Legend shared = new Legend();
    private double plotWidth;
    private double plotHeight;
    private double height;

    /** A panel with all its layout decisions. */
    private static final class Frame {
        private final Panel panel;
        private final Ruler x;
        private final Ruler y;
        private final boolean lying;
        /**
         * Whether the previous panel in its row has the same left axis, and whether all of the row share the lower one.
         */
        private boolean sharesLeft;

        private boolean sharesBelow;
        private boolean last;
        private Legend legend = new Legend();
        private boolean ends;
        private boolean barless;
        private List<Ruler.Tick> below = List.of();
        private List<Ruler.Tick> left = List.of();
        private List<Ruler.Tick> bar = List.of();
        private double leftRoom;
        private double rightRoom;
        private double top;
        private double bottom;
        private Rectangle2D plot = new Rectangle2D.Double();

        Frame(Panel panel, Ruler x, Ruler y, boolean lying) {
            this.panel = panel;
            this.x = x;
            this.y = y;
            this.lying = lying;
        }

        Canvas canvas() {
            return new Canvas(plot, x, y, lying);
        }

        Axis leftAxis() {
            return lying ? panel.x() : panel.y();
        }

        Axis belowAxis() {
            return lying ? panel.y() : panel.x();
        }

        boolean isImages() {
            return panel instanceof ImageSheet;
        }
    }

    PlatePainter(Plate plate) {
        this.plate = plate;
        width = plate.widthMm() * MM;
        caption = wrap(plate.caption(), " ", Pen.Style.of(FOOTER), width - 2 * EDGE);
        footer = wrap(plate.footer(), " · ", Pen.Style.of(FOOTER), width - 2 * EDGE);
        List<double[]> spans = new ArrayList<>();
        for (Panel panel : plate.panels()) {
            spans.add(joined(panel, true));
            spans.add(joined(panel, false));
        }
        plotWidth = (width - 2 * EDGE) / plate.columns() - 60;
        plotHeight = MOST_PLOT;
        for (int k = 0; k < plate.panels().size(); k++) {
            Panel panel = plate.panels().get(k);
            boolean tight = !(panel instanceof CurveChart);
            double[] across = spans.get(2 * k);
            double[] up = spans.get(2 * k + 1);
            Ruler x = tight ? Ruler.tight(panel.x(), across[0], across[1]) : Ruler.of(panel.x(), across[0], across[1]);
            Ruler y = tight ? Ruler.tight(panel.y(), up[0], up[1]) : Ruler.of(panel.y(), up[0], up[1]);
            int names = panel.x().names().size();
            boolean lying = panel instanceof CurveChart
                    && names > 0
                    && names <= MOST_LYING
                    && panel.y().names().isEmpty();
            Panel shown = panel instanceof CurveChart chart
                    ? Dodge.of(
                            chart,
                            x,
                            y,
                            lying ? lyingHeight((CurveChart) panel) : plotWidth,
                            lying ? plotWidth : plotHeight)
                    : panel;
            frames.add(new Frame(shown, x, y, lying));
        }
        for (int k = 0; k < frames.size(); k++) {
            List<Frame> row = row(k);
            Frame f = frames.get(k);
            Frame before = k % plate.columns() == 0 ? f : frames.get(k - 1);
            f.last = f == row.get(row.size() - 1);
            f.sharesLeft = before != f && same(before.leftAxis(), f.leftAxis(), before, f, true);
            f.sharesBelow = row.size() > 1
                    && row.stream()
                            .allMatch(one -> !one.isImages()
                                    && !f.isImages()
                                    && one.belowAxis()
                                            .label()
                                            .equals(f.belowAxis().label()));
            before.barless = before != f
                    && before.panel instanceof HeatMap a
                    && f.panel instanceof HeatMap b
                    && a.bar().isShown()
                    && a.bar().equals(b.bar());
        }
        // Tick labels depend on the plot size and the plot size on the labels; three iterations suffice.
        for (int round = 0; round < 3; round++) {
            name();
            frames.forEach(this::measure);
            arrange();
        }
    }

    private static boolean same(Axis a, Axis b, Frame first, Frame second, boolean left) {
        Ruler one = first.lying == left ? first.x : first.y;
        Ruler two = second.lying == left ? second.x : second.y;
        return !first.isImages()
                && !second.isImages()
                && a.label().equals(b.label())
                && a.names().equals(b.names())
                && a.scale() == b.scale()
                && Math.abs(one.from() - two.from()) + Math.abs(one.to() - two.to()) < HARDLY;
    }

    /** The span of a panel's axis, combined with those of all curve panels with the same automatic axis. */
    private double[] joined(Panel panel, boolean across) {
        double[] span = across ? Spans.x(panel) : Spans.y(panel);
        Axis axis = across ? panel.x() : panel.y();
        for (Panel other : plate.panels()) {
            boolean curves = panel instanceof CurveChart && other instanceof CurveChart;
            if (curves && axis.isAutomatic() && axis.equals(across ? other.x() : other.y())) {
                double[] more = across ? Spans.x(other) : Spans.y(other);
                span[0] =
                        Double.isNaN(more[0]) ? span[0] : Double.isNaN(span[0]) ? more[0] : Math.min(span[0], more[0]);
                span[1] =
                        Double.isNaN(more[1]) ? span[1] : Double.isNaN(span[1]) ? more[1] : Math.max(span[1], more[1]);
            }
        }
        return span;
    }

    private List<Frame> row(int k) {
        int first = k / plate.columns() * plate.columns();
        return frames.subList(first, Math.min(frames.size(), first + plate.columns()));
    }

    /**
     * Decides where series are labelled: at the ends of curves that lie apart, or else once above all panels, or in
     * rows above each plot if the same mark has different names.
     */
    private void name() {
        shared.clear();
        for (Frame f : frames) {
            f.legend = new Legend();
            f.legend.add(
                    f.panel,
                    f.panel instanceof HeatMap map && !f.plot.isEmpty()
                            ? new HeatPainter(null, map, f.canvas()).named().keySet()
                            : Set.of());
            f.ends = false;
        }
        if (frames.stream().allMatch(f -> f.legend.size() < 2 && f.legend.isPoints())) {
            frames.forEach(f -> f.legend = new Legend());
        }
        List<Legend> named =
                frames.stream().map(f -> f.legend).filter(one -> !one.isEmpty()).toList();
        boolean alike = named.stream().distinct().count() == 1;
        Legend all = new Legend();
        named.forEach(all::addAll);
        boolean few = named.stream().allMatch(one -> one.size() >= all.size() - 1)
                || named.stream().map(Legend::marks).distinct().count() == 1;
        Frame end = frames.get(frames.size() - 1);
        if (named.size() > 1 && (alike || few) && canEnd(end, all)) {
            frames.forEach(f -> f.legend = f == end ? all : new Legend());
            end.ends = true;
        } else if (frames.stream().allMatch(f -> f.legend.isEmpty() || canEnd(f, f.legend))) {
            frames.forEach(f -> f.ends = !f.legend.isEmpty());
        } else if (frames.size() > 1 && (named.size() > 1 && (alike || few) || all.isClear())) {
            frames.forEach(f -> f.legend = new Legend());
            shared.addAll(all);
        }
    }

    private boolean canEnd(Frame f, Legend legend) {
        double cell = (width - 2 * EDGE) / plate.columns();
        return f.panel instanceof CurveChart
                && !f.lying
                && f.x.isNumbers()
                && !legend.isEmpty()
                && legend.size() <= MOST_ENDS
                && legend.endsWidth() < SHARE_OF_ENDS * cell
                && (f.plot.isEmpty() || legend.isApart((CurveChart) f.panel, f.canvas()));
    }

    private static double lyingHeight(CurveChart chart) {
        long series =
                chart.marks().stream().filter(Mark.Points.class::isInstance).count();
        int names = chart.x().names().size();
        return Math.min(MOST_PLOT, Math.max(3, names) * Math.max(LYING_ROW, 10.5 * series + 8));
    }

    /** The lines of a text, each as long as its room; the last room is that of all further lines. */
    static List<String> wrap(String text, String gap, Pen.Style style, double... rooms) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        for (String part : text.isEmpty() ? new String[0] : text.split(gap)) {
            String joined = row.isEmpty() ? part : row + gap + part;
            double room = rooms[Math.min(rows.size(), rooms.length - 1)];
            if (!row.isEmpty() && WRAP_MARGIN * Pen.width(joined, style) > room) {
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
        double w = f.plot.isEmpty() ? plotWidth : f.plot.getWidth();
        double h = f.plot.isEmpty() ? plotHeight : f.plot.getHeight();
        f.top = (f.panel.title().isEmpty() ? 4 : PANEL + 7) + (f.ends ? 0 : f.legend.height(w));
        f.bottom = 0;
        f.rightRoom = 0;
        if (f.panel instanceof ImageSheet images) {
            f.left = images.ticks();
            f.leftRoom = f.left.isEmpty() ? 0 : widest(f.left) + 5;
            f.top += head(images);
            f.bottom = images.words().stream().anyMatch(word -> word.y() >= images.rows()) ? TICK + 6 : 0;
            f.rightRoom = images.words().stream()
                            .mapToDouble(word -> word.x() + 1 - images.columns())
                            .filter(beside -> beside > 0.9)
                            .max()
                            .orElse(0)
                    * pitch(images);
            return;
        }
        f.below = (f.lying ? f.y : f.x).ticks(w, label -> labelWidth(label) + 9);
        f.left = (f.lying ? f.x : f.y).ticks(h, label -> TICK * (f.lying ? 1 : 2.1));
        f.leftRoom = f.sharesLeft
                ? 4
                : (f.leftAxis().label().isEmpty() || f.lying ? 0 : LABEL + 6) + widest(f.left) + TICK_LENGTH + 4;
        double overhang = f.below.stream()
                .mapToDouble(t -> labelWidth(t.label()) / 2 - (1 - t.u()) * w)
                .max()
                .orElse(0);
        f.rightRoom = Math.max(0, overhang);
        if (f.panel instanceof HeatMap map) {
            f.bar = HeatPainter.barTicks(map, h);
            f.rightRoom = Math.max(f.rightRoom, barRoom(f));
        }
        if (f.ends) {
            f.rightRoom = Math.max(f.rightRoom, f.legend.endsWidth());
        }
        long rows =
                f.below.stream().mapToLong(t -> t.label().lines().count()).max().orElse(1);
        f.bottom = TICK_LENGTH
                + 4
                + Math.max(1, rows) * TICK * LEADING
                + (f.belowAxis().label().isEmpty() ? 0 : 4 + LABEL);
    }

    /** The height of texts above pictures. */
    private static double head(ImageSheet images) {
        long rows = images.words().stream()
                .filter(word -> word.y() < 0)
                .mapToLong(word -> word.text().lines().count())
                .max()
                .orElse(0);
        return rows == 0 ? 0 : rows * TICK * LEADING + 3;
    }

    /** The height of the titles in a row. */
    private static double heads(List<Frame> row) {
        return row.stream()
                .mapToDouble(f -> f.plot.getY()
                        - (f.ends ? 0 : f.legend.height(f.plot.getWidth()))
                        - (f.panel instanceof ImageSheet images ? head(images) : 0))
                .min()
                .orElseThrow();
    }

    /** The width of a column of texts to the right of pictures. */
    private static double pitch(ImageSheet images) {
        return images.words().stream()
                .filter(word -> word.x() >= images.columns())
                .mapToDouble(word -> labelWidth(word.text()) + 10)
                .max()
                .orElse(0);
    }

    /** The width of bar, ticks and title at the right of the plot. */
    private static double barRoom(Frame f) {
        if (f.barless || !((HeatMap) f.panel).bar().isShown()) {
            return 0;
        }
        double label = named((HeatMap) f.panel) ? 0 : LABEL;
        return HeatPainter.BAR_GAP + HeatPainter.BAR_WIDTH + 5.2 + widest(f.bar) + 6 + label;
    }

    /** Whether the title explains the colours. */
    private static boolean named(HeatMap map) {
        String label = map.bar().label().toLowerCase(Locale.ROOT);
        return !label.isEmpty() && map.title().toLowerCase(Locale.ROOT).endsWith(label);
    }

    /** The width of a label, which may have several rows. */
    private static double labelWidth(String label) {
        return label.lines().mapToDouble(row -> Pen.width(row, TICK)).max().orElse(0);
    }

    private static double widest(List<Ruler.Tick> ticks) {
        return ticks.stream().mapToDouble(t -> labelWidth(t.label())).max().orElse(0);
    }

    private double above() {
        return plate.title().isEmpty() ? 8 : EDGE + TITLE + (plate.subtitle().isEmpty() ? 0 : SUBTITLE + 6) + 12;
    }

    private double sharedRoom() {
        return width - 2 * EDGE - frames.get(0).leftRoom;
    }

    private double keyHeight() {
        double names = shared.height(sharedRoom());
        return names + (names > 0 ? 4 : 0) + (plate.key().isEmpty() || keyBeside() ? 0 : FOOTER + 5);
    }

    /** Whether the key has room beside the names above the panels. */
    private boolean keyBeside() {
        double free = sharedRoom() - shared.lastWidth(sharedRoom());
        return !shared.isEmpty() && WRAP_MARGIN * Pen.width(plate.key(), FOOTER + 0.8) < free - 2 * BETWEEN;
    }

    private double beneath() {
        double strip = plate.strip().height(width - 2 * EDGE);
        return (strip > 0 ? strip + 10 : 0) + rows(caption) + rows(footer) + 6;
    }

    private void arrange() {
        int columns = plate.columns();
        int rows = (frames.size() + columns - 1) / columns;
        double picture =
                Math.max(LEAST_PICTURE, Math.min(MOST_PICTURE, MOST_HEIGHT - above() - beneath())) - keyHeight();
        double y = above() + keyHeight();
        for (int r = 0; r < rows; r++) {
            List<Frame> row = row(r * columns);
            double sides =
                    row.stream().mapToDouble(f -> f.leftRoom + f.rightRoom).sum() + (row.size() - 1) * BETWEEN;
            double w = Math.max(40, (width - 2 * EDGE - sides) / row.size());
            double top = row.stream().mapToDouble(f -> f.top).max().orElse(0);
            double bottom = row.stream().mapToDouble(f -> f.bottom).max().orElse(0);
            double most = (picture - 8 * (rows - 1)) / rows - top - bottom;
            double h = plate.aspect() > 0
                    ? w * plate.aspect()
                    : Math.min(
                            most,
                            row.stream().mapToDouble(f -> wanted(f, w)).max().orElse(most));
            double x = EDGE;
            for (Frame f : row) {
                x += f.leftRoom;
                f.plot = new Rectangle2D.Double(x, y + top, w, h);
                x += w + f.rightRoom + BETWEEN;
            }
            plotWidth = w;
            plotHeight = h;
            y += top + h + bottom + (r < rows - 1 ? 8 : 0);
        }
        height = y + 4 + beneath();
    }

    private static double wanted(Frame f, double w) {
        return f.panel instanceof ImageSheet images
                ? w * images.aspect()
                : f.lying ? lyingHeight((CurveChart) f.panel) : Math.min(MOST_PLOT, 1.02 * w);
    }

    String svg() {
        double mm = plate.widthMm();
        return svg("width=\"" + SvgPen.number(mm) + "mm\" height=\"" + SvgPen.number(mm * height / width) + "mm\"");
    }

    /** White extends below the sheet, where rounding of its size would let a dark page show through. */
    String svg(int widthPixels) {
        return svg("width=\"" + widthPixels + "\" height=\"" + Math.round(widthPixels * height / width)
                + "\" style=\"max-width:100%;height:auto;background:#fff\"");
    }

    private String svg(String size) {
        SvgPen pen = new SvgPen(width, height);
        paint(pen);
        return pen.document(size);
    }

    void writePdf(Path file) throws IOException {
        try {
            Pdf.write(file, UNIT, width, height, graphics -> paint(new ImagePen(graphics)));
        } catch (NoClassDefFoundError e) {
            throw OptionalServices.lacking(e);
        }
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
        double room = width - 2 * EDGE;
        Pen.Style title = Pen.Style.of(TITLE).withBold();
        pen.text(plate.title(), EDGE, EDGE + 0.8 * TITLE, Pen.Anchor.START, fitted(plate.title(), title, room));
        Pen.Style below = Pen.Style.of(SUBTITLE).withColour(GREY);
        double baseline = EDGE + TITLE + 4 + 0.8 * SUBTITLE;
        pen.text(plate.subtitle(), EDGE, baseline, Pen.Anchor.START, fitted(plate.subtitle(), below, room));
        shared.paintRows(pen, frames.get(0).plot.getX(), above(), sharedRoom());
        pen.text(
                plate.key(),
                width - EDGE,
                above() + keyHeight() - (keyBeside() ? 8 : 5),
                Pen.Anchor.END,
                fitted(plate.key(), Pen.Style.of(FOOTER + 0.8).withColour(GREY), room));
        frames.forEach(f -> paint(pen, f));
        double y = height - beneath();
        plate.strip().paint(pen, EDGE, y, room);
        rows(pen, caption, height - rows(caption) - rows(footer) - 6, Color.BLACK);
        rows(pen, footer, height - rows(footer) - 6, GREY);
    }

    /** The height of rows of small text. */
    private static double rows(List<String> rows) {
        return rows.isEmpty() ? 0 : rows.size() * FOOTER * LEADING + 5;
    }

    private static void rows(Pen pen, List<String> rows, double top, Color colour) {
        double y = top + FOOTER;
        for (String row : rows) {
            pen.text(row, EDGE, y, Pen.Anchor.START, Pen.Style.of(FOOTER).withColour(colour));
            y += FOOTER * LEADING;
        }
    }

    private void paint(Pen pen, Frame f) {
        double head = f.plot.getY() - (f.ends ? 0 : f.legend.height(f.plot.getWidth()));
        pen.text(
                f.panel.title(),
                f.plot.getX(),
                heads(row(frames.indexOf(f))) - 7,
                Pen.Anchor.START,
                fitted(f.panel.title(), Pen.Style.of(PANEL), f.plot.getWidth() + f.rightRoom));
        if (f.panel instanceof ImageSheet images) {
            images(pen, images, f);
            return;
        }
        if (f.panel instanceof HeatMap map) {
            HeatPainter painter = new HeatPainter(pen, map, f.canvas());
            painter.paint();
            if (barRoom(f) > 0) {
                painter.bar(f.bar);
                rotated(pen, named(map) ? "" : map.bar().label(), f.plot.getMaxX() + barRoom(f) - 1, f.plot);
            }
            axes(pen, f);
        } else if (f.panel instanceof CurveChart chart) {
            grid(pen, f);
            CurvePainter.paint(pen, f.canvas(), chart.marks(), false);
            axes(pen, f);
            words(pen, chart, f);
            if (f.ends) {
                f.legend.paintEnds(pen, chart, f.canvas());
            }
        }
        if (!f.ends) {
            f.legend.paintRows(pen, f.plot.getX(), head - 3, f.plot.getWidth());
        }
    }

    /** Draws images as large as they fit, with square pixels, from the top left. */
    private void images(Pen pen, ImageSheet images, Frame f) {
        double w = Math.min(f.plot.getWidth(), f.plot.getHeight() / images.aspect());
        double h = w * images.aspect();
        pen.picture(images.raster(), new Rectangle2D.Double(f.plot.getX(), f.plot.getY(), w, h));
        for (Ruler.Tick tick : f.left) {
            double y = f.plot.getY() + (1 - tick.u()) * h;
            rows(pen, tick.label(), f.plot.getX() - 5, y, Pen.Anchor.END, Pen.Style.of(TICK));
        }
        for (HeatMap.Caption word : images.words()) {
            double beside = word.x() - images.columns();
            double x = f.plot.getX() + (beside < 0 ? w * images.across(word.x()) : w + (beside + 0.5) * pitch(images));
            double y = f.plot.getY()
                    + (word.y() < 0
                            ? -head(images) / 2
                            : word.y() < images.rows() ? (word.y() + 0.5) / images.rows() * h : h + TICK / 2 + 4);
            rows(
                    pen,
                    word.text(),
                    x,
                    y,
                    Pen.Anchor.MIDDLE,
                    Pen.Style.of(TICK).withColour(beside < 0 ? SPINE : Color.BLACK));
        }
    }

    /** Draws a text of one or several rows, centred at a height. */
    private static void rows(Pen pen, String text, double x, double y, Pen.Anchor anchor, Pen.Style style) {
        List<String> rows = text.lines().toList();
        for (int k = 0; k < rows.size(); k++) {
            double down = (k - (rows.size() - 1) / 2.0) * TICK * LEADING;
            pen.text(rows.get(k), x, y + 0.36 * TICK + down, anchor, style);
        }
    }

    /** Draws thin lines at the ticks of the numeric axis. */
    private static void grid(Pen pen, Frame f) {
        Rectangle2D p = f.plot;
        for (Ruler.Tick tick : f.lying ? f.below : f.left) {
            if (tick.isMajor()) {
                double x = p.getX() + tick.u() * p.getWidth();
                double y = p.getMaxY() - tick.u() * p.getHeight();
                pen.draw(
                        f.lying
                                ? new Line2D.Double(x, p.getY(), x, p.getMaxY())
                                : new Line2D.Double(p.getX(), y, p.getMaxX(), y),
                        GRID,
                        0.8);
            }
        }
    }

    private void axes(Pen pen, Frame f) {
        Path2D lines = new Path2D.Double();
        Rectangle2D p = f.plot;
        double bottom = p.getMaxY();
        Pen.Style style = Pen.Style.of(TICK).withColour(SPINE);
        segment(lines, p.getX(), bottom, p.getMaxX(), bottom);
        if (!f.lying) {
            segment(lines, p.getX(), p.getY(), p.getX(), bottom);
        }
        for (Ruler.Tick tick : f.below) {
            double x = p.getX() + tick.u() * p.getWidth();
            segment(lines, x, bottom, x, bottom + (tick.isMajor() ? TICK_LENGTH : TICK_LENGTH / 2));
            double y = bottom + TICK_LENGTH + 3 + 0.76 * TICK;
            for (String row : tick.label().lines().toList()) {
                pen.text(row, x, y, Pen.Anchor.MIDDLE, style);
                y += TICK * LEADING;
            }
        }
        for (Ruler.Tick tick : f.left) {
            double y = f.lying ? p.getY() + tick.u() * p.getHeight() : bottom - tick.u() * p.getHeight();
            if (!f.lying) {
                segment(lines, p.getX(), y, p.getX() - (tick.isMajor() ? TICK_LENGTH : TICK_LENGTH / 2), y);
            }
            List<String> rows = f.sharesLeft ? List.of() : tick.label().lines().toList();
            double up = (rows.size() - 1) * TICK * LEADING / 2;
            for (int k = 0; k < rows.size(); k++) {
                double baseline = y + 0.36 * TICK - up + k * TICK * LEADING;
                pen.text(rows.get(k), p.getX() - TICK_LENGTH - 4, baseline, Pen.Anchor.END, style);
            }
        }
        pen.draw(lines, SPINE, FRAME);
        String label = f.belowAxis().label();
        Pen.Style large = Pen.Style.of(LABEL);
        double baseline = bottom + f.bottom - 3;
        if (!f.sharesBelow) {
            double room = p.getWidth() + Math.min(60, f.leftRoom + f.rightRoom);
            pen.text(label, p.getCenterX(), baseline, Pen.Anchor.MIDDLE, fitted(label, large, room));
        } else if (f.last) {
            Rectangle2D first = row(frames.indexOf(f)).get(0).plot;
            pen.text(label, (first.getX() + p.getMaxX()) / 2, baseline, Pen.Anchor.MIDDLE, large);
        }
        if (!f.sharesLeft && !f.lying) {
            rotated(pen, f.leftAxis().label(), p.getX() - f.leftRoom + LABEL - 1, p);
        }
    }

    private static void rotated(Pen pen, String text, double x, Rectangle2D plot) {
        Pen.Style style = fitted(text, Pen.Style.of(LABEL), plot.getHeight() + 24);
        pen.text(text, x, plot.getCenterY(), Pen.Anchor.MIDDLE, style.withAngle(-90));
    }

    /** A smaller style if the text would not fit, down to the smallest printable size. */
    static Pen.Style fitted(String text, Pen.Style style, double room) {
        double share = Math.min(1, room / Math.max(1, WRAP_MARGIN * Pen.width(text, style)));
        return style.withSize(Math.min(style.size(), Math.max(LEAST_SIZE, style.size() * share)));
    }

    private static void segment(Path2D path, double x1, double y1, double x2, double y2) {
        path.moveTo(x1, y1);
        path.lineTo(x2, y2);
    }

    /**
     * Draws texts beside points of a curve panel, on the right unless that crosses the border, and the panel's note.
     */
    private static void words(Pen pen, CurveChart chart, Frame f) {
        Pen.Style style = Pen.Style.of(Legend.SIZE - 0.6).withColour(GREY).withHalo();
        List<double[]> taken = new ArrayList<>();
        for (HeatMap.Caption word : chart.words()) {
            double[] at = f.canvas().at(word.x(), word.y());
            double w = Pen.width(word.text(), style);
            boolean fits = at[0] + WORD_GAP + w < f.plot.getMaxX() + f.rightRoom;
            if (f.plot.contains(at[0], at[1])) {
                double x = fits ? at[0] + WORD_GAP : at[0] - WORD_GAP;
                pen.text(word.text(), x, at[1] + 0.36 * style.size(), fits ? Pen.Anchor.START : Pen.Anchor.END, style);
                for (int k = 0; k <= 8; k++) {
                    taken.add(new double[] {fits ? x + w * k / 8 : x - w * k / 8, at[1]});
                }
            }
        }
        if (!chart.note().isEmpty()) {
            taken.addAll(Spans.obstacles(chart.marks(), f.canvas()));
            note(pen, chart.note().split("\n", -1), f.plot, taken);
        }
    }

    /** Draws rows of grey text in the corner where they hide least. */
    private static void note(Pen pen, String[] rows, Rectangle2D plot, List<double[]> obstacles) {
        double size = Legend.SIZE - 0.6;
        double w =
                Arrays.stream(rows).mapToDouble(r -> Pen.width(r, size)).max().orElse(0);
        double h = rows.length * size * LEADING;
        Rectangle2D best = new Rectangle2D.Double();
        long fewest = Long.MAX_VALUE;
        for (int corner = 0; corner < 4; corner++) {
            double x = corner % 2 == 0 ? plot.getMaxX() - INSET - w : plot.getX() + INSET;
            double y = corner < 2 ? plot.getY() + INSET : plot.getMaxY() - INSET - h;
            Rectangle2D box = new Rectangle2D.Double(x - 3, y - 2, w + 6, h + 4);
            long hits = obstacles.stream().filter(p -> box.contains(p[0], p[1])).count();
            if (hits < fewest) {
                fewest = hits;
                best = box;
            }
        }
        if (fewest > 0) {
            pen.fill(best, VEIL);
        }
        for (int k = 0; k < rows.length; k++) {
            double y = best.getY() + 2 + (k + 0.8) * size * LEADING;
            pen.text(
                    rows[k],
                    best.getX() + 3,
                    y,
                    Pen.Anchor.START,
                    Pen.Style.of(size).withColour(GREY));
        }
    }
}
