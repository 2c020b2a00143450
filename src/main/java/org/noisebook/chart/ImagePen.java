package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Draws on the graphics of an image, with text as outlines in the machine's fonts. */
final class ImagePen extends Pen {
    private final Graphics2D graphics;

    ImagePen(Graphics2D graphics) {
        this.graphics = graphics;
    }

    @Override
    void text(String text, double x, double y, Anchor anchor, Style style) {
        if (text.isEmpty()) {
            return;
        }
        Font font = new Font(family(), style.bold() ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) style.size());
        Path2D pieces = new Path2D.Double();
        double width = 0;
        for (Script piece : Script.of(text)) {
            int slant = piece.italic() ? Font.ITALIC : Font.PLAIN;
            GlyphVector glyphs = font.deriveFont(font.getStyle() | slant, (float) (style.size() * piece.size()))
                    .createGlyphVector(graphics.getFontRenderContext(), piece.text());
            pieces.append(glyphs.getOutline((float) width, (float) (piece.drop() * style.size())), false);
            width += glyphs.getLogicalBounds().getWidth();
        }
        double shift = switch (anchor) {
            case START -> 0;
            case MIDDLE -> -width / 2;
            case END -> -width;
        };
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.rotate(StrictMath.toRadians(style.angle()));
        place.translate(shift, 0);
        Shape outline = place.createTransformedShape(pieces);
        if (style.halo()) {
            graphics.setColor(Color.WHITE);
            graphics.setStroke(new BasicStroke(HALO, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(outline);
        }
        graphics.setColor(style.colour());
        graphics.fill(outline);
    }

    private static String family() {
        Font font = new Font("DejaVu Sans", Font.PLAIN, 10);
        return font.getFamily().equals("DejaVu Sans") ? "DejaVu Sans" : Font.SANS_SERIF;
    }

    @Override
    void fill(Shape shape, Color colour) {
        graphics.setColor(colour);
        graphics.fill(shape);
    }

    @Override
    void draw(Shape shape, Color colour, BasicStroke stroke) {
        graphics.setColor(colour);
        graphics.setStroke(stroke);
        graphics.draw(shape);
    }

    @Override
    void picture(Raster raster, Rectangle2D box) {
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        AffineTransform place = AffineTransform.getTranslateInstance(box.getX(), box.getY());
        place.scale(box.getWidth() / raster.width(), box.getHeight() / raster.height());
        graphics.drawRenderedImage(raster.image(), place);
    }
}
