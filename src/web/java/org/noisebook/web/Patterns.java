package org.noisebook.web;

import java.util.regex.Pattern;

/** Patterns with the classes of letters and numbers that occur in figures as ranges: TeaVM's classes lack some. */
public final class Patterns {
    private static final String LETTERS = "A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02AF\u0370-\u0373"
            + "\u0376-\u037D\u0386-\u03F5\u03F7-\u0481\u048A-\u052F\u1D00-\u1DBF\u1E00-\u1FBC\u2071\u207F\u2090-\u209C"
            + "\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2128\u212A-\u212D\u212F-\u2139";
    private static final String NUMBERS =
            "0-9\u00B2\u00B3\u00B9\u00BC-\u00BE\u2070\u2074-\u2079\u2080-\u2089\u2150-\u2189";

    private Patterns() {}

    public static Pattern compile(String form) {
        return compile(form, 0);
    }

    /** The pattern, whose classes of letters and numbers may stand alone or in brackets, where ranges may follow each other. */
    public static Pattern compile(String form, int flags) {
        StringBuilder out = new StringBuilder();
        boolean inClass = false;
        for (int k = 0; k < form.length(); k++) {
            char c = form.charAt(k);
            if (form.startsWith("\\p{L}", k) || form.startsWith("\\p{N}", k)) {
                String range = form.charAt(k + 3) == 'L' ? LETTERS : NUMBERS;
                out.append(inClass ? range : '[' + range + ']');
                k += 4;
            } else if (c == '\\') {
                out.append(form, k, k + 2);
                k++;
            } else {
                inClass = c == '[' || inClass && c != ']';
                out.append(c);
            }
        }
        return Pattern.compile(out.toString(), flags);
    }
}
