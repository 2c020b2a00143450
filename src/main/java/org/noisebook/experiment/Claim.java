package org.noisebook.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.noisebook.data.Frame;
import org.noisebook.data.KitTable;
import org.noisebook.data.Numbers;
import org.noisebook.stats.Estimate;

/**
 * A statement about numbers, judged against a window fixed before any run.
 *
 * <p><b>Theory</b>: a theoretical value and a window around it. <b>Bound</b>: above, below or between. <b>Identity</b>:
 * follows from algebra or symmetry; it tests the code, not the world. These three are reproduced if the measured 95 %
 * interval lies inside the window, not reproduced if it lies wholly outside, and otherwise not resolved.
 * <b>Regression</b>: a reference value; reproduced if the measured value lies within 3.3 combined standard errors of
 * the reference and of the measurement as planned, otherwise not reproduced.
 *
 * @param id short name, unique among all claims: the id of its figure and a name
 * @param figure id of the figure it belongs to
 * @param panel name of the panel it refers to, {@code –} for cells that no panel shows
 * @param kind its kind
 * @param statement one phrase
 * @param expected the theoretical or reference value, or the bound
 * @param windowLow lower end of the window
 * @param windowHigh upper end of the window
 * @param measured the estimate
 * @param source source of the expected value
 * @param says the claim in plain words, for the strip below its figure; may be empty
 * @param control what would fail if the finding were an artefact: the id of a claim, {@code run: …}, or {@code none: …}
 *     with the reason; must not be empty for a theory or bound
 * @param needed what an interval must resolve for the claim to be won: half the width of the part of the window that
 *     the quantity can reach; for a one-sided bound its distance from 0, or ∞ if that is 0
 * @param role what it speaks for
 */
public record Claim(
        String id,
        String figure,
        String panel,
        Kind kind,
        String statement,
        double expected,
        double windowLow,
        double windowHigh,
        Estimate measured,
        String source,
        String says,
        String control,
        double needed,
        Role role) {
    /** The panel name for cells that are not shown in any panel. */
    public static final String NO_PANEL = "–";

    /** Default relative half-width of a theory window. */
    public static final double STANDARD_WINDOW = 0.1;

    /** Allowed deviation in a regression, in combined standard errors: one false alarm in a thousand. */
    public static final double REGRESSION_ERRORS = 3.3;

    /** The verdict if the interval is wider than the window. */
    public static final String TOO_FEW_RUNS = "too few runs";

    /** The prefix of the source of a claim that is itself a control. */
    private static final String A_CONTROL = "control";

    private static final String AFTER_A_LOOK = "after a look";

    /** What the source of a window says of the time at which it was set, the latest first. */
    private static final Map<String, Pattern> SET = new LinkedHashMap<>();

    static {
        SET.put(AFTER_A_LOOK, Pattern.compile(AFTER_A_LOOK + "|(since|after|left) a? ?(first )?runs?\\b"));
        SET.put("after a pilot", Pattern.compile("\\bpilot\\b"));
        SET.put("before the run", Pattern.compile("before (the|any) run"));
        SET.put("from the paper", Pattern.compile("(of|from) the paper\\b|the paper's|the authors'"));
    }

    private static final Pattern CITATION =
            Pattern.compile("arXiv |10\\.\\d{4,9}/|\\b(19|20)\\d\\d\\b|\\b\\d{4}\\.\\d{4,5}\\b");

    private static final double TINY = 1e-300;

    /** The four kinds of claim. */
    public enum Kind {
        /** A theoretical value with a window. */
        THEORY,
        /** A bound: above, below or between. */
        BOUND,
        /** A reference value with its standard error. */
        REGRESSION,
        /** A consequence of algebra or symmetry. */
        IDENTITY
    }

    /** What a claim speaks for; only a claim of a paper speaks for or against it. */
    public enum Role {
        /** The paper states it, at a place that the source names. */
        PAPER,
        /** The kit's own, which could have gone either way. */
        FINDING,
        /** A formula, checked by simulation. */
        LAW,
        /** A second computation of the same number. */
        CODE,
        /** It shows that an artefact would be noticed. */
        CONTROL,
        /** It follows from algebra or symmetry and tests the code. */
        IDENTITY,
        /** A comparison with a recorded value of the kit. */
        REGRESSION;

        /** The role of a claim that names none, from its kind and source. */
        public static Role of(Kind kind, String source) {
            return switch (kind) {
                case IDENTITY -> IDENTITY;
                case REGRESSION -> REGRESSION;
                case THEORY -> source.startsWith(A_CONTROL) ? CONTROL : LAW;
                case BOUND -> source.startsWith(A_CONTROL) ? CONTROL : FINDING;
            };
        }
    }

    /** The three verdicts. */
    public enum Verdict {
        /** The measurement agrees. */
        REPRODUCED,
        /** The measurement disagrees. */
        NOT_REPRODUCED,
        /** The interval is too wide to tell. */
        NOT_RESOLVED;

        /** The verdict as a symbol. */
        public String mark() {
            return switch (this) {
                case REPRODUCED -> "✓";
                case NOT_REPRODUCED -> "✗";
                case NOT_RESOLVED -> "?";
            };
        }

        /** The verdict in the words of tables and JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** The verdict on {@code count} claims as readers see it, as a verb. */
        public String word(long count) {
            return switch (this) {
                case REPRODUCED -> count == 1 ? "agrees" : "agree";
                case NOT_REPRODUCED -> count == 1 ? "disagrees" : "disagree";
                case NOT_RESOLVED -> "undecided";
            };
        }
    }

    /** The verdict. */
    public Verdict verdict() {
        if (kind == Kind.REGRESSION) {
            if (Double.isNaN(windowLow) || Double.isNaN(measured.mean())) {
                return Verdict.NOT_RESOLVED;
            }
            boolean inside = measured.mean() >= windowLow && measured.mean() <= windowHigh;
            return inside ? Verdict.REPRODUCED : Verdict.NOT_REPRODUCED;
        }
        if (measured.low() >= windowLow && measured.high() <= windowHigh) {
            return Verdict.REPRODUCED;
        }
        boolean outside = measured.high() < windowLow || measured.low() > windowHigh;
        return outside ? Verdict.NOT_REPRODUCED : Verdict.NOT_RESOLVED;
    }

    /** The verdict in the words of tables: {@link #TOO_FEW_RUNS} if it is not resolved and could not have been. */
    public String verdictText() {
        return tooFewRuns() ? TOO_FEW_RUNS : verdict().text();
    }

    /** The verdict as readers see it: agrees, disagrees, undecided or too few runs. */
    public String answer() {
        return tooFewRuns() ? TOO_FEW_RUNS : verdict().word(1);
    }

    /** The verdict as readers see it, from the words of a table; other words are returned unchanged. */
    public static String answer(String written) {
        return Arrays.stream(Verdict.values())
                .filter(verdict -> verdict.text().equals(written))
                .findFirst()
                .map(verdict -> verdict.word(1))
                .orElse(written);
    }

    /** The statement without its last condition, which claims of one family share. */
    public String stem() {
        return statement.endsWith(")")
                ? statement.replaceFirst("( at (?=\\S+ = )(?!.* at \\S+ = ).*| \\([^()]*)\\)$", "")
                : statement.replaceFirst("(, | at (?=\\S+ = ))(?!.*(, | at \\S+ = )).*$", "");
    }

    /** Whether the claim is not resolved because the interval is wider than the window. */
    public boolean tooFewRuns() {
        return verdict() == Verdict.NOT_RESOLVED && resolution() > needed;
    }

    /** The smallest effect that this n could resolve: half the 95 % interval; for a regression, half its window. */
    public double resolution() {
        return kind == Kind.REGRESSION ? (windowHigh - windowLow) / 2 : (measured.high() - measured.low()) / 2;
    }

    /** The resolution to two digits, {@code –} if unknown. */
    public String resolves() {
        return Double.isFinite(resolution()) ? Numbers.brief(resolution(), 2).replace('-', '−') : "–";
    }

    /** Whether a text names a paper: an arXiv identifier, a DOI or a year. */
    public static boolean cites(String text) {
        return CITATION.matcher(text).find();
    }

    /** When the window was set, as its source says; if it does not say, that of a bound is not said, others come from theory. */
    public String windowSet() {
        return SET.entrySet().stream()
                .filter(one -> one.getValue().matcher(source).find())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(kind == Kind.BOUND ? "not said" : "from theory");
    }

    /** Whether the window was set after the numbers were seen. */
    public boolean isLookedAt() {
        return windowSet().equals(AFTER_A_LOOK);
    }

    /** Whether the measurement is one number without an interval, which was computed and not drawn. */
    public boolean isComputed() {
        return measured.n() == 1 && measured.low() == measured.mean() && measured.high() == measured.mean();
    }

    /** The number of replicas, or {@code computed}. */
    public String runs() {
        return isComputed() ? "computed" : String.valueOf(measured.n());
    }

    /** The control of a claim that names none: of its kind or source, or else {@code usual}, which may be empty. */
    public static String controlOf(Kind kind, String source, String usual) {
        if (kind == Kind.IDENTITY) {
            return "none: identity";
        }
        if (source.startsWith(A_CONTROL)) {
            return "none: itself a control";
        }
        return usual.isEmpty() && kind == Kind.REGRESSION ? "none: a recorded value" : usual;
    }

    /** Today's ids by those of before. */
    public static Map<String, String> renamed() {
        return KitTable.read("renamed-claims.tsv");
    }

    /** The resolution needed for a window if the quantity ranges from {@code lowest} to {@code highest}. */
    public static double needed(double windowLow, double windowHigh, double lowest, double highest) {
        double low = Math.max(windowLow, lowest);
        double high = Math.min(windowHigh, highest);
        double bound = Math.abs(Double.isInfinite(windowLow) ? windowHigh : windowLow);
        boolean closed = Double.isFinite(low) && Double.isFinite(high);
        return closed ? (high - low) / 2 : bound > 0 ? bound : Double.POSITIVE_INFINITY;
    }

    /** The window in words, with its ends to four digits. */
    public String window() {
        return window(windowLow, windowHigh);
    }

    /** A window in words. */
    public static String window(double windowLow, double windowHigh) {
        String low = Numbers.brief(windowLow, 4).replace('-', '−');
        String high = Numbers.brief(windowHigh, 4).replace('-', '−');
        if (windowHigh == Double.POSITIVE_INFINITY) {
            return "above " + low;
        }
        return windowLow == Double.NEGATIVE_INFINITY ? "below " + high : "[" + low + ", " + high + "]";
    }

    /** The measurement in words, with its interval; {@code –} if there is none. */
    public String found() {
        return found(measured);
    }

    /** A measurement in words. */
    public static String found(Estimate measured) {
        return measured.low() > 0 && measured.high() < TINY
                ? "below 1e−300"
                : measured.brief().replace("NaN", "–").replace('-', '−');
    }

    /** The claims in a table created by {@link #frame}, without standard errors. */
    public static List<Claim> parse(Frame table) {
        List<Claim> claims = new ArrayList<>();
        for (int k = 0; k < table.rows(); k++) {
            int row = k;
            ToDoubleFunction<String> number = column -> Numbers.parse(table.text(row, column));
            double low = number.applyAsDouble("windowLow");
            double high = number.applyAsDouble("windowHigh");
            Kind kind = Kind.valueOf(table.text(k, "kind").toUpperCase(Locale.ROOT));
            String source = table.text(k, "source");
            boolean told = table.names().contains("needed");
            claims.add(new Claim(
                    table.text(k, "id"),
                    table.text(k, "figure"),
                    table.text(k, "panel"),
                    kind,
                    table.text(k, "statement"),
                    number.applyAsDouble("expected"),
                    low,
                    high,
                    new Estimate(
                            number.applyAsDouble("measured"),
                            Double.NaN,
                            number.applyAsDouble("low"),
                            number.applyAsDouble("high"),
                            (int) number.applyAsDouble("n")),
                    source,
                    "",
                    told ? table.text(k, "control") : controlOf(kind, source, ""),
                    told
                            ? number.applyAsDouble("needed")
                            : needed(low, high, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
                    table.names().contains("role")
                            ? Role.valueOf(table.text(k, "role").toUpperCase(Locale.ROOT))
                            : Role.of(kind, source)));
        }
        return claims;
    }

    /** Claims as a table for reading, with numbers and interval ends to {@code digits} digits. */
    public static Frame summary(List<Claim> claims, int digits) {
        Frame frame = new Frame(
                "claim", "role", "expected", "window", "measured", "95 % interval", "resolves", "n", "verdict");
        for (Claim c : claims) {
            frame.add(
                    c.id,
                    Schema.formatValue(c.role),
                    c.expected,
                    interval(c.windowLow, c.windowHigh, digits),
                    c.measured.mean(),
                    interval(c.measured.low(), c.measured.high(), digits),
                    c.resolves(),
                    c.runs(),
                    c.answer());
        }
        return frame;
    }

    private static String interval(double low, double high, int digits) {
        return "[" + Numbers.format(low, digits) + ", " + Numbers.format(high, digits) + "]";
    }

    /** Claims as a table. */
    public static Frame frame(List<Claim> claims) {
        Frame frame = new Frame(
                "id",
                "figure",
                "panel",
                "kind",
                "expected",
                "windowLow",
                "windowHigh",
                "measured",
                "low",
                "high",
                "n",
                "verdict",
                "statement",
                "source",
                "control",
                "resolution",
                "needed",
                "role",
                "set");
        for (Claim c : claims) {
            frame.add(
                    c.id,
                    c.figure,
                    c.panel,
                    Schema.formatValue(c.kind),
                    c.expected,
                    c.windowLow,
                    c.windowHigh,
                    c.measured.mean(),
                    c.measured.low(),
                    c.measured.high(),
                    c.measured.n(),
                    c.verdictText(),
                    c.statement,
                    c.source,
                    c.control,
                    c.resolution(),
                    c.needed,
                    Schema.formatValue(c.role),
                    c.windowSet());
        }
        return frame;
    }

    /** Claims as JSON objects, without their texts. */
    public static List<Json> json(List<Claim> claims) {
        return claims.stream()
                .map(c -> new Json()
                        .put("id", c.id)
                        .put("panel", c.panel)
                        .put("kind", Schema.formatValue(c.kind))
                        .put("expected", c.expected)
                        .put("windowLow", c.windowLow)
                        .put("windowHigh", c.windowHigh)
                        .put("measured", c.measured.mean())
                        .put("low", c.measured.low())
                        .put("high", c.measured.high())
                        .put("n", c.measured.n())
                        .put("verdict", c.verdict().text()))
                .toList();
    }

    /** Claims in reading order: not reproduced, not resolved, reproduced, identities last; else unchanged. */
    public static List<Claim> failuresFirst(List<Claim> claims) {
        return claims.stream().sorted(Comparator.comparingInt(Claim::rank)).toList();
    }

    private int rank() {
        return switch (verdict()) {
            case NOT_REPRODUCED -> 0;
            case NOT_RESOLVED -> 1;
            case REPRODUCED -> kind == Kind.IDENTITY ? 3 : 2;
        };
    }
}
