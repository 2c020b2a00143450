package org.noisebook.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;

/** Claims with their verdicts, which carry a sign and a word beside the colour. */
final class ClaimTable {
    private static final int DIGITS = 4;
    private static final String NO_BREAK = "white-space:nowrap;font-weight:bold";

    private ClaimTable() {}

    /** One claim as its row; of many a count, the rows of those that do not hold, and on demand the others. */
    static Map<String, String> bundle(List<Claim> claims) {
        if (claims.size() == 1) {
            return Bundle.html(
                    Html.block("claims", table(claims)),
                    Claim.summary(claims, DIGITS).print(DIGITS));
        }
        List<Claim> held = new ArrayList<>();
        List<Claim> failed = new ArrayList<>();
        for (Claim claim : Claim.failuresFirst(claims)) {
            (claim.verdict() == Claim.Verdict.REPRODUCED ? held : failed).add(claim);
        }
        StringBuilder html = new StringBuilder(Html.element("p", "", Html.element("b", "", count(claims))));
        StringBuilder text = new StringBuilder(count(claims));
        if (!failed.isEmpty()) {
            html.append(table(failed));
            text.append('\n').append(Claim.summary(failed, DIGITS).print(DIGITS).stripTrailing());
        }
        if (!held.isEmpty()) {
            html.append(Html.element("details", "", Html.element("summary", "", "claims that agree") + table(held)));
            text.append("\nagree: ").append(held.stream().map(Claim::id).collect(Collectors.joining(", ")));
        }
        return Bundle.html(Html.block("claims", html.toString()), text.toString());
    }

    /** {@code 10 claims: 7 agree, 2 disagree, 1 undecided; 2 identities of the code, all right}. */
    private static String count(List<Claim> claims) {
        List<Claim> own = claims.stream()
                .filter(claim -> claim.kind() != Claim.Kind.IDENTITY)
                .toList();
        List<Claim> identities = claims.stream()
                .filter(claim -> claim.kind() == Claim.Kind.IDENTITY)
                .toList();
        long broken = identities.size() - with(identities, Claim.Verdict.REPRODUCED);
        String tests = (identities.size() == 1 ? "1 identity" : identities.size() + " identities") + " of the code, "
                + (broken == 0 ? "all right" : broken + " of them broken");
        if (own.isEmpty()) {
            return tests;
        }
        List<String> parts = new ArrayList<>();
        long few = own.stream().filter(Claim::tooFewRuns).count();
        for (Claim.Verdict verdict : Claim.Verdict.values()) {
            long count = with(own, verdict) - (verdict == Claim.Verdict.NOT_RESOLVED ? few : 0);
            add(parts, count, verdict.word(count));
        }
        add(parts, few, "with too few runs");
        return own.size()
                + (own.size() == 1 ? " claim: " : " claims: ")
                + String.join(", ", parts)
                + (identities.isEmpty() ? "" : "; " + tests);
    }

    private static long with(List<Claim> claims, Claim.Verdict verdict) {
        return claims.stream().filter(claim -> claim.verdict() == verdict).count();
    }

    private static void add(List<String> parts, long number, String what) {
        if (number > 0) {
            parts.add(number + " " + what);
        }
    }

    private static String table(List<Claim> claims) {
        StringBuilder html = new StringBuilder("<thead><tr>");
        html.append(Html.element("th", Html.TEXT_CELL, "claim"));
        for (String head : List.of("expected", "window", "measured, 95 %", "resolves", "n")) {
            html.append(Html.element("th", Html.NUMBER_CELL, head));
        }
        html.append(Html.element("th", Html.TEXT_CELL, "verdict")).append("</tr></thead>\n<tbody>");
        for (Claim claim : claims) {
            html.append("<tr>").append(row(claim)).append("</tr>\n");
        }
        return Html.table(html.append("</tbody>").toString());
    }

    private static String row(Claim claim) {
        return Html.element(
                        "td",
                        Html.TEXT_CELL,
                        Html.escape(claim.statement())
                                + Html.element("div", Html.MUTED + ";font-size:90%", Html.escape(claim.id()))
                                + Html.element(
                                        "div",
                                        Html.MUTED + ";font-size:90%",
                                        Html.escape("control: " + claim.control())))
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
                + Html.element("td", Html.NUMBER_CELL, claim.resolves())
                + Html.element(
                        "td",
                        Html.NUMBER_CELL,
                        Integer.toString(claim.measured().n()))
                + Html.element("td", Html.TEXT_CELL, verdict(claim));
    }

    /** Blue and orange differ for every kind of sight, and stand out from white and from black alike. */
    private static String verdict(Claim claim) {
        String style = switch (claim.verdict()) {
            case REPRODUCED -> NO_BREAK + ";color:#1a7fc4";
            case NOT_REPRODUCED -> NO_BREAK + ";color:#c85500";
            case NOT_RESOLVED -> NO_BREAK + ";" + Html.MUTED;
        };
        return Html.element("span", style, claim.verdict().mark() + " " + claim.answer());
    }
}
