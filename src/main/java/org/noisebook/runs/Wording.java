package org.noisebook.runs;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.stats.Estimate;

/** Numbers and lists in the words of a report; an instance writes scores to the decimals that a given size needs. */
public final class Wording {
    private static final int WIDTH = 100;
    private static final int DIGITS = 3;
    private static final int MOST_DECIMALS = 6;
    private static final double RARE = 1e-6;
    private static final double COMMON = 0.095;
    private static final int HUNDRED = 100;
    private static final String INDENT = "    ";
    private static final Pattern CJK =
            Pattern.compile("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\\u30FC\\u3005]+");
    private static final String PERCENT = "\u0000";

    /** Beyond this, digits are no longer distinguished. */
    private static final double LARGEST_PLAIN = 1e15;

    private final int decimals;

    private Wording(int decimals) {
        this.decimals = decimals;
    }

    /** Scores whose differences have this size, to two digits of it. */
    public static Wording of(double size) {
        boolean usable = size > 0 && size < Double.POSITIVE_INFINITY;
        int exponent = usable ? (int) Math.floor(StrictMath.log10(size)) : 0;
        return new Wording(Math.max(0, 1 - exponent));
    }

    /** A score. */
    public String score(double value) {
        if (!(Math.abs(value) < LARGEST_PLAIN) || decimals > MOST_DECIMALS) {
            return Numbers.brief(value, DIGITS);
        }
        BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
        return rounded.toPlainString();
    }

    /** A score with its sign. */
    public String signed(double value) {
        String text = score(value);
        return text.startsWith("-") || Double.isNaN(value) ? text : "+" + text;
    }

    /** Two scores with their signs: from one to the other. */
    public String signed(double low, double high) {
        return span(low, high, this::signed);
    }

    /** Two scores: from one to the other. */
    public String score(double low, double high) {
        return span(low, high, this::score);
    }

    /** A share as a whole percentage. */
    public static String percent(double share) {
        if (Double.isNaN(share)) {
            return "unknown";
        }
        double inside = Math.min(1, Math.max(0, share));
        long whole = Math.round(HUNDRED * inside);
        if (whole == 0 && inside > 0) {
            return "under 1 %";
        }
        return whole == 100 && inside < 1 ? "over 99 %" : whole + " %";
    }

    /** The interval of a share. */
    public static String percents(double low, double high) {
        return span(low, high, Wording::percent);
    }

    /** A share with its interval. */
    public static String percent(Estimate share) {
        return Double.isNaN(share.low())
                ? percent(share.mean())
                : percent(share.mean()) + " (95 % interval " + percents(share.low(), share.high()) + ")";
    }

    /** A correlation, or another number of order 1. */
    public static String correlation(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "unknown" : "beyond measure";
        }
        return new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** A correlation with its interval, which does not start below −1. */
    public static String correlation(Estimate value) {
        return correlation(value.mean())
                + (Double.isNaN(value.low())
                        ? ""
                        : " (95 % interval "
                                + span(Math.max(-1, value.low()), Math.min(1, value.high()), Wording::correlation)
                                + ")");
    }

    private static String span(double low, double high, DoubleFunction<String> format) {
        return Double.isNaN(low) ? "unknown" : format.apply(low) + " to " + format.apply(high);
    }

    /** A probability as a frequency in words. */
    public static String cases(double p) {
        return p < RARE ? "in fewer than 1 of a million cases" : "in about " + odds(p) + " cases";
    }

    /** A probability as a ratio, such as 1 of 20. */
    public static String odds(double p) {
        if (Double.isNaN(p)) {
            return "an unknown number of";
        }
        if (p < RARE) {
            return "under 1 of a million";
        }
        return p >= COMMON
                ? Math.round(HUNDRED * p) + " of 100"
                : "1 of "
                        + grouped(
                                new BigDecimal(1 / p).round(new MathContext(2)).longValue());
    }

    private static String grouped(long number) {
        String digits = Long.toString(number);
        int first = digits.length() - DIGITS;
        return digits.length() <= DIGITS + 1 ? digits : digits.substring(0, first) + " " + digits.substring(first);
    }

    /** A probability as the field writes it. */
    public static String probability(double p) {
        return p < RARE ? "p < 1e-6" : "p = " + Numbers.format(p, 2);
    }

    /** A count with its noun. */
    public static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** A count at the start of a sentence. */
    public static String noneOr(int number) {
        return number == 0 ? "none" : String.valueOf(number);
    }

    /** Names in a sentence. */
    public static String list(List<String> names) {
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /** A paragraph in lines of at most {@value #WIDTH} characters, without a last line feed. */
    static String wrapped(String paragraph) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        // A number and its sign of percentage stay on one line.
        for (String part : paragraph.replace(" %", PERCENT).split(" ")) {
            String word = part.replace(PERCENT, " %");
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(paragraph.startsWith("- ") ? "  " : "").append(word);
            } else {
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        return String.join("\n", lines);
    }

    /** Text for LaTeX; what is Chinese, Japanese or Korean stands in the font of CJKutf8. */
    static String tex(String text) {
        String plain = text.replaceAll("([&%$#_{}])", "\\\\$1")
                .replaceAll("\\\\(?![&%$#_{}])", "{\\\\textbackslash}")
                .replace("~", "{\\textasciitilde}")
                .replace("^", "{\\textasciicircum}")
                .replaceAll("[<>|]", "\\$$0\\$")
                .replace("−", "$-$");
        return CJK.matcher(plain)
                .replaceAll(run -> "\\\\begin{CJK}{UTF8}{"
                        + (run.group().matches(".*\\p{IsHangul}.*")
                                ? "mj"
                                : run.group().matches(".*[\\p{IsHiragana}\\p{IsKatakana}].*") ? "min" : "gbsn")
                        + "}" + run.group() + "\\\\end{CJK}");
    }

    /** Text for Markdown: signs of its own are shown. */
    static String markdown(String text) {
        return text.replaceAll("[\\\\`*_<~|]|](?=\\()|&(?=#?\\w+;)", "\\\\$0");
    }

    /** A table, indented. */
    static String indented(Frame frame) {
        return frame.print(DIGITS).lines().map(line -> INDENT + line).collect(Collectors.joining("\n")) + "\n";
    }
}
