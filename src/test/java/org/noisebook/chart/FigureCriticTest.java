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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.stats.Estimate;

/**
 * The form of every committed figure that this painter drew: one width, a landscape sheet, text as large as print needs, no text on
 * text, no verdict marks, short titles of panels at one height, few series, and rows that say what they measure.
 */
class FigureCriticTest {
    private static final int MOST_SERIES = 6;
    private static final double MOST_HEIGHT = 126;
    private static final int MOST_WORDS = 6;
    /** Of the smaller of two texts: the boxes are those of an average letter, so that they may touch. */
    private static final double TOUCH = 0.06;

    /** Titles of panels that stand at one height, or farther apart than this, in rows of panels. */
    private static final double NEXT_ROW = 60;

    private static final Pattern HIDING = Pattern.compile("and \\d+ more: [^(]*\\b(disagrees?|undecided)\\b[^(]*");
    private static final Pattern LEANING =
            Pattern.compile("\\b(errs?|(does|do), too|(do|does|did) not)$|^(It|They|So does|That|Its)\\b");
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
        List<SvgReader.Placed> texts = SvgReader.placed(svg);
        double[] heads = texts.stream()
                .filter(text -> text.words().matches("[a-c]  .*"))
                .mapToDouble(SvgReader.Placed::y)
                .sorted()
                .toArray();
        double uneven = heads.length < 2 ? 0 : heads[heads.length - 1] - heads[0];
        if (uneven > 0.1 && uneven < NEXT_ROW) {
            faults.put("difference of the heights of panel titles", uneven);
        }
        strip(texts).forEach(fault -> faults.merge(fault, 1.0, Double::sum));
        return faults;
    }

    /** What rows below a figure lack, found by the columns that their heads begin. */
    private static List<String> strip(List<SvgReader.Placed> texts) {
        int head = texts.stream().map(SvgReader.Placed::words).toList().lastIndexOf("claim");
        if (head < 0) {
            return List.of();
        }
        double left = texts.get(head).x();
        double number = texts.get(head + 1).x();
        double verdict = texts.get(head + 3).x();
        List<SvgReader.Placed> body = texts.subList(head + 4, texts.size());
        List<String> faults = new ArrayList<>();
        for (SvgReader.Placed row : body) {
            if (row.x() == left && HIDING.matcher(row.words()).matches()) {
                faults.add("adverse claims that no row and no line names");
            }
            if (row.x() != left
                    || row.words().startsWith("and ")
                    || found(body, row, verdict, verdict, 0, 9).isEmpty()) {
                continue;
            }
            String measured = found(body, row, number, number, 0, 2);
            String claim = (row.words() + " " + found(body, row, left + 1, left + 20, 9, 30)).strip();
            if (!measured.matches(".*\\d.*|no estimate")) {
                faults.add("rows without a number");
            }
            if (measured.matches(".*\\d to .*")) {
                faults.add("rows that tell only the ends of several numbers");
            }
            if (found(body, row, number, number, 7, 11).isBlank()) {
                faults.add("rows that do not name what they measure");
            }
            if (found(body, row, number + 1, verdict - 118, 7, 11).isBlank()) {
                faults.add("bars without a scale");
            }
            if (claim.endsWith("…")) {
                faults.add("cut rows");
            }
            if (LEANING.matcher(claim).find()) {
                faults.add("rows that lean on another");
            }
        }
        return faults;
    }

    /** The texts at some distance below a row, from one place to another. */
    private static String found(
            List<SvgReader.Placed> body, SvgReader.Placed row, double from, double to, double near, double far) {
        return body.stream()
                .filter(text -> text != row && text.x() >= from && text.x() <= to)
                .filter(text -> near == 0
                        ? Math.abs(text.y() - row.y()) < far
                        : text.y() - row.y() > near && text.y() - row.y() < far)
                .map(SvgReader.Placed::words)
                .collect(Collectors.joining(" "));
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

    private static String sheet(String rest, Strip.Row... rows) {
        CurveChart chart = CurveChart.of(
                "a  title", Axis.linear("x").range(0, 1), Axis.linear("y").range(0, 1));
        return Plate.of(List.of(chart, chart), 2)
                .strip(new Strip(List.of(rows), rest))
                .svg();
    }

    /** Each part that a row may lack, a title that sank, a claim that hides and two wordings. */
    @Test
    void plantedFaultsOfRowsAreFound() {
        Estimate estimate = new Estimate(1, Double.NaN, 0.9512, 1.05, 4);
        Claim claim = new Claim(
                "id",
                "f",
                "–",
                Claim.Kind.BOUND,
                "s",
                1,
                0.9,
                1.1,
                estimate,
                "source",
                "",
                "none: a toy",
                1,
                Claim.Role.FINDING);
        String words = "The error is the same in each of many cases that fill more than one line";
        String good = sheet(
                "and 2 more: 1 agrees, 1 disagrees (by name)", new Strip.Row(words, "ratio", List.of(claim, claim)));
        assertThat(faults(good)).isEmpty();
        assertThat(faults(good.replaceAll(">worst of 2: [^<]*<", "><"))).containsOnlyKeys("rows without a number");
        assertThat(faults(good.replaceAll(">worst of 2: [^<]*<", ">0.9 to 1.1<")))
                .containsOnlyKeys("rows that tell only the ends of several numbers");
        assertThat(faults(good.replace(">ratio<", "><"))).containsOnlyKeys("rows that do not name what they measure");
        assertThat(faults(good.replace(">0.9<", "><").replace(">1.1<", "><"))).containsOnlyKeys("bars without a scale");
        assertThat(faults(good.replace(" (by name)", "")))
                .containsOnlyKeys("adverse claims that no row and no line names");
        String title = good.substring(good.indexOf("<text"), good.indexOf("</text>"));
        String sunk = title.replaceAll("y=\"[0-9.]*\"", "y=\"40\"");
        assertThat(faults(good.replaceFirst(Pattern.quote(title), sunk)))
                .containsKey("difference of the heights of panel titles");
        for (String end : List.of("error …", "error does not", "error errs")) {
            assertThat(faults(sheet("", new Strip.Row("Of each case the " + end, "ratio", List.of(claim)))))
                    .hasSize(1);
        }
        assertThat(faults(sheet("", new Strip.Row("It holds", "ratio", List.of(claim)))))
                .containsOnlyKeys("rows that lean on another");
    }
}
