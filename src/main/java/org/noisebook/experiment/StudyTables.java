package org.noisebook.experiment;

import java.util.Arrays;
import org.noisebook.data.Frame;

/** What a study takes and gives, as tables. */
public final class StudyTables {
    private StudyTables() {}

    /** One row a config field: {@code parameter, symbol, default, range, meaning}. */
    public static <C extends Record, R extends Record> Frame parameters(Study<C, R> study) {
        Frame frame = new Frame("parameter", "symbol", "default", "range", "meaning");
        C defaults = study.defaults();
        Schema<C> configs = Schema.of(defaults);
        Object[] values = configs.values(defaults);
        for (int k = 0; k < values.length; k++) {
            Schema.Field field = configs.fields().get(k);
            frame.add(field.name(), field.symbol(), Schema.formatValue(values[k]), range(field), field.meaning());
        }
        return frame;
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

    /** One row a result field: {@code result, symbol, meaning}; {@code arrayNote} follows the meaning of arrays. */
    public static <C extends Record, R extends Record> Frame results(Study<C, R> study, String arrayNote) {
        Frame frame = new Frame("result", "symbol", "meaning");
        Schema.of(study.resultType())
                .fields()
                .forEach(field ->
                        frame.add(field.name(), field.symbol(), field.meaning() + (field.scalar() ? "" : arrayNote)));
        return frame;
    }
}
