package org.noisebook.paper;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;

/** The components of a record that are single real numbers, cached per class because run ends are queried often. */
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

    /** Whether there are any, and all of them are NaN. */
    static boolean allNaN(Record record) {
        List<Method> accessors = OF.get(record.getClass());
        try {
            for (Method accessor : accessors) {
                if (!Double.isNaN((double) accessor.invoke(record))) {
                    return false;
                }
            }
            return !accessors.isEmpty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + record.getClass().getSimpleName(), e);
        }
    }
}
