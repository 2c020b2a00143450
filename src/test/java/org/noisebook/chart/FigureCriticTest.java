package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The form of every committed figure that this painter drew: one width, a landscape sheet, text as large as print needs, no text on
 * text, no verdict marks, short titles of panels and few series.
 */
class FigureCriticTest {
    private static final int MOST_SERIES = 6;
    private static final double MOST_HEIGHT = 126;
    private static final int MOST_WORDS = 6;
    /** Of the smaller of two texts: the boxes are those of an average letter, so that they may touch. */
    private static final double TOUCH = 0.06;

    private static final Pattern POINTS = Pattern.compile("\"kind\":\"simulation\"");

    /** What is wrong with a figure, by measure; the larger the number the worse. */
    private static TreeMap<String, Double> faults(String svg) {
        TreeMap<String, Double> faults = new TreeMap<>();
        double mm = SvgReader.millimetres(svg);
        if (mm != 170) {
            faults.put("width in mm", mm);
        }
        double unit = mm * 72 / 25.4 / SvgReader.width(svg);
        List<Double> sizes = SvgReader.textSizes(svg);
        double least = unit * sizes.stream().mapToDouble(size -> size).min().orElse(Plate.LEAST_POINT);
        double most = unit * sizes.stream().mapToDouble(size -> size).max().orElse(Plate.MOST_POINT);
        if (least < Plate.LEAST_POINT) {
            faults.put("points of text too small", -least);
        }
        if (most > Plate.MOST_POINT) {
            faults.put("points of text too large", most);
        }
        int overlaps = overlaps(svg);
        if (overlaps > 0) {
            faults.put("texts on texts", (double) overlaps);
        }
        double tall = SvgReader.height(svg) * mm / SvgReader.width(svg);
        if (tall > MOST_HEIGHT) {
            faults.put("height in mm", tall);
        }
        long marks = SvgReader.texts(svg).stream()
                .filter(text -> text.matches(".*[✓✗].*|\\?.*"))
                .count();
        if (marks > 0) {
            faults.put("marks of verdicts", (double) marks);
        }
        int words = SvgReader.texts(svg).stream()
                .filter(text -> text.matches("[a-f]  .*"))
                .mapToInt(text -> text.split(" +").length)
                .max()
                .orElse(0);
        if (words > MOST_WORDS) {
            faults.put("words in the title of a panel", (double) words);
        }
        int series = Stream.of(svg.split("\"title\":"))
                .skip(1)
                .mapToInt(part -> (int) POINTS.matcher(part).results().count())
                .max()
                .orElse(0);
        if (series > MOST_SERIES) {
            faults.put("series in a panel", (double) series);
        }
        return faults;
    }

    private static int overlaps(String svg) {
        List<Rectangle2D> boxes = SvgReader.textBoxes(svg);
        return (int) IntStream.range(0, boxes.size())
                .mapToLong(i -> IntStream.range(0, i)
                        .filter(j -> meet(boxes.get(i), boxes.get(j)))
                        .count())
                .sum();
    }

    private static boolean meet(Rectangle2D a, Rectangle2D b) {
        Rectangle2D both = a.createIntersection(b);
        double smaller = Math.min(a.getWidth() * a.getHeight(), b.getWidth() * b.getHeight());
        return !both.isEmpty() && both.getWidth() * both.getHeight() > TOUCH * smaller;
    }

    @Test
    void committedFiguresHaveNoFault() throws IOException {
        List<String> found = new ArrayList<>();
        int seen = 0;
        for (String folder : List.of("figures", "figures/full")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.filter(one -> one.toString().endsWith(".svg"))
                        .sorted()
                        .toList()) {
                    String svg = Files.readString(file);
                    if (!svg.contains("<metadata>")) {
                        continue;
                    }
                    seen++;
                    faults(svg)
                            .forEach((measure, value) ->
                                    found.add(String.format(Locale.ROOT, "%s: %s, %.3f", file, measure, value)));
                }
            }
        }
        assertThat(found).isEmpty();
        assertThat(seen).isPositive();
    }

    /** Two texts at one place, small print, a mark, a long title and a sheet of the wrong width. */
    @Test
    void plantedFaultsAreFound() {
        String good = Plate.of(CurveChart.of(
                        "title", Axis.linear("x").range(0, 1), Axis.linear("y").range(0, 1)))
                .svg();
        assertThat(faults(good)).isEmpty();
        String text = "<g font-size=\"10\"><text x=\"200\" y=\"100\">planted</text></g>";
        assertThat(faults(good.replace("</svg>", text + "</svg>"))).isEmpty();
        assertThat(faults(good.replace("</svg>", text + text + "</svg>"))).containsKey("texts on texts");
        assertThat(faults(good.replace("</svg>", text.replace("\"10\"", "\"7\"") + "</svg>")))
                .containsKey("points of text too small");
        assertThat(faults(good.replace("</svg>", text.replace("planted", "✓ 3") + "</svg>")))
                .containsKey("marks of verdicts");
        assertThat(faults(good.replace("</svg>", text.replace("planted", "a  one of more than five words") + "</svg>")))
                .containsKey("words in the title of a panel");
        assertThat(faults(good.replace("width=\"170mm\"", "width=\"300mm\"")))
                .containsKeys("width in mm", "points of text too large", "height in mm");
    }
}
