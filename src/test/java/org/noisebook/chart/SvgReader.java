package org.noisebook.chart;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reads back what a test needs to know of an SVG. */
final class SvgReader {
    private static final double LARGEST_MARKER = 8;

    private SvgReader() {}

    static Document parse(String svg) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(svg)));
        } catch (Exception e) {
            throw new AssertionError("not well-formed", e);
        }
    }

    private static List<Element> elements(String svg, String name) {
        NodeList nodes = parse(svg).getElementsByTagName(name);
        List<Element> list = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            list.add((Element) nodes.item(i));
        }
        return list;
    }

    private static String style(Element e, String name) {
        return ((Element) e.getParentNode()).getAttribute(name);
    }

    private static double value(Element e, String name) {
        return Double.parseDouble(e.getAttribute(name));
    }

    static Rectangle2D rectangle(Element e) {
        return new Rectangle2D.Double(value(e, "x"), value(e, "y"), value(e, "width"), value(e, "height"));
    }

    /** The plot frames, in the order of the panels. */
    static List<Rectangle2D> plots(String svg) {
        return paths(svg, "#4a4f57").stream()
                .filter(path -> path.length > 3
                        && path[0][1] == path[1][1]
                        && path[2][0] == path[0][0]
                        && path[3][1] == path[0][1])
                .map(path -> (Rectangle2D) new Rectangle2D.Double(
                        path[0][0], path[2][1], path[1][0] - path[0][0], path[0][1] - path[2][1]))
                .toList();
    }

    /** Pictures that stand in no plot frame. */
    static List<Rectangle2D> pictures(String svg) {
        List<Rectangle2D> plots = plots(svg);
        return elements(svg, "image").stream()
                .map(SvgReader::rectangle)
                .filter(image ->
                        plots.stream().noneMatch(plot -> plot.contains(image.getCenterX(), image.getCenterY())))
                .toList();
    }

    static Rectangle2D plot(String svg) {
        return plots(svg).get(0);
    }

    /** All filled rectangles of one colour. */
    static List<Rectangle2D> rectangles(String svg, String fill) {
        return elements(svg, "rect").stream()
                .filter(e -> style(e, "fill").equals(fill))
                .map(SvgReader::rectangle)
                .toList();
    }

    /** Centres of all circles. */
    static List<double[]> circles(String svg) {
        return elements(svg, "circle").stream()
                .map(e -> new double[] {value(e, "cx"), value(e, "cy")})
                .toList();
    }

    /** The corners of all paths of one stroke colour. */
    static List<double[][]> paths(String svg, String stroke) {
        return elements(svg, "path").stream()
                .filter(e -> style(e, "stroke").equals(stroke))
                .map(e -> corners(e.getAttribute("d")))
                .toList();
    }

    /** The middles of all markers of points: circles, and squares and polygons as small. */
    static List<double[]> markers(String svg) {
        List<double[]> middles = new ArrayList<>(circles(svg));
        Stream.concat(
                        elements(svg, "rect").stream().map(SvgReader::rectangle),
                        elements(svg, "path").stream()
                                .map(e -> e.getAttribute("d"))
                                .filter(d -> d.endsWith("Z"))
                                .map(d -> {
                                    Path2D path = new Path2D.Double();
                                    double[][] corners = corners(d);
                                    path.moveTo(corners[0][0], corners[0][1]);
                                    Stream.of(corners).forEach(corner -> path.lineTo(corner[0], corner[1]));
                                    return path.getBounds2D();
                                }))
                .filter(box -> box.getWidth() < LARGEST_MARKER && box.getHeight() < LARGEST_MARKER)
                .forEach(box -> middles.add(new double[] {box.getCenterX(), box.getCenterY()}));
        return middles;
    }

    private static double[][] corners(String d) {
        String[] numbers = d.replaceAll("[A-Z]", " ").trim().split("\\s+");
        double[][] corners = new double[numbers.length / 2][2];
        for (int i = 0; i < corners.length; i++) {
            corners[i][0] = Double.parseDouble(numbers[2 * i]);
            corners[i][1] = Double.parseDouble(numbers[2 * i + 1]);
        }
        return corners;
    }

    static List<String> texts(String svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    /** A text and where it is anchored. */
    record Placed(String words, double x, double y) {}

    static List<Placed> placed(String svg) {
        return elements(svg, "text").stream()
                .map(e -> new Placed(e.getTextContent(), value(e, "x"), value(e, "y")))
                .toList();
    }

    /** The width of the view box. */
    static double width(String svg) {
        return Double.parseDouble(
                parse(svg).getDocumentElement().getAttribute("viewBox").split(" ")[2]);
    }

    /** The height of the view box. */
    static double height(String svg) {
        return Double.parseDouble(
                parse(svg).getDocumentElement().getAttribute("viewBox").split(" ")[3]);
    }

    static double millimetres(String svg) {
        return Double.parseDouble(
                parse(svg).getDocumentElement().getAttribute("width").replace("mm", ""));
    }

    /** Where upright and quarter-turned texts stand. */
    static List<Rectangle2D> textBoxes(String svg) {
        List<Rectangle2D> boxes = new ArrayList<>();
        for (Element e : elements(svg, "text")) {
            String turn = e.getAttribute("transform");
            if (!turn.isEmpty() && !turn.startsWith("rotate(-90 ")) {
                continue;
            }
            double size = Double.parseDouble(style(e, "font-size"));
            double w = Pen.width(e.getTextContent(), size);
            double start = switch (style(e, "text-anchor")) {
                case "middle" -> -w / 2;
                case "end" -> -w;
                default -> 0;
            };
            double x = value(e, "x");
            double y = value(e, "y");
            boxes.add(
                    turn.isEmpty()
                            ? new Rectangle2D.Double(x + start, y - 0.72 * size, w, 0.9 * size)
                            : new Rectangle2D.Double(x - 0.72 * size, y - start - w, 0.9 * size, w));
        }
        return boxes;
    }

    /** The sizes of all texts, in units of the view box, scripts of a text aside. */
    static List<Double> textSizes(String svg) {
        return elements(svg, "text").stream()
                .map(e -> Double.parseDouble(style(e, "font-size")))
                .toList();
    }

    static double[] textPlace(String svg, String text) {
        Element e = elements(svg, "text").stream()
                .filter(t -> t.getTextContent().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no text " + text));
        return new double[] {value(e, "x"), value(e, "y")};
    }
}
