package org.noisebook.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.noisebook.data.Numbers;

/** Builds a JSON object with its keys in order of insertion: indented by two spaces, ending with a line feed; or on one line. */
public final class Json {
    private final Map<String, Object> members = new LinkedHashMap<>();

    /** Adds a member: text, number, boolean, a list of these, or another object. */
    public Json put(String key, Object value) {
        members.put(key, value);
        return this;
    }

    public String text() {
        StringBuilder out = new StringBuilder();
        write(out, this, "");
        return out.append('\n').toString();
    }

    /** The object on one line, without blanks. */
    public String line() {
        StringBuilder out = new StringBuilder();
        writeLine(out, this);
        return out.toString();
    }

    private static void writeLine(StringBuilder out, Object value) {
        if (value instanceof Json object) {
            String separator = "{";
            for (Map.Entry<String, Object> member : object.members.entrySet()) {
                out.append(separator);
                quote(out, member.getKey());
                out.append(':');
                writeLine(out, member.getValue());
                separator = ",";
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object element : list) {
                out.append(separator);
                writeLine(out, element);
                separator = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else {
            write(out, value, "");
        }
    }

    private static void write(StringBuilder out, Object value, String indent) {
        if (value instanceof Json object) {
            out.append('{');
            String separator = "\n";
            for (Map.Entry<String, Object> member : object.members.entrySet()) {
                out.append(separator).append(indent).append("  ");
                quote(out, member.getKey());
                out.append(": ");
                write(out, member.getValue(), indent + "  ");
                separator = ",\n";
            }
            out.append('\n').append(indent).append('}');
        } else if (value instanceof List<?> list) {
            boolean nested = list.stream().anyMatch(Json.class::isInstance);
            out.append('[');
            String separator = "";
            for (Object element : list) {
                out.append(separator);
                if (nested) {
                    out.append('\n').append(indent).append("  ");
                }
                write(out, element, indent + "  ");
                separator = nested ? "," : ", ";
            }
            if (nested) {
                out.append('\n').append(indent);
            }
            out.append(']');
        } else if (value instanceof Double d) {
            boolean finite = !d.isNaN() && !d.isInfinite();
            out.append(finite ? Numbers.format(d) : "\"" + Numbers.format(d) + "\"");
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(out, String.valueOf(value));
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int k = 0; k < text.length(); k++) {
            char c = text.charAt(k);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
