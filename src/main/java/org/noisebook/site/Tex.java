package org.noisebook.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Converts the TeX in the notebooks to MathML: letters, numbers, sub- and superscripts, groups, fractions, roots,
 * accents and the symbols used. An unknown command aborts the build of the site with a message that names it.
 */
final class Tex {
    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("alpha", "α"),
            Map.entry("beta", "β"),
            Map.entry("gamma", "γ"),
            Map.entry("delta", "δ"),
            Map.entry("Delta", "Δ"),
            Map.entry("varepsilon", "ε"),
            Map.entry("eta", "η"),
            Map.entry("kappa", "κ"),
            Map.entry("lambda", "λ"),
            Map.entry("mu", "μ"),
            Map.entry("rho", "ρ"),
            Map.entry("sigma", "σ"),
            Map.entry("tau", "τ"),
            Map.entry("chi", "χ"),
            Map.entry("Theta", "Θ"),
            Map.entry("Sigma", "Σ"),
            Map.entry("nabla", "∇"),
            Map.entry("int", "∫"),
            Map.entry("cdot", "·"),
            Map.entry("sim", "∼"),
            Map.entry("mid", "|"),
            Map.entry("perp", "⊥"),
            Map.entry("top", "⊤"),
            Map.entry("log", "log"),
            Map.entry("|", "‖"));
    private static final Map<String, String> ACCENTS = Map.of("dot", "˙", "hat", "^", "bar", "¯");

    private final String text;
    private int place;

    private Tex(String text) {
        this.text = text;
    }

    static String mathml(String tex) {
        Tex parser = new Tex(tex);
        return "<math><mrow>" + parser.row('\0') + "</mrow></math>";
    }

    /** Parses up to the end, or to a brace that closes a group. */
    private String row(char end) {
        List<String> parts = new ArrayList<>();
        while (place < text.length() && text.charAt(place) != end) {
            char c = text.charAt(place);
            if (Character.isWhitespace(c)) {
                place++;
            } else {
                parts.add(scripts(atom()));
            }
        }
        place++;
        return String.join("", parts);
    }

    private String scripts(String base) {
        String below = "";
        String above = "";
        while (place < text.length() && (text.charAt(place) == '_' || text.charAt(place) == '^')) {
            boolean low = text.charAt(place++) == '_';
            String script = argument();
            below = low ? script : below;
            above = low ? above : script;
        }
        if (!below.isEmpty() && !above.isEmpty()) {
            return "<msubsup>" + base + below + above + "</msubsup>";
        }
        return !below.isEmpty()
                ? "<msub>" + base + below + "</msub>"
                : !above.isEmpty() ? "<msup>" + base + above + "</msup>" : base;
    }

    private String atom() {
        char c = text.charAt(place++);
        if (c == '{') {
            return "<mrow>" + row('}') + "</mrow>";
        }
        if (c == '\\') {
            return command();
        }
        if (Character.isDigit(c)) {
            int start = place - 1;
            while (place < text.length() && (Character.isDigit(text.charAt(place)) || text.charAt(place) == '.')) {
                place++;
            }
            return "<mn>" + text.substring(start, place) + "</mn>";
        }
        String shown = c == '-' ? "−" : c == '\'' ? "′" : Markup.escape(String.valueOf(c));
        return Character.isLetter(c) ? "<mi>" + shown + "</mi>" : operator(shown);
    }

    private String command() {
        int start = place++;
        while (Character.isLetter(text.charAt(start))
                && place < text.length()
                && Character.isLetter(text.charAt(place))) {
            place++;
        }
        String name = text.substring(start, place);
        if (ACCENTS.containsKey(name)) {
            return "<mover accent=\"true\">" + argument() + "<mo>" + ACCENTS.get(name) + "</mo></mover>";
        }
        if (SYMBOLS.containsKey(name)) {
            String symbol = SYMBOLS.get(name);
            return Character.isLetter(symbol.codePointAt(0)) ? "<mi>" + symbol + "</mi>" : operator(symbol);
        }
        return switch (name) {
            case "frac" -> "<mfrac>" + argument() + argument() + "</mfrac>";
            case "sqrt" -> "<msqrt>" + argument() + "</msqrt>";
            case "," -> "<mspace width=\"0.17em\"></mspace>";
            default -> throw new IllegalArgumentException("unknown TeX command \\" + name + " in $" + text + "$");
        };
    }

    /** An operator; brackets and bars keep the height of the text. */
    private static String operator(String shown) {
        return "<mo stretchy=\"false\">" + shown + "</mo>";
    }

    /** The next argument as in TeX: a group, a command or one character. */
    private String argument() {
        while (Character.isWhitespace(text.charAt(place))) {
            place++;
        }
        return Character.isDigit(text.charAt(place)) ? "<mn>" + text.charAt(place++) + "</mn>" : atom();
    }
}
