package org.noisebook.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.noisebook.chart.ChartView;
import org.noisebook.chart.Charts;
import org.noisebook.chart.Plate;
import org.noisebook.compare.Comparison;
import org.noisebook.data.ArrayView;
import org.noisebook.data.Doubles;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.OptionalServices;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyTables;
import org.noisebook.field.TrainedField;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.regime.RegimeReport;
import org.noisebook.report.FieldPlate;
import org.noisebook.runs.Report;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;
import org.noisebook.table.TableView;

/**
 * The kit's values as a notebook shows them: MIME type to text.
 *
 * <p>Pictures are SVG with a PNG for front ends that cannot or will not show it, charts of XChart PNG alone, tables and cards are HTML without
 * colours of their own, arrays plain text; everything has a plain text. Long tables and arrays are cut, and say so.
 *
 * <p><b>Cost</b>: milliseconds, about a second for a picture; naming a {@code Story} runs what the cache does not hold.
 */
public final class Displays {
    private static final String SMALL = Html.MUTED + ";font-size:90%";

    private static final Pattern FONT_SIZE = Pattern.compile("font-size=\"([\\d.]+)\"");
    private static final Pattern VIEW_BOX = Pattern.compile("viewBox=\"[-\\d.]+ [-\\d.]+ ([\\d.]+)");

    private Displays() {}

    /** Classes and interfaces whose values this class shows, for registering in a kernel. */
    public static List<Class<?>> types() {
        List<Class<?>> types = new ArrayList<>(List.of(
                Story.class,
                Edition.class,
                Story.Drawing.class,
                TrainedField.class,
                Plate.class,
                Charts.class,
                Frame.class,
                Results.class,
                Estimate.class,
                Claim.class,
                Doubles.class,
                List.class,
                PowerFit.class,
                RegimeReport.class,
                Comparison.class,
                Report.class,
                Study.class,
                Control.class));
        OptionalServices.ifThere(() -> Optional.of(ChartView.type())).ifPresent(types::add);
        OptionalServices.ifThere(() -> Optional.of(TableView.type())).ifPresent(types::add);
        for (Class<?> primitive : List.of(
                double.class, float.class, long.class, int.class, short.class, byte.class, char.class, boolean.class)) {
            types.add(primitive.arrayType());
            types.add(primitive.arrayType().arrayType());
        }
        ArrayView.types().forEach(types::add);
        return List.copyOf(types);
    }

    /**
     * The bundle of a value; {@code image/png} in base64.
     *
     * @return empty if the value is not one that is shown here, such as a list that holds anything but claims
     * @throws java.util.concurrent.CancellationException if the thread is interrupted while a figure's runs last
     */
    public static Map<String, String> of(Object value) {
        return of(value, Notebook::experiment);
    }

    /**
     * The bundle of a value that is drawn again and again as a reader moves something: a picture is SVG alone, in a hundredth of the
     * time.
     */
    public static Map<String, String> moving(Object value) {
        if (value instanceof Story figure) {
            return moving(Edition.of(figure, Preset.QUICK, Notebook.experiment()));
        }
        if (value instanceof Edition edition) {
            return moving(edition.plate().caption(edition.caption()));
        }
        if (value instanceof Story.Drawing drawing) {
            return moving(drawing.plate().caption(drawing.caption()));
        }
        if (value instanceof Charts<?, ?> charts) {
            return moving(charts.plate());
        }
        return value instanceof Plate plate ? Map.of(Bundle.SVG, Bundle.svg(plate)) : of(value);
    }

    /** The bundle of a value, a figure drawn with the given experiment. */
    static Map<String, String> of(Object value, Supplier<Experiment> experiment) {
        if (value instanceof Story figure) {
            return edition(Edition.of(figure, Preset.QUICK, experiment.get()));
        }
        if (value instanceof Edition edition) {
            return edition(edition);
        }
        if (value instanceof Story.Drawing drawing) {
            return Bundle.picture(drawing.plate().caption(drawing.caption()), drawing.caption());
        }
        if (value instanceof TrainedField field) {
            return of(FieldPlate.of(field), experiment);
        }
        if (value instanceof Plate plate) {
            return Bundle.picture(plate, plate.toString());
        }
        if (value instanceof Charts<?, ?> charts) {
            return of(charts.plate(), experiment);
        }
        if (value instanceof Frame frame) {
            return Grid.of(frame).bundle();
        }
        if (value instanceof Results<?, ?> results) {
            return Grid.of(results.frame()).bundle();
        }
        if (value instanceof Estimate estimate) {
            return estimate(estimate);
        }
        if (value instanceof Claim claim) {
            return ClaimTable.bundle(List.of(claim));
        }
        if (value instanceof List<?> list) {
            boolean claims = !list.isEmpty() && list.stream().allMatch(Claim.class::isInstance);
            return claims
                    ? ClaimTable.bundle(list.stream().map(Claim.class::cast).toList())
                    : Map.of();
        }
        if (value instanceof PowerFit fit) {
            return fit(fit);
        }
        if (value instanceof RegimeReport report) {
            return Bundle.html(
                    Html.block(
                            "regime",
                            Grid.of(report.frame()).table()
                                    + Html.element("div", SMALL, Html.escape(report.summary()))),
                    report.text());
        }
        if (value instanceof Comparison comparison) {
            return report(comparison.report());
        }
        if (value instanceof Report report) {
            return report(report);
        }
        if (value instanceof Study<?, ?> study) {
            return study(study);
        }
        if (value instanceof Control control) {
            return firstFrame(control, experiment);
        }
        if (value instanceof Doubles many) {
            return Bundle.plain(ValueText.of(many.toArray()));
        }
        return OptionalServices.ifThere(() -> TableView.of(value))
                .map(table -> Grid.of(table).bundle())
                .or(() -> OptionalServices.ifThere(() -> ChartView.of(value))
                        .map(chart -> Bundle.png(chart.png(), chart.toString())))
                .or(() -> ArrayView.of(value).map(array -> Bundle.plain(ValueText.of(array))))
                .orElseGet(() -> isArray(value) ? Bundle.plain(ValueText.of(value)) : Map.of());
    }

    /** The plain text of a value that has no bundle: what arrays, collections, maps, options and records hold is readable. */
    public static String text(Object value) {
        return ValueText.of(value);
    }

    private static Map<String, String> firstFrame(Control control, Supplier<Experiment> experiment) {
        Object drawn = control.draw(control.start());
        Map<String, String> known = drawn == null ? Map.of() : of(drawn, experiment);
        Map<String, String> bundle = new LinkedHashMap<>(known.isEmpty() ? Bundle.plain(text(drawn)) : known);
        bundle.computeIfPresent(Bundle.PLAIN, (mime, plain) -> control + "\n" + plain);
        return bundle;
    }

    private static boolean isArray(Object value) {
        return value != null && types().contains(value.getClass());
    }

    private static Map<String, String> edition(Edition edition) {
        return Bundle.picture(
                edition.plate().caption(edition.caption()),
                edition.id() + ", " + edition.preset().text() + "\n" + edition.caption());
    }

    private static Map<String, String> estimate(Estimate estimate) {
        String brief = estimate.brief();
        String rest = estimate.text().substring(brief.length());
        return Bundle.html(
                Html.block(
                        "estimate",
                        Html.element("span", "font-variant-numeric:tabular-nums", brief)
                                + Html.element("span", Html.MUTED, rest)),
                estimate.text());
    }

    private static Map<String, String> fit(PowerFit fit) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("exponent", fit.exponent().brief());
        rows.put("prefactor", fit.prefactor().brief());
        rows.put("curvature in ln x", fit.curvature().brief());
        rows.put("worst residual", Numbers.brief(fit.worstResidual(), 2) + " standard errors");
        String foot = "95 % intervals, n = " + fit.exponent().n();
        String exponent = fit.exponent().roundedMean();
        String prefactor = fit.prefactor().roundedMean();
        StringBuilder html = new StringBuilder();
        StringBuilder text = new StringBuilder("y = " + prefactor + " x^" + exponent + "\n");
        rows.forEach((name, value) -> {
            html.append(Html.element(
                    "tr", "", Html.element("td", Html.TEXT_CELL, name) + Html.element("td", Html.TEXT_CELL, value)));
            text.append(String.format("%-18s %s%n", name, value));
        });
        return Bundle.html(
                Html.block(
                        "fit",
                        Html.element("div", "", "$y = " + tex(prefactor) + "\\,x^{" + tex(exponent) + "}$")
                                + Html.table(html.toString())
                                + Html.element("div", SMALL, foot)),
                text + foot);
    }

    private static Map<String, String> report(Report report) {
        return Bundle.html(Html.block("seeds", html(report, false)), report.text());
    }

    /** Questions in bold, answers, and tables; what stands beside them muted; the answer to the main question first. */
    private static String html(Report report, boolean page) {
        StringBuilder html = new StringBuilder();
        for (String line : report.answer()) {
            String answer = Html.escape(line);
            html.append(
                    page && html.isEmpty()
                            ? Html.element("h1", "", answer)
                            : Html.element("p", "", Html.element("b", "", answer)));
        }
        add(html, "", Html.escape(report.heading().isEmpty() ? "" : report.title()));
        report.preface().forEach(line -> add(html, SMALL, Html.escape(line)));
        for (Report.Section section : report.sections()) {
            String question = Html.escape(section.question());
            add(html, "", question.isEmpty() ? "" : Html.element("b", "", question));
            add(html, "", Html.escape(section.answer()));
            section.remarks().forEach(remark -> add(html, SMALL, Html.escape(remark)));
            if (!section.table().names().isEmpty()) {
                html.append(Grid.of(section.table()).table());
            }
        }
        return html.toString();
    }

    /** Adds a paragraph where there is one. */
    private static void add(StringBuilder html, String style, String paragraph) {
        html.append(paragraph.isEmpty() ? "" : Html.element("p", style, paragraph));
    }

    /** A report with its figure, which may have nothing to show, as one self-contained page of HTML, readable on a phone. */
    public static String page(Report report, Story.Drawing drawing) {
        String figure = drawing.data().rows() == 0
                ? ""
                : drawing.plate().caption(drawing.caption()).svg().replaceFirst("^<\\?xml[^>]*>\\s*", "");
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width,initial-scale=1\"><title>" + Html.escape(report.title())
                + "</title><style>"
                + "body,h1{font:16px/1.45 system-ui,sans-serif;max-width:60em;margin:1em auto;padding:0 1em;color:#111;background:#fff}h1{font-weight:bold;padding:0}"
                + "table{border-collapse:collapse;font-size:14px}td,th{border-bottom:1px solid #ddd}svg{max-width:100%;height:auto}"
                + "@media(max-width:700px){svg{max-width:none;width:" + legibleWidth(figure) + "px}}"
                + "</style></head><body>\n" + html(report, true)
                + Html.element("div", "overflow-x:auto", figure) + "\n</body></html>\n";
    }

    /** The width in pixels at which no text of a picture is below eleven: on a phone one moves it sideways. */
    private static long legibleWidth(String svg) {
        double smallest = FONT_SIZE
                .matcher(svg)
                .results()
                .mapToDouble(size -> Double.parseDouble(size.group(1)))
                .min()
                .orElse(11);
        Matcher box = VIEW_BOX.matcher(svg);
        return box.find() ? (long) Math.ceil(11 * Double.parseDouble(box.group(1)) / smallest) : 0;
    }

    /** A number in a formula. */
    private static String tex(String number) {
        int e = number.indexOf('e');
        return e < 0
                ? number.replace("NaN", "\\mathrm{NaN}").replace("inf", "\\infty")
                : number.substring(0, e) + "\\times 10^{" + number.substring(e + 1) + "}";
    }

    private static <C extends Record, R extends Record> Map<String, String> study(Study<C, R> study) {
        Grid parameters = Grid.of(StudyTables.parameters(study));
        Grid results = Grid.of(StudyTables.results(study, " (array)"));
        String head = study.id() + ", version " + study.version() + ": " + study.title();
        StringBuilder foot = new StringBuilder("streams: "
                + String.join(", ", study.streamNames().stream().sorted().toList()));
        study.sources().forEach(source -> foot.append("\nsource: ").append(source));
        return Bundle.html(
                Html.block(
                        "study",
                        Html.element(
                                        "div",
                                        "",
                                        Html.element("b", "", Html.escape(study.id()))
                                                + Html.escape(head.substring(
                                                        study.id().length())))
                                + parameters.table()
                                + results.table()
                                + Html.element("div", SMALL + ";white-space:pre-line", Html.escape(foot.toString()))),
                head + "\n\n" + parameters.text() + "\n" + results.text() + "\n" + foot);
    }
}
