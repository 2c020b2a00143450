package org.noisebook.experiment;

import java.util.Arrays;
import org.noisebook.data.Frame;

/** Tables of the parameters and results of a study. */
public final class StudyTables {
    private StudyTables() {}

    /** One row per config field or part of a nested one: {@code parameter, symbol, default, range, meaning}. */
    public static <C extends Record, R extends Record> Frame parameters(Study<C, R> study) {
        Frame frame = new Frame("parameter", "symbol", "default", "range", "meaning");
        addParameters(frame, "", study.defaults());
        return frame;
    }

    private static <T extends Record> void addParameters(Frame frame, String prefix, T defaults) {
        Schema<T> schema = Schema.of(defaults);
        Object[] values = schema.values(defaults);
        for (int k = 0; k < values.length; k++) {
            Schema.Field field = schema.fields().get(k);
            String name = prefix + field.name();
            frame.add(name, field.symbol(), Schema.formatValue(values[k]), range(field), field.meaning());
            if (values[k] instanceof Record part) {
                addParameters(frame, name + ".", part);
            }
        }
    }

    private static String range(Schema.Field field) {
        return field.type().isEnum()
                ? String.join(
                        ", ",
                        Arrays.stream(field.type().getEnumConstants())
                                .map(Schema::formatValue)
                                .toList())
                : field.range();
    }

    /**
     * One row per result field, or scalar of a nested record: {@code result, symbol, meaning}, for arrays with a note.
     */
    public static <C extends Record, R extends Record> Frame results(Study<C, R> study, String arrayNote) {
        Frame frame = new Frame("result", "symbol", "meaning");
        addResults(frame, "", study.resultType(), arrayNote);
        return frame;
    }

    private static void addResults(Frame frame, String prefix, Class<? extends Record> type, String arrayNote) {
        for (Schema.Field field : Schema.of(type).fields()) {
            String name = prefix + field.name();
            if (field.type().isRecord()) {
                addResults(frame, name + ".", field.type().asSubclass(Record.class), arrayNote);
            } else {
                frame.add(name, field.symbol(), field.meaning() + (field.scalar() ? "" : arrayNote));
            }
        }
    }
}
