package org.noisebook.paper;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;

/** The components of a record that are single real numbers, found once a class: ends of runs are asked for often. */
final class DoubleComponents {
    private static final ClassValue<List<Method>> OF = new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
            List<Method> all = Stream.of(type.getRecordComponents())
                    .filter(component -> component.getType() == double.class)
                    .map(RecordComponent::getAccessor)
                    .toList();
            all.forEach(accessor -> accessor.setAccessible(true));
            return all;
        }
    };

    private DoubleComponents() {}

    static boolean allNaN(Record record) {
        try {
            for (Method accessor : OF.get(record.getClass())) {
                if (!Double.isNaN((double) accessor.invoke(record))) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + record.getClass().getSimpleName(), e);
        }
    }
}
