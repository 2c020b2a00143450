package org.noisebook.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.PieChart;
import org.knowm.xchart.XYChart;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Charts;
import org.noisebook.chart.CurveChart;
import org.noisebook.chart.LineStyle;
import org.noisebook.chart.Plate;
import org.noisebook.cli.ToyFigure;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.report.SeedReport;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;
import org.noisebook.table.Tables;

class DisplaysTest {
    private static final String PLAIN = "text/plain";
    private static final String HTML = "text/html";
    private static final String SVG = "image/svg+xml";
    private static final String PNG = "image/png";

    /** What large text has to have, by WCAG 2.2; the words and signs say the same as the colour. */
    private static final double CONTRAST = 4;

    private static final Estimate MEASURED = new Estimate(0.98312, 0.02, 0.9421, 1.02414, 16);

    private static Experiment experiment() {
        return new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);
    }

    private static Map<String, String> of(Object value) {
        return Displays.of(value, DisplaysTest::experiment);
    }

    private static Plate plate(String title) {
        return Plate.of(CurveChart.of(title, Axis.linear("x"), Axis.linear("y"))
                .line("line", 0, new double[] {0, 1}, new double[] {0, 1}, LineStyle.SOLID));
    }

    private static void assertPicture(Map<String, String> bundle) {
        assertThat(bundle.keySet()).containsExactly(SVG, PNG, PLAIN);
        assertThat(bundle.get(SVG)).startsWith("<svg ").endsWith("</svg>\n");
        Matcher width = Pattern.compile("^<svg [^>]*width=\"(\\d+)\"").matcher(bundle.get(SVG));
        assertThat(width.find()).isTrue();
        assertThat(Integer.parseInt(width.group(1))).isBetween(620, 760);
        try {
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(bundle.get(PNG))));
            assertThat(image.getWidth()).isGreaterThan(700);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFigureIsDrawnAtTheQuickPreset() {
        Map<String, String> bundle = of(new ToyFigure());
        assertPicture(bundle);
        assertThat(bundle.get(SVG)).contains("A caption.", "toy · quick · ", ">n</tspan> = 4");
        assertThat(bundle).containsEntry(PLAIN, "toy, quick\nA caption.");
        Edition edition = Edition.of(new ToyFigure(), Preset.QUICK, experiment());
        assertThat(of(edition)).isEqualTo(bundle);
        assertThat(edition.toString().lines())
                .as("printed, it is two lines")
                .containsExactly(
                        "toy · quick: " + edition.plate().title(),
                        "claims: 1 agrees, 1 disagrees; write(folder) writes SVG, PNG, CSV and JSON");
    }

    @Test
    void drawingsAndPlatesArePictures() {
        Story.Drawing drawing = new ToyFigure().draw(Preset.FULL, experiment());
        assertPicture(of(drawing));
        assertThat(of(drawing)).containsEntry(PLAIN, "A caption.");
        assertThat(of(drawing).get(SVG)).contains(">A caption.<");
        assertPicture(of(drawing.plate()));
        assertThat(of(drawing.plate())).containsEntry(PLAIN, "Plate of 1 panel");
        Plate wide = Plate.of(Collections.nCopies(3, CurveChart.of("c", Axis.linear("x"), Axis.linear("y"))), 3);
        assertPicture(of(wide));
    }

    @Test
    void chartsOfXChartArePictures() throws IOException {
        XYChart curves = new XYChart(300, 200);
        curves.setTitle("mine");
        curves.addSeries("s", new double[] {1, 2, 3});
        CategoryChart bars = new CategoryChart(300, 200);
        bars.addSeries("s", List.of("a", "b"), List.of(1, 2));
        PieChart pie = new PieChart(300, 200);
        pie.addSeries("a", 1);
        HeatMapChart plane = new HeatMapChartBuilder().width(300).height(200).build();
        plane.addSeries("s", new int[] {1, 2}, new int[] {1, 2}, new int[][] {{1, 2}, {3, 4}});
        for (Object chart : List.of(curves, bars, pie, plane)) {
            Map<String, String> bundle = of(chart);
            assertThat(bundle.keySet()).containsExactly(PNG, PLAIN);
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(bundle.get(PNG))));
            assertThat(image.getWidth()).isEqualTo(300);
            assertThat(Displays.types()).anyMatch(type -> type.isInstance(chart));
        }
        assertThat(of(curves)).containsEntry(PLAIN, "XYChart: mine");
        assertThat(of(pie)).containsEntry(PLAIN, "PieChart");
    }

    /** Front ends may put several into one page, where ids, classes and style sheets would meet. */
    @Test
    void picturesInOnePageDoNotMeet() {
        for (String svg : List.of(
                of(plate("a")).get(SVG),
                of(plate("b")).get(SVG),
                of(new ToyFigure()).get(SVG))) {
            assertThat(svg).doesNotContainPattern("\\s(id|class|href|xlink:href)=|url\\(|<style|<script|<\\?xml");
        }
    }

    private static Frame frame(int rows) {
        Frame frame = new Frame("name", "count", "size");
        for (int r = 0; r < rows; r++) {
            frame.add("row " + r, r, r / 3.0);
        }
        return frame;
    }

    @Test
    void aFrameIsATable() {
        Map<String, String> bundle = of(frame(2));
        assertThat(bundle.keySet()).containsExactly(HTML, PLAIN);
        assertThat(bundle.get(HTML))
                .startsWith("<div class=\"noisebook-table\">")
                .contains("<th style=\"" + Html.TEXT_CELL + "\">name</th>")
                .contains("<td style=\"" + Html.TEXT_CELL + "\">row 1</td>")
                .contains("<td style=\"" + Html.NUMBER_CELL + "\">0.333333</td>")
                .contains("2 rows × 3 columns");
        assertThat(Html.TEXT_CELL).contains("text-align:left");
        assertThat(Html.NUMBER_CELL).contains("text-align:right", "tabular-nums");
        assertThat(bundle).containsEntry(PLAIN, """
                        name   count      size
                        row 0      0         0
                        row 1      1  0.333333
                        2 rows × 3 columns""");
    }

    @Test
    void longTablesAreCutAndSaySo() {
        for (String text : of(frame(1000)).values()) {
            assertThat(text)
                    .contains("row 9", "row 995", "row 999", "… 985 rows left out …", "1000 rows × 3 columns")
                    .doesNotContain("row 10<", "row 10 ", "row 994");
        }
        for (String text : of(frame(20)).values()) {
            assertThat(text).contains("row 10", "20 rows").doesNotContain("left out");
        }
        assertThat(of(frame(21)).get(PLAIN)).contains("… 6 rows left out …");
    }

    @Test
    void wideTablesAreCut() {
        List<String> names = new ArrayList<>();
        for (int c = 0; c < 40; c++) {
            names.add("c" + c + "_");
        }
        Frame frame = new Frame(names);
        frame.add(names.toArray());
        for (String text : of(frame).values()) {
            assertThat(text)
                    .contains("c15_", "…", "c30_", "c39_", "1 row × 40 columns")
                    .doesNotContain("c16_", "c29_");
        }
    }

    @Test
    void textIsEscapedAndBounded() {
        Frame frame = new Frame("<b>&", "long");
        frame.add("<script>alert('$x$')</script>\nnext", "y".repeat(1000));
        Map<String, String> bundle = of(frame);
        assertThat(bundle.get(HTML))
                .contains("&lt;b&gt;&amp;", "&lt;script&gt;alert(&#39;")
                .doesNotContain("<script", "$x$")
                .hasSizeLessThan(1500);
        assertThat(bundle.get(PLAIN)).contains("<script>", "</script> next").hasLineCount(3);
    }

    @Test
    void missingCellsAreMuted() {
        Frame frame = new Frame("a", "b");
        frame.add(Double.NaN, "x");
        frame.add(1.5, "y");
        assertThat(of(frame).get(HTML)).contains("<span style=\"opacity:.65\">NaN</span>");
        assertThat(of(Tables.of("t", frame)).get(HTML)).contains("<span style=\"opacity:.65\">–</span>");
    }

    @Test
    void anEmptyFrameHasItsHead() {
        assertThat(of(new Frame("a", "b")).get(PLAIN)).isEqualTo("a  b\n0 rows × 2 columns");
        assertThat(of(new Frame()).get(PLAIN)).endsWith("0 rows × 0 columns");
    }

    @Test
    void aTablesawTableLooksLikeTheFrame() {
        assertThat(of(Tables.of("runs", frame(50))).get(HTML))
                .isEqualTo(of(frame(50)).get(HTML).replace("50 rows ×", "runs: 50 rows ×"));
        assertThat(of(Tables.of("runs", frame(50))).get(PLAIN)).endsWith("runs: 50 rows × 3 columns");
    }

    @Test
    void resultsAreTheTableOfTheirFrame() {
        PerceptronConfig small = Schema.with(PerceptronConfig.standard(), "dimension", 4, "trainSize", 16);
        Results<PerceptronConfig, PerceptronResult> results =
                experiment().run(Sweep.of(new Perceptron(), List.of(small), 2));
        assertThat(of(results)).isEqualTo(of(results.frame()));
        assertThat(of(results).get(HTML)).contains("trainSize");
        assertPicture(of(Charts.of(results)));
    }

    @Test
    void anEstimateHasItsInterval() {
        assertThat(of(MEASURED)).containsEntry(PLAIN, "0.983 ± 0.041 (95 %, n = 16)");
        assertThat(of(MEASURED).get(HTML)).contains(">0.983 ± 0.041</span>", "> (95 %, n = 16)</span>");
        assertThat(of(Estimate.NONE)).containsEntry(PLAIN, "NaN (n = 0)");
    }

    private static Claim claim(String statement, Claim.Kind kind, double expected, double halfWidth) {
        return new Claim(
                statement,
                "toy",
                Claim.NO_PANEL,
                kind,
                statement,
                expected,
                expected - halfWidth,
                expected + halfWidth,
                MEASURED,
                "s",
                "",
                "none: a toy",
                1,
                Claim.Role.of(kind, "s"));
    }

    private static List<Claim> claims() {
        return List.of(
                claim("a < b", Claim.Kind.THEORY, 1, 0.1),
                claim("far", Claim.Kind.THEORY, 3, 0.3),
                claim("near", Claim.Kind.REGRESSION, 0.98, 0.07),
                claim("unclear", Claim.Kind.THEORY, 1, 0.01));
    }

    @Test
    void claimsHaveTheirVerdictInSignAndWord() {
        Map<String, String> bundle = of(claims());
        assertThat(bundle.keySet()).containsExactly(HTML, PLAIN);
        assertThat(bundle.get(HTML))
                .contains("a &lt; b", ">theory<", ">regression<", "[0.9, 1.1]", "0.983 ± 0.041", ">16<")
                .contains(">✓ agrees<", ">✗ disagrees<", ">? undecided<");
        assertThat(of(claims().get(0))).isEqualTo(of(claims().subList(0, 1)));
        assertThat(of(claims().get(0)))
                .containsEntry(
                        PLAIN, Claim.summary(claims().subList(0, 1), 4).print(4).stripTrailing());
    }

    /** What does not hold stands first; what does is folded away, in the text named. */
    @Test
    void ofManyClaimsTheFailuresAreShownAndTheOthersCounted() {
        Map<String, String> bundle = of(claims());
        String html = bundle.get(HTML);
        assertThat(html)
                .startsWith(
                        "<div class=\"noisebook-claims\"><p><b>4 claims: 2 agree, 1 disagrees, 1 undecided</b></p>");
        assertThat(List.of("far<", "unclear<", "<details>", "a &lt; b<", "near<").stream()
                        .map(html::indexOf))
                .isSorted()
                .doesNotContain(-1);
        assertThat(bundle.get(PLAIN))
                .startsWith("4 claims: 2 agree, 1 disagrees, 1 undecided\n")
                .contains("far", "unclear")
                .endsWith("\nagree: a < b, near");
        assertThat(of(List.of(claims().get(0), claims().get(0))).get(HTML))
                .contains("2 claims: 2 agree<", "<details>")
                .doesNotContain("</p><div");
        assertThat(of(List.of(claims().get(1), claims().get(3))).get(HTML))
                .contains("2 claims: 1 disagrees, 1 undecided<")
                .doesNotContain("<details>");
    }

    /** They test the code and are counted apart. */
    @Test
    void identitiesAreCountedApart() {
        Claim right = claim("right", Claim.Kind.IDENTITY, 1, 0.1);
        Claim broken = claim("broken", Claim.Kind.IDENTITY, 3, 0.1);
        assertThat(of(List.of(right, claims().get(1))).get(HTML))
                .contains(">1 claim: 1 disagrees; 1 identity of the code, all right<");
        assertThat(of(List.of(right, broken)).get(HTML)).contains(">2 identities of the code, 1 of them broken<");
    }

    @Test
    void coloursOfVerdictsStandOutOnLightAndDark() {
        Matcher colour = Pattern.compile("color:#(\\w{6})").matcher(of(claims()).get(HTML));
        TreeSet<String> found = new TreeSet<>();
        while (colour.find()) {
            found.add(colour.group(1));
        }
        assertThat(found).hasSize(2);
        for (String hex : found) {
            double own = luminance(hex);
            assertThat((luminance("ffffff") + 0.05) / (own + 0.05)).as(hex).isGreaterThan(CONTRAST);
            assertThat((own + 0.05) / (luminance("111111") + 0.05)).as(hex).isGreaterThan(CONTRAST);
        }
    }

    /** Relative luminance of sRGB, WCAG 2.2. */
    private static double luminance(String hex) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            double c = Integer.parseInt(hex.substring(2 * k, 2 * k + 2), 16) / 255.0;
            sum += weights[k] * (c <= 0.04045 ? c / 12.92 : StrictMath.pow((c + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    @Test
    void luminanceIsThatOfWhiteAndBlack() {
        assertThat(luminance("ffffff")).isCloseTo(1, within(1e-12));
        assertThat(luminance("000000")).isZero();
    }

    private static PowerFit fit() {
        double[][] y = {{1e-7, 1.1e-7}, {2e-7, 2.1e-7}, {4e-7, 4.1e-7}};
        return PowerFit.of(new double[] {1, 2, 4}, y, Streams.of(1).at("bootstrap"));
    }

    @Test
    void aPowerFitIsAFormulaWithItsErrors() {
        PowerFit fit = fit();
        Map<String, String> bundle = of(fit);
        String exponent = fit.exponent().roundedMean();
        assertThat(bundle.get(HTML))
                .containsPattern("\\$y = [0-9.]+\\\\times 10\\^\\{-7}\\\\,x\\^\\{" + exponent + "}\\$");
        assertThat(bundle.get(HTML)).contains(fit.exponent().brief(), "n = 2");
        assertThat(bundle.get(PLAIN))
                .startsWith("y = " + fit.prefactor().roundedMean() + " x^" + exponent + "\n")
                .contains(fit.prefactor().brief(), "standard errors")
                .endsWith("95 % intervals, n = 2");
    }

    @Test
    void aStudyIsItsTables() {
        Map<String, String> bundle = of(new Perceptron());
        assertThat(bundle.get(HTML))
                .contains("<b>perceptron</b>, version", "trainSize", "[1, ", "streams: ", "source: ");
        assertThat(bundle.get(PLAIN)).startsWith("perceptron, version ").contains("trainSize", "streams: ");
    }

    @Test
    void tablesAndCardsHaveTheColoursOfThePage() {
        for (Object value :
                List.of(frame(30), MEASURED, fit(), new Perceptron(), seedReport(), Tables.of("t", frame(3)))) {
            assertThat(of(value).get(HTML)).doesNotContain("color", "background", "<style", "class=\"jp");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0; double[0]", "1; double[1]: 0", "3; double[3]: 0, 0.1, 0.2"})
    void arraysHaveTypeAndLength(int length, String text) {
        double[] array = new double[length];
        Arrays.setAll(array, i -> i / 10.0);
        assertThat(of(array)).isEqualTo(Map.of(PLAIN, text));
    }

    @Test
    void longArraysAreCut() {
        double[] array = new double[10_000];
        Arrays.setAll(array, i -> i);
        assertThat(of(array)).containsEntry(PLAIN, "double[10000]: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …, 9997, 9998, 9999");
        assertThat(of(new int[16][16]).get(PLAIN))
                .startsWith("int[16][16]:\n  0, 0, ")
                .hasLineCount(9);
        assertThat(of(new float[1_000][1_000]).get(PLAIN)).hasSizeLessThan(500);
    }

    @Test
    void arraysOfEveryPrimitive() {
        assertThat(of(new float[] {0.1f, Float.NaN})).containsEntry(PLAIN, "float[2]: 0.1, NaN");
        assertThat(of(new long[] {1L << 60})).containsEntry(PLAIN, "long[1]: 1152921504606846976");
        assertThat(of(new boolean[] {true})).containsEntry(PLAIN, "boolean[1]: true");
        assertThat(of(new char[] {'x'})).containsEntry(PLAIN, "char[1]: x");
        assertThat(of(new int[][] {{1, 2}, {3, 4}})).containsEntry(PLAIN, "int[2][2]:\n  1, 2\n  3, 4");
        assertThat(of(new int[][] {{1}, null, {2, 3}})).containsEntry(PLAIN, "int[3][]:\n  1\n  null\n  2, 3");
        assertThat(of(new double[0][])).containsEntry(PLAIN, "double[0][]");
    }

    private record Sample(String name, double[] weights) {}

    private record Spoken(int[] hidden) {
        @Override
        public String toString() {
            return "spoken";
        }
    }

    private enum Phase {
        LAZY,
        RICH
    }

    static Stream<Arguments> texts() {
        List<Object> self = new ArrayList<>();
        self.add(self);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", new int[] {1, 2});
        map.put("b", null);
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of("text", "text"),
                Arguments.of(Phase.RICH, "RICH"),
                Arguments.of(new String[] {"a", null}, "String[2]: a, null"),
                Arguments.of(Phase.values(), "Phase[2]: LAZY, RICH"),
                Arguments.of(new Object[0], "Object[0]"),
                Arguments.of(new Object[] {1.5, new double[] {0.1}, List.of()}, "Object[3]: 1.5, [0.1], []"),
                Arguments.of(new String[][] {{"a", "b"}, {"c", "d"}}, "String[2][2]:\n  a, b\n  c, d"),
                Arguments.of(new int[2][1][3], "int[2][1][3]:\n  [0, 0, 0]\n  [0, 0, 0]"),
                Arguments.of(new int[][][] {{{1}}, {{2, 3}}}, "int[2][1][]:\n  [1]\n  [2, 3]"),
                Arguments.of(List.of(1, 2), "[1, 2]"),
                Arguments.of(Arrays.asList(new int[] {1}, null), "[[1], null]"),
                Arguments.of(IntStream.range(0, 1000).boxed().toList(), "98, 99, … 900 more]"),
                Arguments.of(map, "{a=[1, 2], b=null}"),
                Arguments.of(Optional.of(new int[] {7}), "Optional[[7]]"),
                Arguments.of(Optional.empty(), "Optional.empty"),
                Arguments.of(new Sample("s", new double[] {0.5}), "Sample[name=s, weights=[0.5]]"),
                Arguments.of(List.of(new Sample("s", new double[0])), "[Sample[name=s, weights=[]]]"),
                Arguments.of(new Spoken(new int[1]), "spoken"),
                Arguments.of(Stream.of(1), "a stream that has not run yet: end it, for example with .toArray()"),
                Arguments.of(self, "[[[[[[…]]]]]]"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void valuesAreReadable(Object value, String text) {
        assertThat(Displays.text(value)).endsWith(text).hasSizeLessThan(600);
    }

    @Test
    void aCollectionWithAVoiceOfItsOwnIsHeard() {
        List<Integer> own = new ArrayList<>(List.of(1)) {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "mine";
            }
        };
        assertThat(Displays.text(own)).isEqualTo("mine");
    }

    @Test
    void whatIsNotTheKitsIsLeftAlone() {
        List<Object> others = new ArrayList<>(List.of(
                "text",
                1.5,
                Optional.of(MEASURED),
                List.of(),
                List.of(1, 2),
                List.of(claims().get(0), "x"),
                new String[] {"a"},
                new double[1][1][1],
                new Object()));
        for (Object other : others) {
            assertThat(of(other)).as("%s", other).isEmpty();
        }
        assertThat(Displays.of(null)).isEmpty();
    }

    private static SeedReport seedReport() {
        return SeedReport.of(
                SeedTable.of(new double[][] {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}}),
                SeedReport.Options.of("seed", "task", "score"),
                Streams.of(1).at("bootstrap"));
    }

    @Test
    void aSeedReportIsItsTextWithTables() {
        SeedReport report = seedReport();
        Map<String, String> bundle = of(report);
        assertThat(bundle).containsEntry(PLAIN, report.text().stripTrailing());
        assertThat(bundle.get(HTML))
                .startsWith("<div class=\"noisebook-seeds\">")
                .contains("<b>Would the same seeds win again?</b>", "<table", "condition (task)");
    }

    /** A kernel that registers the types meets every value. */
    @Test
    void everyShownValueIsOfARegisteredType() {
        List<Object> values = List.of(
                new ToyFigure(),
                plate("p"),
                frame(1),
                MEASURED,
                claims(),
                claims().get(0),
                fit(),
                new Perceptron(),
                seedReport(),
                Tables.of("t", frame(1)),
                new double[1],
                new boolean[1][1]);
        for (Object value : values) {
            assertThat(of(value)).as("%s", value).containsKey(PLAIN);
            assertThat(Displays.types()).as("%s", value).anyMatch(type -> type.isInstance(value));
        }
        assertThat(Displays.types())
                .doesNotHaveDuplicates()
                .contains(Edition.class, Story.Drawing.class, Results.class);
    }
}
