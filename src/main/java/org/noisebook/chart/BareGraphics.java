package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.GraphicsConfiguration;
import java.awt.Image;
import java.awt.Paint;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.awt.image.ImageObserver;
import java.awt.image.RenderedImage;
import java.awt.image.renderable.RenderableImage;
import java.text.AttributedCharacterIterator;
import java.util.Map;

/**
 * Graphics that knows only filled and stroked shapes: it keeps the state and leaves two methods to do.
 *
 * <p>Clips are kept but not applied, since all callers clip their geometry. Images, composites and the text methods of
 * {@code Graphics2D} are not supported; text goes through {@link Pen}.
 */
abstract class BareGraphics extends Graphics2D {
    private AffineTransform transform = new AffineTransform();
    private Color colour = Color.BLACK;
    private Color background = Color.WHITE;
    private Stroke stroke = new BasicStroke();
    private Shape clip;
    private Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 10);
    private final RenderingHints hints = new RenderingHints(Map.of());

    /** Draws an outline given in sheet coordinates. */
    abstract void outline(Shape shape, Color colour, BasicStroke stroke);

    /** Fills a shape given in sheet coordinates. */
    abstract void area(Shape shape, Color colour);

    @Override
    public void draw(Shape shape) {
        if (stroke instanceof BasicStroke basic && isVisible(shape)) {
            double scale = StrictMath.sqrt(Math.abs(transform.getDeterminant()));
            outline(place(shape), colour, scale == 1 ? basic : scaled(basic, scale));
        }
    }

    @Override
    public void fill(Shape shape) {
        if (isVisible(shape)) {
            area(place(shape), colour);
        }
    }

    private boolean isVisible(Shape shape) {
        return colour.getAlpha() > 0 && !shape.getPathIterator(null).isDone();
    }

    /** Ellipses, rectangles and lines stay what they are where the transform allows it: they are shorter in SVG. */
    private Shape place(Shape shape) {
        if (transform.isIdentity()) {
            return shape;
        }
        double sx = transform.getScaleX();
        double sy = transform.getScaleY();
        boolean upright = transform.getShearX() == 0 && transform.getShearY() == 0 && sx > 0 && sy > 0;
        double tx = transform.getTranslateX();
        double ty = transform.getTranslateY();
        if (upright && shape instanceof Ellipse2D e) {
            return new Ellipse2D.Double(sx * e.getX() + tx, sy * e.getY() + ty, sx * e.getWidth(), sy * e.getHeight());
        }
        if (upright && shape instanceof Rectangle2D r) {
            return new Rectangle2D.Double(
                    sx * r.getX() + tx, sy * r.getY() + ty, sx * r.getWidth(), sy * r.getHeight());
        }
        if (upright && shape instanceof Line2D l) {
            return new Line2D.Double(
                    sx * l.getX1() + tx, sy * l.getY1() + ty, sx * l.getX2() + tx, sy * l.getY2() + ty);
        }
        return transform.createTransformedShape(shape);
    }

    private static BasicStroke scaled(BasicStroke s, double scale) {
        float f = (float) scale;
        float[] dash = s.getDashArray();
        if (dash == null) {
            return new BasicStroke(f * s.getLineWidth(), s.getEndCap(), s.getLineJoin(), s.getMiterLimit());
        }
        for (int i = 0; i < dash.length; i++) {
            dash[i] *= f;
        }
        return new BasicStroke(
                f * s.getLineWidth(), s.getEndCap(), s.getLineJoin(), s.getMiterLimit(), dash, f * s.getDashPhase());
    }

    @Override
    public void drawLine(int x1, int y1, int x2, int y2) {
        draw(new Line2D.Double(x1, y1, x2, y2));
    }

    @Override
    public void fillRect(int x, int y, int width, int height) {
        fill(new Rectangle(x, y, width, height));
    }

    @Override
    public void clearRect(int x, int y, int width, int height) {
        Color old = colour;
        colour = background;
        fillRect(x, y, width, height);
        colour = old;
    }

    @Override
    public void drawRoundRect(int x, int y, int width, int height, int arcWidth, int arcHeight) {
        draw(new RoundRectangle2D.Double(x, y, width, height, arcWidth, arcHeight));
    }

    @Override
    public void fillRoundRect(int x, int y, int width, int height, int arcWidth, int arcHeight) {
        fill(new RoundRectangle2D.Double(x, y, width, height, arcWidth, arcHeight));
    }

    @Override
    public void drawOval(int x, int y, int width, int height) {
        draw(new Ellipse2D.Double(x, y, width, height));
    }

    @Override
    public void fillOval(int x, int y, int width, int height) {
        fill(new Ellipse2D.Double(x, y, width, height));
    }

    @Override
    public void drawArc(int x, int y, int width, int height, int startAngle, int arcAngle) {
        draw(new Arc2D.Double(x, y, width, height, startAngle, arcAngle, Arc2D.OPEN));
    }

    @Override
    public void fillArc(int x, int y, int width, int height, int startAngle, int arcAngle) {
        fill(new Arc2D.Double(x, y, width, height, startAngle, arcAngle, Arc2D.PIE));
    }

    @Override
    public void drawPolyline(int[] xs, int[] ys, int n) {
        if (n > 0) {
            draw(path(xs, ys, n));
        }
    }

    @Override
    public void drawPolygon(int[] xs, int[] ys, int n) {
        if (n > 0) {
            Path2D path = path(xs, ys, n);
            path.closePath();
            draw(path);
        }
    }

    @Override
    public void fillPolygon(int[] xs, int[] ys, int n) {
        if (n > 0) {
            fill(path(xs, ys, n));
        }
    }

    private static Path2D path(int[] xs, int[] ys, int n) {
        Path2D path = new Path2D.Double();
        path.moveTo(xs[0], ys[0]);
        for (int i = 1; i < n; i++) {
            path.lineTo(xs[i], ys[i]);
        }
        return path;
    }

    @Override
    public void translate(int x, int y) {
        transform.translate(x, y);
    }

    @Override
    public void translate(double tx, double ty) {
        transform.translate(tx, ty);
    }

    @Override
    public void rotate(double theta) {
        transform.rotate(theta);
    }

    @Override
    public void rotate(double theta, double x, double y) {
        transform.rotate(theta, x, y);
    }

    @Override
    public void scale(double sx, double sy) {
        transform.scale(sx, sy);
    }

    @Override
    public void shear(double shx, double shy) {
        transform.shear(shx, shy);
    }

    @Override
    public void transform(AffineTransform tx) {
        transform.concatenate(tx);
    }

    @Override
    public void setTransform(AffineTransform tx) {
        transform = new AffineTransform(tx);
    }

    @Override
    public AffineTransform getTransform() {
        return new AffineTransform(transform);
    }

    @Override
    public Color getColor() {
        return colour;
    }

    @Override
    public void setColor(Color c) {
        if (c != null) {
            colour = c;
        }
    }

    @Override
    public Paint getPaint() {
        return colour;
    }

    @Override
    public void setPaint(Paint paint) {
        if (!(paint instanceof Color c)) {
            throw unsupported("paint " + paint);
        }
        colour = c;
    }

    @Override
    public Color getBackground() {
        return background;
    }

    @Override
    public void setBackground(Color c) {
        background = c;
    }

    @Override
    public Stroke getStroke() {
        return stroke;
    }

    @Override
    public void setStroke(Stroke s) {
        stroke = s;
    }

    @Override
    public Font getFont() {
        return font;
    }

    @Override
    public void setFont(Font f) {
        font = f;
    }

    @Override
    public FontMetrics getFontMetrics(Font f) {
        return new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
                .createGraphics()
                .getFontMetrics(f);
    }

    @Override
    public FontRenderContext getFontRenderContext() {
        return new FontRenderContext(null, true, true);
    }

    @Override
    public Shape getClip() {
        return clip;
    }

    @Override
    public void setClip(Shape newClip) {
        clip = newClip;
    }

    @Override
    public void setClip(int x, int y, int width, int height) {
        clip = new Rectangle(x, y, width, height);
    }

    @Override
    public void clip(Shape s) {
        clip = s;
    }

    @Override
    public void clipRect(int x, int y, int width, int height) {
        clip = new Rectangle(x, y, width, height);
    }

    @Override
    public Rectangle getClipBounds() {
        return clip == null ? null : clip.getBounds();
    }

    @Override
    public boolean hit(Rectangle rect, Shape s, boolean onStroke) {
        return s.intersects(rect);
    }

    @Override
    public Object getRenderingHint(RenderingHints.Key key) {
        return hints.get(key);
    }

    @Override
    public void setRenderingHint(RenderingHints.Key key, Object value) {
        hints.put(key, value);
    }

    @Override
    public void setRenderingHints(Map<?, ?> newHints) {
        hints.clear();
        hints.putAll(newHints);
    }

    @Override
    public void addRenderingHints(Map<?, ?> newHints) {
        hints.putAll(newHints);
    }

    @Override
    public RenderingHints getRenderingHints() {
        return (RenderingHints) hints.clone();
    }

    @Override
    public GraphicsConfiguration getDeviceConfiguration() {
        throw unsupported("a device");
    }

    @Override
    public Graphics create() {
        throw unsupported("a copy");
    }

    @Override
    public void dispose() {
        // Nothing is held.
    }

    @Override
    public Composite getComposite() {
        throw unsupported("a composite");
    }

    @Override
    public void setComposite(Composite c) {
        throw unsupported("a composite");
    }

    @Override
    public void setPaintMode() {
        // The only mode.
    }

    @Override
    public void setXORMode(Color c) {
        throw unsupported("XOR mode");
    }

    @Override
    public void copyArea(int x, int y, int width, int height, int dx, int dy) {
        throw unsupported("copying");
    }

    @Override
    public void drawString(String s, int x, int y) {
        throw unsupported("text");
    }

    @Override
    public void drawString(String s, float x, float y) {
        throw unsupported("text");
    }

    @Override
    public void drawString(AttributedCharacterIterator s, int x, int y) {
        throw unsupported("text");
    }

    @Override
    public void drawString(AttributedCharacterIterator s, float x, float y) {
        throw unsupported("text");
    }

    @Override
    public void drawGlyphVector(GlyphVector g, float x, float y) {
        throw unsupported("text");
    }

    @Override
    public boolean drawImage(Image image, AffineTransform tx, ImageObserver observer) {
        throw unsupported("an image");
    }

    @Override
    public void drawImage(BufferedImage image, BufferedImageOp op, int x, int y) {
        throw unsupported("an image");
    }

    @Override
    public void drawRenderedImage(RenderedImage image, AffineTransform tx) {
        throw unsupported("an image");
    }

    @Override
    public void drawRenderableImage(RenderableImage image, AffineTransform tx) {
        throw unsupported("an image");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, ImageObserver observer) {
        throw unsupported("an image");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, int width, int height, ImageObserver observer) {
        throw unsupported("an image");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, Color bg, ImageObserver observer) {
        throw unsupported("an image");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, int width, int height, Color bg, ImageObserver observer) {
        throw unsupported("an image");
    }

    @Override
    public boolean drawImage(
            Image image,
            int dx1,
            int dy1,
            int dx2,
            int dy2,
            int sx1,
            int sy1,
            int sx2,
            int sy2,
            ImageObserver observer) {
        throw unsupported("an image");
    }

    @Override
    public boolean drawImage(
            Image image,
            int dx1,
            int dy1,
            int dx2,
            int dy2,
            int sx1,
            int sy1,
            int sx2,
            int sy2,
            Color bg,
            ImageObserver observer) {
        throw unsupported("an image");
    }

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("vector graphics do not support " + what);
    }
}
