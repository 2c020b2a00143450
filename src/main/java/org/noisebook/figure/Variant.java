package org.noisebook.figure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.noisebook.experiment.Schema;

/**
 * A reader's own settings for a figure: another number of replicas, and other values of config fields, in every cell of
 * every study that has them.
 *
 * <p>A field that the figure sweeps cannot be set, and a field that none of its studies has is an error.
 */
public final class Variant {
    private static final String REPLICAS = "replicas";
    private static final int MOST_REPLICAS = 10_000;
    private final List<Setting> settings = new ArrayList<>();
    /** The number of replicas; 0 for the figure's own. */
    private int replicas;

    private boolean hasReplicas;
    /** The previous value of each field, by study and field. */
    private final Map<String, Object> before = new HashMap<>();

    private record Setting(String name, String value) {
        String field() {
            return name.replaceFirst("\\..*", "");
        }
    }

    private Variant() {}

    /** The figure without changes. */
    public static Variant none() {
        return new Variant();
    }

    /**
     * Parses settings such as {@code network.width=64} and {@code replicas=20}.
     *
     * @throws IllegalArgumentException if one is not of the form {@code name=value}
     */
    public static Variant parse(List<String> settings) {
        Variant made = none();
        for (String text : settings) {
            String[] pair = text.split("=", 2);
            if (pair.length < 2 || pair[0].isEmpty()) {
                throw new IllegalArgumentException("--set must be NAME=VALUE, got '" + text + "'");
            } else if (pair[0].strip().equals(REPLICAS)) {
                made.replicas = count(pair[1].strip());
            } else {
                made.settings.add(new Setting(pair[0].strip(), pair[1]));
            }
        }
        return made;
    }

    private static int count(String text) {
        int count = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (count < 1 || count > MOST_REPLICAS) {
            throw new IllegalArgumentException(REPLICAS + " must be in [1, " + MOST_REPLICAS + "], got " + text);
        }
        return count;
    }

    /** The number of replicas in place of the figure's own. */
    int replicas(int own) {
        hasReplicas = true;
        return replicas == 0 ? own : replicas;
    }

    /** Whether it changes nothing. */
    public boolean isNone() {
        return settings.isEmpty() && replicas == 0;
    }

    /** The settings of fields, for the footer, which gives the number of replicas anyway. */
    String text() {
        return settings.stream().map(one -> one.name + " = " + one.value).collect(Collectors.joining(", "));
    }

    /** A config with the settings that apply to its study. */
    <C extends Record> C of(String study, C config) {
        if (settings.isEmpty()) {
            return config;
        }
        Schema<C> schema = Schema.of(config);
        C changed = config;
        for (Setting one : settings) {
            int k = schema.fields().stream().map(Schema.Field::name).toList().indexOf(one.field());
            if (k >= 0) {
                Object value = schema.values(config)[k];
                Object first = before.putIfAbsent(study + " " + one.field(), value);
                if (first != null && !first.equals(value)) {
                    throw new IllegalArgumentException(
                            "--set cannot change " + one.field() + ": the figure compares several values of it");
                }
                changed = Schema.with(changed, one.name + "=" + one.value);
            }
        }
        return changed;
    }

    /** Rejects a setting that no study of the figure has. */
    void check() {
        if (replicas != 0 && !hasReplicas) {
            throw new IllegalArgumentException("this figure sets its numbers of replicas one by one");
        }
        for (Setting one : settings) {
            if (before.keySet().stream().noneMatch(key -> key.endsWith(" " + one.field()))) {
                throw new IllegalArgumentException("no study of this figure has a field " + one.field()
                        + ": 'noisebook studies STUDY' lists the fields of one");
            }
        }
    }
}
