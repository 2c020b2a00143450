package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Claim;
import org.noisebook.stats.Estimate;

class PlateTest {
    private static final int KILOBYTE = 1000;

    private static CurveChart curves(String title) {
        CurveChart chart = CurveChart.of(title, Axis.log10("size P & d"), Axis.log10("error <ε>"));
        for (int s = 0; s < 4; s++) {
            double[] x = new double[8];
            double[] y = new double[8];
            double[] low = new double[8];
            double[] high = new double[8];
            for (int i = 0; i < 8; i++) {
                x[i] = 10 * (1 << i);
                y[i] = (s + 1) / x[i];
                low[i] = 0.8 * y[i];
                high[i] = 1.3 * y[i];
            }
            chart = chart.points("series " + s, s, x, y, low, high)
                    .line("theory " + s, s, x, y, s % 2 == 0 ? LineStyle.SOLID : LineStyle.DASHED);
        }
        return chart;
    }

    private static HeatMap heat() {
        double[] x = new double[23];
        double[] y = new double[12];
        double[][] v = new double[12][23];
        CellState[][] states = new CellState[12][23];
        for (int i = 0; i < 23; i++) {
            x[i] = StrictMath.pow(2, i - 12);
        }
        for (int j = 0; j < 12; j++) {
            y[j] = StrictMath.pow(2, j - 6);
            for (int i = 0; i < 23; i++) {
                v[j][i] = 1 / (1 + StrictMath.exp(0.4 * (11 - i) + 0.1 * j));
                states[j][i] = CellState.values()[i < 15 ? 0 : Math.min(4, (i - 15) / 2 + j % 2)];
            }
        }
        return HeatMap.of("phases", Axis.log2("temperature T"), Axis.log2("scale α"), ColourBar.of("error", 0.1, 0.9))
                .cells(x, y, v, states)
                .line("edge", 0, new double[] {1e-4, 1}, new double[] {10, 0.1}, LineStyle.DASHED)
                .text(1e-3, 1, "lazy");
    }

    @Test
    void svgIsWellFormedWithRealTextAndSmall() {
        String svg = Plate.of(curves("loss")).footer("id · quick · seed 1").svg();
        assertThat(SvgReader.parse(svg).getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(SvgReader.texts(svg))
                .contains("loss", "size P & d", "error <ε>", "series 0", "theory 3", "id · quick · seed 1", "10⁻²");
        // Outlined glyphs would be paths with curves; ours are lines only.
        assertThat(Pattern.compile("d=\"[^\"]*[QC]").matcher(svg).find()).isFalse();
        assertThat(svg).doesNotContain("id=").doesNotContain("clip-path");
        assertThat(Pattern.compile("\\d\\.\\d{3}").matcher(svg).find()).isFalse();
        assertThat(svg.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(40 * KILOBYTE);
        assertThat(Plate.of(heat()).svg().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(60 * KILOBYTE);
    }

    @Test
    void aCaptionWrapsAndStandsAboveTheFooter() {
        String words =
                "A caption of many words that says what is seen. ".repeat(8).strip();
        Plate bare = Plate.of(curves("loss")).footer("id · quick");
        String svg = bare.caption(words).svg();
        List<String> texts = SvgReader.texts(svg);
        List<String> rows = texts.stream()
                .filter(words::contains)
                .filter(t -> t.length() > 20)
                .toList();
        assertThat(String.join(" ", rows)).isEqualTo(words);
        assertThat(rows).hasSizeGreaterThan(2);
        assertThat(texts.indexOf("id · quick")).isGreaterThan(texts.indexOf(rows.get(rows.size() - 1)));
        assertThat(SvgReader.parse(svg).getDocumentElement().getAttribute("height"))
                .isNotEqualTo(SvgReader.parse(bare.svg()).getDocumentElement().getAttribute("height"));
        assertThat(bare.caption("").svg()).isEqualTo(bare.svg());
    }

    @Test
    void svgForAPageHasPixelsAndNeverOverflows() {
        Plate plate = Plate.of(curves("loss"));
        String svg = plate.svg(700);
        assertThat(svg)
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"700\" height=\"")
                .contains("max-width:100%;height:auto;background:#fff")
                .endsWith(plate.svg().substring(plate.svg().indexOf(" viewBox")));
        int[] size = {plate.image(700).getWidth(), plate.image(700).getHeight()};
        assertThat(svg).contains("width=\"" + size[0] + "\" height=\"" + size[1] + "\"");
        assertThatThrownBy(() -> plate.svg(49)).hasMessage("widthPixels must be in [50, 20000], got 49");
    }

    @Test
    void outputRepeatsByteForByte() throws IOException {
        Plate plate = Plate.of(List.of(curves("a"), heat()), 2);
        assertThat(plate.svg()).isEqualTo(plate.svg());
        assertThat(Png.encode(plate.image(400))).isEqualTo(Png.encode(plate.image(400)));
    }

    @Test
    void filesAreWrittenAndReadBack(@TempDir Path folder) throws IOException {
        Plate plate = Plate.of(heat());
        plate.writeSvg(folder.resolve("f.svg"));
        plate.writePng(folder.resolve("f.png"), 600);
        assertThat(Files.readString(folder.resolve("f.svg"))).isEqualTo(plate.svg());
        BufferedImage read = ImageIO.read(folder.resolve("f.png").toFile());
        BufferedImage drawn = plate.image(600);
        assertThat(read.getWidth()).isEqualTo(600);
        assertThat(read.getHeight()).isEqualTo(drawn.getHeight());
        for (int y = 0; y < drawn.getHeight(); y++) {
            for (int x = 0; x < 600; x++) {
                assertThat(read.getRGB(x, y) == drawn.getRGB(x, y)).isTrue();
            }
        }
        String bytes = Files.readString(folder.resolve("f.png"), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain("tIME").doesNotContain("tEXt").doesNotContain("iTXt");
    }

    @Test
    void pngTakesAPaletteIfFewColoursOccur() throws IOException {
        BufferedImage few = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
        BufferedImage many = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 200; x++) {
                few.setRGB(x, y, new Color((x * y) % 17 * 10, 0, 30).getRGB());
                many.setRGB(x, y, new Color(x, y, 30).getRGB());
            }
        }
        BufferedImage fewRead = ImageIO.read(new ByteArrayInputStream(Png.encode(few)));
        BufferedImage manyRead = ImageIO.read(new ByteArrayInputStream(Png.encode(many)));
        assertThat(fewRead.getColorModel()).isInstanceOf(IndexColorModel.class);
        assertThat(manyRead.getColorModel()).isNotInstanceOf(IndexColorModel.class);
        assertThat(fewRead.getRGB(7, 9)).isEqualTo(few.getRGB(7, 9));
        assertThat(manyRead.getRGB(7, 9)).isEqualTo(many.getRGB(7, 9));
    }

    @Test
    void panelsOfARowHaveEqualPlots() {
        String svg =
                Plate.of(List.of(curves("one"), heat(), curves("three")), 2).svg();
        List<Rectangle2D> plots = SvgReader.plots(svg);
        assertThat(plots).hasSize(3);
        double width = plots.get(0).getWidth();
        assertThat(plots.get(1).getWidth()).isCloseTo(width, within(0.02));
        assertThat(plots.get(0).getY()).isEqualTo(plots.get(1).getY());
        // The one of the last row fills it.
        assertThat(plots.get(2).getWidth()).isGreaterThan(1.7 * width);
    }

    /** Neighbours of one axis share its range, its numbers and its label, and name what both show once. */
    @Test
    void neighboursShareAxesAndNames() {
        String svg = Plate.of(List.of(curves("one"), curves("two")), 2).svg();
        for (String once : List.of("series 1", "error <ε>", "size P & d", "10⁻²")) {
            assertThat(SvgReader.texts(svg).stream().filter(once::equals))
                    .as(once)
                    .hasSize(1);
        }
    }

    /** The picture is landscape and at most 76 mm high, the sheet at most 125 mm, whatever stands on it. */
    @Test
    void aSheetHasItsForm() {
        Plate plate = Plate.of(List.of(curves("one"), heat()), 2)
                .title("It grows", "what is measured against what")
                .key("dotted: fitted law")
                .strip(strip(9))
                .footer("id · quick · seed 1");
        String svg = plate.svg();
        double mm = 170 / SvgReader.width(svg);
        assertThat(SvgReader.height(svg) * mm).isLessThanOrEqualTo(125.5);
        Rectangle2D plot = SvgReader.plot(svg);
        assertThat(plot.getHeight() * mm).isBetween(25.0, 60.0);
        assertThat(SvgReader.textPlace(svg, "It grows")[1])
                .isLessThan(SvgReader.textPlace(svg, "what is measured against what")[1]);
        assertThat(SvgReader.textPlace(svg, "what is measured against what")[1]).isLessThan(plot.getY());
        assertThat(SvgReader.textPlace(svg, "It holds")[1]).isGreaterThan(plot.getMaxY());
    }

    private static Claim claim(double low, double high, double... measured) {
        Estimate estimate = new Estimate(measured[1], Double.NaN, measured[0], measured[2], 4);
        return new Claim(
                "id",
                "f",
                "–",
                Claim.Kind.BOUND,
                "s",
                0,
                low,
                high,
                estimate,
                "source",
                "",
                "none: a toy",
                1,
                Claim.Role.FINDING);
    }

    private static Strip strip(int rows) {
        Strip.Row row = new Strip.Row("It holds", List.of(claim(0.9, 1.1, 0.95, 1, 1.05)));
        return new Strip(Collections.nCopies(Math.min(rows, 5), row), "and 2 more: both agree");
    }

    /** Dots lie in the middle third of the bar where a window has two ends, beyond its middle where it is a bound. */
    @Test
    void aStripShowsTheIntervalAgainstTheWindow() {
        double infinity = Double.POSITIVE_INFINITY;
        Claim held = claim(0.9, 1.1, 0.95, 1, 1.05);
        Claim open = claim(1, infinity, 0.5, 1.5, 2);
        Claim failed = claim(0.9, 1.1, 5, 6, 7);
        Plate plate = Plate.of(
                CurveChart.of("", Axis.linear("x").range(0, 1), Axis.linear("y").range(0, 1)));
        String svg = plate.strip(new Strip(
                        List.of(
                                new Strip.Row("It holds", List.of(held)),
                                new Strip.Row("It is open", List.of(open)),
                                new Strip.Row("It fails", List.of(failed)),
                                new Strip.Row("Some hold", List.of(held, open, failed))),
                        ""))
                .svg();
        assertThat(SvgReader.texts(svg))
                .contains(
                        "agrees",
                        "undecided",
                        "disagrees",
                        "1 disagrees,",
                        "1 undecided",
                        "1 [0.95, 1.05]",
                        "worst of 3: 6 [5, 7]",
                        "6");
        Rectangle2D band = SvgReader.rectangles(svg, "#d3d7dc").get(0);
        List<double[]> circles = SvgReader.circles(svg);
        assertThat(circles.get(0)[0]).isCloseTo(band.getCenterX(), within(0.02));
        Rectangle2D bound = SvgReader.rectangles(svg, "#d3d7dc").get(1);
        assertThat(bound.getWidth()).isCloseTo(1.5 * band.getWidth(), within(0.03));
        assertThat(circles.get(1)[0]).isCloseTo(bound.getX() + bound.getWidth() / 2, within(0.02));
        Claim beyond = claim(Double.NEGATIVE_INFINITY, 0.1, -0.2, -0.15, -0.1);
        String row = plate.strip(new Strip(List.of(new Strip.Row("It is below", List.of(beyond))), ""))
                .svg();
        Rectangle2D below = SvgReader.rectangles(row, "#d3d7dc").get(0);
        double zero = below.getMaxX() - below.getWidth() * 0.1 / (1.15 * 0.3);
        double[] dot = SvgReader.circles(row).get(0);
        assertThat(dot[0]).isBetween(below.getX(), zero);
        assertThat((below.getMaxX() - dot[0]) / (below.getMaxX() - zero)).isCloseTo(2.5, within(0.02));
        assertThat(SvgReader.texts(row)).endsWith("0.1", "0", "agrees");
        assertThat(Strip.rest(List.of(held, held, open))).isEqualTo("and 3 more: 2 agree, 1 undecided");
        assertThat(Strip.rest(List.of())).isEmpty();
    }

    /** Numbers have two digits, or as many as tell them from the ends of the window; the worst case stands for all. */
    @Test
    void aRowTellsItsWorstCaseAndWhatItMeasures() {
        double infinity = Double.POSITIVE_INFINITY;
        Claim one = claim(0.9, 1.1, 0.9512, 1.0004, 1.05);
        Claim other = claim(0.9, 1.1, 0.9112, 1.0012, 1.05);
        assertThat(new Strip.Row("It holds", "ratio", List.of(one)).found()).isEqualTo("1.00 [0.951, 1.05]");
        Claim beyond = claim(-infinity, 1, 1.0012, 1.0852, 1.1769);
        assertThat(new Strip.Row("It holds", "ratio", List.of(beyond)).found()).isEqualTo("1.085 [1.001, 1.177]");
        Claim above = claim(1.05, infinity, 1.1, 1.21, 1.3);
        assertThat(new Strip.Row("It holds", "ratio", List.of(above)).digits()).isEqualTo(3);
        assertThat(new Strip.Row("It holds", "ratio", List.of(claim(0.999, infinity, 1, 1, 1))).digits())
                .isEqualTo(3);
        assertThat(new Strip.Row("It holds", "ratio", List.of(one, other)).found())
                .isEqualTo("worst of 2: 1.00 [0.911, 1.05]");
        Claim open = claim(0.9, 1.1, 0.5, 1, 1.5);
        Claim farther = claim(-infinity, 0.5, 0.7, 0.8, 0.9);
        Claim none = claim(0.9, 1.1, Double.NaN, Double.NaN, Double.NaN);
        assertThat(new Strip.Row("It holds", "ratio", List.of(none, one, beyond, open, farther)).worst())
                .isSameAs(farther);
        assertThat(new Strip.Row("It holds", "ratio", List.of(one, open, none)).found())
                .isEqualTo("worst of 2 (1 not measured): 1 [0.5, 1.5]");
        assertThat(new Strip.Row("It holds", "ratio", List.of(none)).found()).isEqualTo("no estimate");
        assertThat(new Strip.Row("It holds", "ratio", List.of(claim(0.995, 1.005, 1, 1, 1))).digits())
                .isEqualTo(4);
        String svg = Plate.of(heat())
                .strip(new Strip(List.of(new Strip.Row("It holds", "ratio", List.of(farther, one))), ""))
                .svg();
        assertThat(SvgReader.texts(svg)).contains("ratio", "0.5").doesNotContain("1.1");
    }

    @Test
    void longFootersWrap() {
        String part = "a rather long piece of the stamp";
        String svg = Plate.of(heat())
                .footer(String.join(" · ", Collections.nCopies(9, part)))
                .svg();
        assertThat(SvgReader.texts(svg).stream().filter(t -> t.contains(part))).hasSizeGreaterThan(1);
    }

    @Test
    void sizeSetsMillimetresAndAspect() {
        String svg = Plate.of(curves("")).size(85, 1).svg();
        assertThat(svg).contains("width=\"85mm\"");
        Rectangle2D plot = SvgReader.plot(svg);
        assertThat(plot.getHeight()).isCloseTo(plot.getWidth(), within(0.02));
    }

    @Test
    void argumentsAreChecked() {
        Plate plate = Plate.of(curves(""));
        assertThatThrownBy(() -> Plate.of(List.of(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("panels.size() must be at least 1, got 0");
        assertThatThrownBy(() -> Plate.of(List.of(heat()), 2))
                .hasMessage("columns must be in [1, panels.size()=1], got 2");
        assertThatThrownBy(() -> plate.size(Double.NaN, 1)).hasMessage("widthMm must be in [30, 2000], got NaN");
        assertThatThrownBy(() -> plate.size(85, 0.01)).hasMessage("aspect must be in [0.1, 10], got 0.01");
        assertThatThrownBy(() -> plate.image(0)).hasMessage("widthPixels must be in [50, 20000], got 0");
    }

    /** All text has 6 to 12.5 points. */
    @Test
    void textHasOneSizeInPrint() {
        for (int columns = 1; columns <= 2; columns++) {
            Plate plate = Plate.of(List.of(curves("one"), heat()), columns)
                    .footer("stamp")
                    .caption("words");
            assertThat(plate.widthMm()).isEqualTo(170);
            double pointsPerUnit = plate.widthMm() * 72 / 25.4 / SvgReader.width(plate.svg());
            assertThat(SvgReader.textSizes(plate.svg()))
                    .isNotEmpty()
                    .allSatisfy(
                            size -> assertThat(size * pointsPerUnit).isBetween(Plate.LEAST_POINT, Plate.MOST_POINT));
        }
    }
}
