package org.noisebook.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.stats.Estimate;

/**
 * The numbers of a judged claim as a manuscript quotes them, with what of them moved between two tables.
 *
 * @param id the claim
 * @param edition preset whose runs judged it
 * @param measured estimate with its 95 % interval and number of replicas; standard error unknown
 * @param verdict the verdict in words
 */
public record QuotedClaim(String id, String edition, Estimate measured, String verdict) {
    private static final int DIGITS = 4;

    /** The numbers of a claim. */
    public static QuotedClaim of(Claim claim, String edition) {
        return new QuotedClaim(claim.id(), edition, claim.measured(), claim.verdictText());
    }

    /** The table written by {@link #frame}, by id. */
    public static Map<String, QuotedClaim> parse(Frame table) {
        Map<String, QuotedClaim> claims = new LinkedHashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            double[] numbers = new double[3];
            for (int k = 0; k < 3; k++) {
                numbers[k] = Numbers.parse(
                        table.text(row, List.of("measured", "low", "high").get(k)));
            }
            String id = table.text(row, "id");
            claims.put(
                    id,
                    new QuotedClaim(
                            id,
                            table.names().contains("edition") ? table.text(row, "edition") : "quick",
                            new Estimate(numbers[0], Double.NaN, numbers[1], numbers[2], (int)
                                    Numbers.parse(table.text(row, "n"))),
                            table.text(row, "verdict")));
        }
        return claims;
    }

    /** Claims as a table. */
    public static Frame frame(Collection<QuotedClaim> claims) {
        Frame frame = new Frame("id", "edition", "measured", "low", "high", "n", "verdict");
        claims.forEach(c -> frame.add(
                c.id, c.edition, c.measured.mean(), c.measured.low(), c.measured.high(), c.measured.n(), c.verdict));
        return frame;
    }

    /** Claims as a JSON object by id. */
    public static String json(Collection<QuotedClaim> claims) {
        Json all = new Json();
        claims.forEach(c -> all.put(
                c.id,
                new Json()
                        .put("edition", c.edition)
                        .put("measured", c.measured.mean())
                        .put("low", c.measured.low())
                        .put("high", c.measured.high())
                        .put("n", c.measured.n())
                        .put("verdict", c.verdict)));
        return all.text();
    }

    /** The number and its interval to four digits: {@code 0.1335 [0.1317, 0.1353]}. */
    public String number() {
        return digits(measured.mean()) + " [" + digits(measured.low()) + ", " + digits(measured.high()) + "]";
    }

    private String words() {
        return number() + ", n = " + measured.n() + ", " + Claim.answer(verdict);
    }

    private static String digits(double value) {
        return Numbers.brief(value, DIGITS);
    }

    /**
     * A file to {@code \input}, for any LaTeX: {@code \nbclaim{ID}} is the number, {@code \nbclaim[interval]{ID}},
     * {@code [n]}, {@code [edition]} and {@code [verdict]} the rest; an unknown id or part stops LaTeX with a message.
     */
    public static String tex(Collection<QuotedClaim> claims, String version) {
        StringBuilder tex = new StringBuilder("""
                % Claims of Noisebook VERSION: \\nbclaim{ID} is a number, \\nbclaim[interval]{ID} its 95 % interval, and so
                % \\nbclaim[verdict]{ID}, \\nbclaim[n]{ID}, \\nbclaim[edition]{ID}.
                \\providecommand\\nbclaim[2][number]{\\ifcsname nb:#2:#1\\endcsname\\csname nb:#2:#1\\endcsname
                  \\else\\errmessage{Noisebook has no #1 of a claim #2}\\fi}
                \\providecommand\\nbset[7]{\\expandafter\\def\\csname nb:#1:number\\endcsname{\\ensuremath{#2}}%
                  \\expandafter\\def\\csname nb:#1:interval\\endcsname{\\ensuremath{[#3, #4]}}%
                  \\expandafter\\def\\csname nb:#1:n\\endcsname{#5}\\expandafter\\def\\csname nb:#1:edition\\endcsname{#6}%
                  \\expandafter\\def\\csname nb:#1:verdict\\endcsname{#7}}
                """.replace("VERSION", version));
        for (QuotedClaim c : claims) {
            tex.append("\\nbset{" + c.id + "}{" + maths(c.measured.mean()) + "}{" + maths(c.measured.low()) + "}{"
                    + maths(c.measured.high()) + "}{" + c.measured.n() + "}{" + c.edition + "}{" + c.verdict + "}\n");
        }
        return tex.toString();
    }

    private static String maths(double value) {
        if (Double.isNaN(value)) {
            return "\\mbox{--}";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "\\infty" : "-\\infty";
        }
        String[] parts = digits(value).split("e");
        return parts.length == 1 ? parts[0] : parts[0] + "\\times10^{" + parts[1] + "}";
    }

    /** What a manuscript that quotes {@code old} must change: a line for each number to four digits or verdict that moved. */
    public static List<String> moved(
            Map<String, QuotedClaim> old, Map<String, QuotedClaim> now, Map<String, String> renamed) {
        List<String> lines = new ArrayList<>();
        old.forEach((id, before) -> {
            String today = renamed.getOrDefault(id, id);
            String name = today.equals(id) ? id : id + ", now " + today;
            QuotedClaim after = now.get(today);
            if (after == null) {
                lines.add(name + ": no longer judged");
            } else if (!after.words().equals(before.words())) {
                lines.add(name + ": " + before.words() + " -> " + after.words());
            } else if (!today.equals(id)) {
                lines.add(name + ": the same number");
            }
        });
        return lines;
    }
}
