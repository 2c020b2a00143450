package org.noisebook.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of text on the line, below or above it: {@code T_c}, {@code x_τ} and {@code P^(−γ/δ)} as a typesetter sets them.
 *
 * <p>A letter that stands alone takes up to three signs after {@code _}, so that a column of a user's table such as {@code
 * test_error} stays what it is; {@code ^} takes a number, a letter or a bracket, whose parentheses it drops.
 *
 * @param text the piece
 * @param level 0 on the line, −1 below, 1 above
 */
record Script(String text, int level) {
    /** Size of a script over that of its text. */
    static final double SIZE = 0.72;

    private static final double DROP = 0.2;
    private static final double RISE = 0.36;

    private static final Pattern SCRIPTS = Pattern.compile(
            "(?<![\\p{L}\\p{N}_])(?<base>\\p{L}[*'′]?)_(?<low>[\\p{L}\\p{N}⊥]{1,3})"
                    + "(?![\\p{L}\\p{N}_])|\\^(?:\\((?<bracket>[^()]*(?:\\([^()]*\\)[^()]*)*)\\)|(?<high>[−-]?(?:[\\p{N}.]+|\\p{L})))");

    private static final Pattern MINUS = Pattern.compile("(?<![\\p{L}\\p{N}])-(?=[0-9.])");

    /** How far the line of this piece lies below that of the text, over its size. */
    double drop() {
        return level == 0 ? 0 : level < 0 ? DROP : -RISE;
    }

    double size() {
        return level == 0 ? 1 : SIZE;
    }

    /** The pieces of a text, one for most; a hyphen before a number is a minus sign. */
    static List<Script> of(String written) {
        String text = MINUS.matcher(written).replaceAll("−");
        if (text.indexOf('_') < 0 && text.indexOf('^') < 0) {
            return List.of(new Script(text, 0));
        }
        List<Script> pieces = new ArrayList<>();
        Matcher found = SCRIPTS.matcher(text);
        int done = 0;
        while (found.find()) {
            boolean below = found.group("low") != null;
            String before = text.substring(done, found.start()) + (below ? found.group("base") : "");
            if (!before.isEmpty()) {
                pieces.add(new Script(before, 0));
            }
            String high = found.group("bracket") == null ? found.group("high") : found.group("bracket");
            pieces.add(new Script(below ? found.group("low") : high, below ? -1 : 1));
            done = found.end();
        }
        if (done < text.length()) {
            pieces.add(new Script(text.substring(done), 0));
        }
        return pieces;
    }
}
