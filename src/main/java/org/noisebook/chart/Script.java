package org.noisebook.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of text on, below or above the baseline, upright or italic, for {@code T_c}, {@code x_τ} and {@code
 * P^(−γ/δ)}.
 *
 * <p>After a single letter, {@code _} lowers up to three characters, so that a column name such as {@code test_error}
 * is unchanged; {@code ^} raises a number, a letter or a parenthesised text, without the parentheses. Quantities are
 * italic: single letters, products such as {@code hκ} and the letter after a Δ. Capital Greek is upright, and so are a
 * to f, A and I, which are words or panel names, unless an operator or argument follows.
 *
 * @param text the piece
 * @param level 0 on the baseline, −1 below, 1 above
 * @param italic whether it is a quantity
 */
record Script(String text, int level, boolean italic) {
    /** Size of a script relative to its text. */
    static final double SIZE = 0.72;

    private static final double DROP = 0.2;
    private static final double RISE = 0.36;

    /** Groups: a base and its subscript, a superscript in brackets or without. */
    private static final Pattern SCRIPTS = Pattern.compile("(?<![\\p{L}\\p{N}_])(\\p{L}[*'′]?)_([\\p{L}\\p{N}⊥]{1,3})"
            + "(?![\\p{L}\\p{N}_])|\\^(?:\\(([^()]*(?:\\([^()]*\\)[^()]*)*)\\)|([−-]?(?:[\\p{N}.]+|\\p{L})))");

    private static final String ALONE = "(?<![A-Za-zα-ωΑ-Ω_'0-9–-])";
    private static final String ENDS = "(?![A-Za-zα-ωΑ-Ω'–-])";
    private static final Pattern QUANTITY = Pattern.compile(
            // Greek letters, and Latin letters next to Greek ones, also after a number.
            "(?<![A-Za-zα-ωΑ-Ω])(?:[B-HJ-Zg-z]?[α-ω]|[α-ω][B-HJ-Zg-z])" + ENDS
                    // A letter after Δ, δ or Σ.
                    + "|(?<=(?<![A-Za-zα-ωΑ-Ω])[ΔδΣ])[A-Za-z]" + ENDS
                    // A letter that cannot be a word.
                    + "|" + ALONE + "[B-HJ-Zg-z]" + ENDS + "|(?<=[0-9])[txz](?![A-Za-z0-9])"
                    // A letter that could be a word.
                    + "|" + ALONE + "[Aa-fI](?=\u0302?(?:\\s?[=<>≤≥≈∼∝/·×*²³^₀-₉+−]|\\(|, [ηsv]))"
                    + "|(?<=[=<>≤≥≈∼∝/×‖|+−]\\s?|[A-Za-z]\\()[a-f](?![0-9])" + ENDS);

    private static final Pattern MINUS = Pattern.compile("(?<![\\p{L}\\p{N}])-(?=[0-9.])");

    /** How far the baseline of this piece lies below that of the text, relative to its size. */
    double drop() {
        return level == 0 ? 0 : level < 0 ? DROP : -RISE;
    }

    double size() {
        return level == 0 ? 1 : SIZE;
    }

    /** Splits a text into pieces, usually just one; a hyphen before a number becomes a minus sign. */
    static List<Script> of(String written) {
        String text = MINUS.matcher(written).replaceAll("−");
        List<Script> pieces = new ArrayList<>();
        Matcher found = SCRIPTS.matcher(text);
        int done = 0;
        while (found.find()) {
            boolean below = found.group(2) != null;
            String before = text.substring(done, found.start()) + (below ? found.group(1) : "");
            add(pieces, before, 0);
            String high = found.group(3) == null ? found.group(4) : found.group(3);
            add(pieces, below ? found.group(2) : high, below ? -1 : 1);
            done = found.end();
        }
        add(pieces, text.substring(done), 0);
        return pieces;
    }

    /** Adds a text of one level, split where it changes between upright and italic. */
    private static void add(List<Script> pieces, String text, int level) {
        Matcher found = QUANTITY.matcher(text);
        int done = 0;
        while (found.find()) {
            if (found.start() > done) {
                pieces.add(new Script(text.substring(done, found.start()), level, false));
            }
            pieces.add(new Script(found.group(), level, true));
            done = found.end();
        }
        if (done < text.length()) {
            pieces.add(new Script(text.substring(done), level, false));
        }
    }
}
