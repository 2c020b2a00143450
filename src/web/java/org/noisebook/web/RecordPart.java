package org.noisebook.web;

import java.lang.annotation.Annotation;
import org.noisebook.experiment.Parameter;

/** Stands for {@link java.lang.reflect.RecordComponent}. */
public record RecordPart(Known of, int index, String name, Class<?> type, Parameter parameter) {
    public String getName() {
        return name;
    }

    public Class<?> getType() {
        return type;
    }

    /** The only annotation of components that the kit reads. */
    @SuppressWarnings("unchecked")
    public <T extends Annotation> T getAnnotation(Class<T> annotation) {
        return (T) parameter;
    }

    public Member getAccessor() {
        return new Member(null, of, index);
    }

    /** The annotation, with its texts. */
    public record Text(String value, String symbol, String range, String standard, String omit, String length)
            implements Parameter {
        @Override
        public Class<? extends Annotation> annotationType() {
            return Parameter.class;
        }
    }
}
