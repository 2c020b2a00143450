package org.noisebook.notebook;

import java.util.List;
import java.util.Map;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;

/** Claims with their verdicts, which carry a sign and a word beside the colour. */
final class ClaimTable {
    private static final int DIGITS = 4;
    private static final String NO_BREAK = "white-space:nowrap;font-weight:bold";

    private ClaimTable() {}

    static Map<String, String> bundle(List<Claim> claims) {
        StringBuilder html = new StringBuilder("<thead><tr>");
        html.append(Html.element("th", Html.TEXT_CELL, "claim"));
        for (String head : List.of("expected", "window", "measured, 95 %", "n")) {
            html.append(Html.element("th", Html.NUMBER_CELL, head));
        }
        html.append(Html.element("th", Html.TEXT_CELL, "verdict")).append("</tr></thead>\n<tbody>");
        for (Claim claim : claims) {
            html.append("<tr>").append(row(claim)).append("</tr>\n");
        }
        html.append("</tbody>");
        String table = Html.table(html.toString());
        return Bundle.html(
                Html.block("claims", table), Claim.summary(claims, DIGITS).print(DIGITS));
    }

    private static String row(Claim claim) {
        return Html.element(
                        "td",
                        Html.TEXT_CELL,
                        Html.escape(claim.statement())
                                + Html.element("div", Html.MUTED + ";font-size:90%", Html.escape(claim.id())))
                + Html.element(
                        "td",
                        Html.NUMBER_CELL,
                        Numbers.brief(claim.expected(), DIGITS)
                                + Html.element("div", Html.MUTED + ";font-size:90%", Schema.formatValue(claim.kind())))
                + Html.element(
                        "td",
                        Html.NUMBER_CELL,
                        "[" + Numbers.brief(claim.windowLow(), DIGITS) + ", "
                                + Numbers.brief(claim.windowHigh(), DIGITS) + "]")
                + Html.element("td", Html.NUMBER_CELL, claim.measured().brief())
                + Html.element(
                        "td",
                        Html.NUMBER_CELL,
                        Integer.toString(claim.measured().n()))
                + Html.element("td", Html.TEXT_CELL, verdict(claim.verdict()));
    }

    /** Blue and orange differ for every kind of sight, and stand out from white and from black alike. */
    private static String verdict(Claim.Verdict verdict) {
        return switch (verdict) {
            case REPRODUCED -> Html.element("span", NO_BREAK + ";color:#1a7fc4", "✓ " + verdict.text());
            case NOT_REPRODUCED -> Html.element("span", NO_BREAK + ";color:#c85500", "✗ " + verdict.text());
            case NOT_RESOLVED -> Html.element("span", NO_BREAK + ";" + Html.MUTED, "? " + verdict.text());
        };
    }
}
