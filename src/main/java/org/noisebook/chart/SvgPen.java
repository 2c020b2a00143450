package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Base64;
import java.util.Locale;

/**
 * Writes SVG 1.1 with real text, at most two decimals, no ids and no dates.
 *
 * <p>Consecutive elements of equal style share one group, which carries the style. <i>Units</i>: points of the sheet.
 */
final class SvgPen extends Pen {
    private final StringBuilder body = new StringBuilder();
    private final double width;
    private final double height;
    private String group = "";
    private String pendingStyle = "";
    private String pendingElement = "";

    SvgPen(double width, double height) {
        this.width = width;
        this.height = height;
    }

    /** The whole document; {@code size} holds the attributes for its displayed size. */
    String document(String size) {
        open("");
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size + " viewBox=\"0 0 " + number(width) + ' '
                + number(height) + "\" font-family=\"" + FAMILIES + "\" stroke-linejoin=\"round\">\n" + body
                + "</svg>\n";
    }

    @Override
    void draw(Shape shape, Color colour, BasicStroke stroke) {
        if (isEmpty(shape)) {
            return;
        }
        StringBuilder style = new StringBuilder(
                "fill=\"none\" stroke=\"" + hex(colour) + "\" stroke-width=\"" + number(stroke.getLineWidth()) + '"');
        float[] dash = stroke.getDashArray();
        if (dash != null) {
            style.append(" stroke-dasharray=\"");
            for (int i = 0; i < dash.length; i++) {
                style.append(i > 0 ? " " : "").append(number(dash[i]));
            }
            style.append('"');
        }
        if (colour.getAlpha() < 255) {
            style.append(" stroke-opacity=\"")
                    .append(number(colour.getAlpha() / 255.0))
                    .append('"');
        }
        String element = shape(shape);
        if (element.equals(pendingElement)) {
            // The face and rim of a marker become one element.
            String face = pendingStyle;
            pendingElement = "";
            open(face + style.substring("fill=\"none\"".length()));
            body.append(element);
            return;
        }
        open(style.toString());
        body.append(element);
    }

    private static boolean isEmpty(Shape shape) {
        return shape.getPathIterator(null).isDone();
    }

    @Override
    void fill(Shape shape, Color colour) {
        if (isEmpty(shape)) {
            return;
        }
        String opacity = colour.getAlpha() < 255 ? " fill-opacity=\"" + number(colour.getAlpha() / 255.0) + '"' : "";
        settle();
        pendingStyle = "fill=\"" + hex(colour) + '"' + opacity;
        pendingElement = shape(shape);
    }

    @Override
    void text(String text, double x, double y, Anchor anchor, Style style) {
        if (text.isEmpty()) {
            return;
        }
        StringBuilder attributes =
                new StringBuilder("fill=\"" + hex(style.colour()) + "\" font-size=\"" + number(style.size()) + '"');
        if (style.bold()) {
            attributes.append(" font-weight=\"bold\"");
        }
        if (anchor != Anchor.START) {
            attributes
                    .append(" text-anchor=\"")
                    .append(anchor.name().toLowerCase(Locale.ROOT))
                    .append('"');
        }
        if (style.halo()) {
            attributes
                    .append(" stroke=\"#fff\" stroke-width=\"")
                    .append(number(HALO))
                    .append("\" paint-order=\"stroke\"");
        }
        open(attributes.toString());
        body.append("<text x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append('"');
        if (style.angle() != 0) {
            body.append(" transform=\"rotate(")
                    .append(number(style.angle()))
                    .append(' ')
                    .append(number(x))
                    .append(' ')
                    .append(number(y))
                    .append(")\"");
        }
        body.append('>');
        double below = 0;
        for (Script piece : Script.of(text)) {
            double shift = (piece.drop() - below) * style.size();
            if (shift == 0 && piece.level() == 0 && !piece.italic()) {
                body.append(escape(piece.text()));
            } else {
                body.append(piece.italic() ? "<tspan font-style=\"italic\"" : "<tspan");
                if (shift != 0) {
                    body.append(attribute("dy", shift));
                }
                if (piece.level() != 0) {
                    body.append(" font-size=\"")
                            .append(number(Script.SIZE * style.size()))
                            .append('"');
                }
                body.append('>').append(escape(piece.text())).append("</tspan>");
            }
            below = piece.drop();
        }
        body.append("</text>\n");
    }

    @Override
    void picture(Raster raster, Rectangle2D box) {
        open("");
        body.append("<image")
                .append(attribute("x", box.getX()))
                .append(attribute("y", box.getY()))
                .append(attribute("width", box.getWidth()))
                .append(attribute("height", box.getHeight()))
                .append(
                        " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(raster.png()))
                .append("\"/>\n");
    }

    /** Writes a pending fill that waited for an outline of the same shape. */
    private void settle() {
        if (!pendingElement.isEmpty()) {
            String element = pendingElement;
            pendingElement = "";
            open(pendingStyle);
            body.append(element);
        }
    }

    private void open(String style) {
        settle();
        if (!style.equals(group)) {
            if (!group.isEmpty()) {
                body.append("</g>\n");
            }
            if (!style.isEmpty()) {
                body.append("<g ").append(style).append(">\n");
            }
            group = style;
        }
    }

    private static String shape(Shape shape) {
        if (shape instanceof Ellipse2D e && Math.abs(e.getWidth() - e.getHeight()) < 0.01) {
            return "<circle" + attribute("cx", e.getCenterX()) + attribute("cy", e.getCenterY())
                    + attribute("r", e.getWidth() / 2) + "/>\n";
        }
        if (shape instanceof Rectangle2D r) {
            // The width is computed from the rounded ends, so that neighbours stay flush.
            double x = round(r.getX());
            double y = round(r.getY());
            return "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", round(r.getMaxX()) - x)
                    + attribute("height", round(r.getMaxY()) - y) + "/>\n";
        }
        return "<path d=\"" + path(shape) + "\"/>\n";
    }

    private static String attribute(String name, double value) {
        return ' ' + name + "=\"" + number(value) + '"';
    }

    private static String path(Shape shape) {
        StringBuilder data = new StringBuilder();
        double[] c = new double[6];
        char last = 'Z';
        for (PathIterator it = shape.getPathIterator(null); !it.isDone(); it.next()) {
            int type = it.currentSegment(c);
            char command = switch (type) {
                case PathIterator.SEG_MOVETO -> 'M';
                case PathIterator.SEG_LINETO -> 'L';
                case PathIterator.SEG_QUADTO -> 'Q';
                case PathIterator.SEG_CUBICTO -> 'C';
                default -> 'Z';
            };
            int count = switch (command) {
                case 'Q' -> 4;
                case 'C' -> 6;
                case 'Z' -> 0;
                default -> 2;
            };
            // A repeated command letter may be omitted, except that coordinates after M mean L.
            boolean implied = command != 'Z' && command == last && command != 'M' || command == 'L' && last == 'M';
            data.append(implied ? " " : String.valueOf(command));
            for (int k = 0; k < count; k++) {
                data.append(k > 0 ? " " : "").append(number(c[k]));
            }
            last = command;
        }
        return data.toString();
    }

    private static double round(double value) {
        return Math.rint(value * 100) / 100;
    }

    /** At most two decimals, no trailing zeros. */
    static String number(double value) {
        long hundredths = Math.round(value * 100);
        long whole = Math.abs(hundredths) / 100;
        int rest = (int) (Math.abs(hundredths) % 100);
        String text = hundredths < 0 ? "-" + whole : Long.toString(whole);
        if (rest == 0) {
            return text;
        }
        return rest % 10 == 0 ? text + '.' + rest / 10 : text + '.' + (rest < 10 ? "0" : "") + rest;
    }

    private static String hex(Color c) {
        int rgb = c.getRGB() & 0xFFFFFF;
        boolean brief = ((rgb >> 4) & 0x0F0F0F) == (rgb & 0x0F0F0F);
        return brief
                ? String.format(Locale.ROOT, "#%x%x%x", c.getRed() & 15, c.getGreen() & 15, c.getBlue() & 15)
                : String.format(Locale.ROOT, "#%06x", rgb);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
