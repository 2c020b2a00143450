package org.noisebook.web;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Patterns with named groups and the classes of letters and numbers, which TeaVM's lack: as numbered groups and ranges. */
public final class Patterns {
    private static final String LETTERS = "A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02AF\u0370-\u0373"
            + "\u0376-\u037D\u0386-\u03F5\u03F7-\u0481\u048A-\u052F\u1D00-\u1DBF\u1E00-\u1FBC\u2071\u207F\u2090-\u209C"
            + "\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2128\u212A-\u212D\u212F-\u2139";
    private static final String NUMBERS =
            "0-9\u00B2\u00B3\u00B9\u00BC-\u00BE\u2070\u2074-\u2079\u2080-\u2089\u2150-\u2189";
    private static final int CLASS_LENGTH = 5;
    private static final Map<String, Map<String, Integer>> NAMES = new HashMap<>();

    private Patterns() {}

    public static Pattern compile(String form) {
        return compile(form, 0);
    }

    public static Pattern compile(String form, int flags) {
        Map<String, Integer> names = new HashMap<>();
        StringBuilder out = new StringBuilder();
        int groups = 0;
        boolean inClass = false;
        int k = 0;
        while (k < form.length()) {
            char c = form.charAt(k);
            if (form.startsWith("\\p{L}", k) || form.startsWith("\\p{N}", k)) {
                String range = form.charAt(k + 3) == 'L' ? LETTERS : NUMBERS;
                out.append(inClass ? range : '[' + range + ']');
                k += CLASS_LENGTH;
                continue;
            }
            if (c == '\\') {
                out.append(form, k, k + 2);
                k += 2;
                continue;
            }
            inClass = c == '[' || inClass && c != ']';
            if (c == '(' && !inClass) {
                boolean named = form.startsWith("(?<", k) && Character.isLetter(form.charAt(k + 3));
                groups += named || !form.startsWith("(?", k) ? 1 : 0;
                if (named) {
                    int end = form.indexOf('>', k);
                    names.put(form.substring(k + 3, end), groups);
                    k = end;
                    c = '(';
                }
            }
            out.append(c);
            k++;
        }
        NAMES.put(out.toString(), names);
        return Pattern.compile(out.toString(), flags);
    }

    public static String group(Matcher matcher, String name) {
        return matcher.group(NAMES.get(matcher.pattern().pattern()).get(name));
    }
}
