package org.noisebook.web;

import java.util.ArrayList;
import java.util.List;

/** Stands for {@link java.util.StringJoiner}. */
public final class Joiner {
    private final String separator;
    private final String prefix;
    private final String suffix;
    private final List<String> parts = new ArrayList<>();

    public Joiner(CharSequence separator) {
        this(separator, "", "");
    }

    public Joiner(CharSequence separator, CharSequence prefix, CharSequence suffix) {
        this.separator = separator.toString();
        this.prefix = prefix.toString();
        this.suffix = suffix.toString();
    }

    public Joiner add(CharSequence part) {
        parts.add(String.valueOf(part));
        return this;
    }

    @Override
    public String toString() {
        return prefix + String.join(separator, parts) + suffix;
    }
}
