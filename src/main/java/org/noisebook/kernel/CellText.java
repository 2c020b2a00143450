package org.noisebook.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a cell into Java and magic lines, and knows what in it is a comment.
 *
 * <p>A magic is a line that starts with {@code %} and a letter, outside of strings, comments and brackets; {@code %%name} in
 * a cell's first line takes the whole cell.
 */
final class CellText {
    /**
     * A part of a cell.
     *
     * @param magic whether it is a magic
     * @param start its first position in the cell
     * @param end behind its last
     */
    record Part(boolean magic, int start, int end) {}

    private static final Pattern MAGIC = Pattern.compile("(%\\p{L}\\S*)(?:\\s|$)");

    private final String code;
    private final List<Part> parts = new ArrayList<>();
    private int at;
    private int depth;
    private boolean open;
    private int firstCode = -1;
    private int lastCode = -1;

    private CellText(String code) {
        this.code = code;
        scan();
    }

    /** The parts of a cell, in order. */
    static List<Part> parts(String code) {
        return new CellText(code).parts;
    }

    /** Whether the last character that is neither blank nor comment is a semicolon. */
    static boolean endsWithSemicolon(String code) {
        CellText text = new CellText(code);
        return text.lastCode >= 0 && code.charAt(text.lastCode) == ';';
    }

    /** The code without a semicolon at its end. */
    static String withoutSemicolon(String code) {
        return endsWithSemicolon(code) ? code.substring(0, new CellText(code).lastCode) : code;
    }

    /** Whether a comment or a text block has no end. */
    static boolean isOpen(String code) {
        return new CellText(code).open;
    }

    /** Where the code starts, behind leading blanks and comments; the length if there is none. */
    static int codeStart(String code) {
        CellText text = new CellText(code);
        return text.firstCode < 0 ? code.length() : text.firstCode;
    }

    /** Whether there is nothing but blanks and comments. */
    static boolean isBlank(String code) {
        return new CellText(code).lastCode < 0;
    }

    private void scan() {
        int start = 0;
        boolean lineStart = true;
        if (code.stripLeading().startsWith("%%")) {
            parts.add(new Part(true, code.indexOf("%%"), code.length()));
            return;
        }
        while (at < code.length()) {
            char c = code.charAt(at);
            if (lineStart && depth <= 0 && c == '%' && isMagic()) {
                addJava(start, at);
                int end = lineEnd(at);
                parts.add(new Part(true, at, end));
                at = end;
                start = end;
                lineStart = false;
            } else if (code.startsWith("//", at)) {
                at = lineEnd(at);
            } else if (code.startsWith("/*", at)) {
                at = after("*/", at + 2);
            } else if (code.startsWith("\"\"\"", at)) {
                mark();
                at = afterQuoted("\"\"\"", at + 3, true);
                lineStart = false;
            } else if (c == '"' || c == '\'') {
                mark();
                at = afterQuoted(String.valueOf(c), at + 1, false);
                lineStart = false;
            } else {
                if (c == '(' || c == '[' || c == '{') {
                    depth++;
                } else if (c == ')' || c == ']' || c == '}') {
                    depth--;
                }
                if (!Character.isWhitespace(c)) {
                    mark();
                }
                lineStart = c == '\n' || (lineStart && Character.isWhitespace(c));
                at++;
            }
        }
        addJava(start, code.length());
    }

    private void mark() {
        lastCode = at;
        if (firstCode < 0) {
            firstCode = at;
        }
    }

    private void addJava(int start, int end) {
        if (!code.substring(start, end).isBlank()) {
            parts.add(new Part(false, start, end));
        }
    }

    /** Behind a statement without an end, {@code %name} may go on with it: there only a known name is a magic. */
    private boolean isMagic() {
        Matcher name = MAGIC.matcher(code).region(at, code.length());
        if (!name.lookingAt()) {
            return false;
        }
        boolean ended = lastCode < 0 || code.charAt(lastCode) == ';' || code.charAt(lastCode) == '}';
        return ended || Magics.names().contains(name.group(1));
    }

    private int lineEnd(int from) {
        int end = code.indexOf('\n', from);
        return end < 0 ? code.length() : end;
    }

    private int after(String mark, int from) {
        int end = code.indexOf(mark, from);
        open |= end < 0;
        return end < 0 ? code.length() : end + mark.length();
    }

    private int afterQuoted(String quote, int from, boolean lines) {
        for (int k = from; k < code.length(); k++) {
            char c = code.charAt(k);
            if (c == '\\') {
                k++;
            } else if (code.startsWith(quote, k)) {
                return k + quote.length();
            } else if (c == '\n' && !lines) {
                return k;
            }
        }
        open |= lines;
        return code.length();
    }
}
