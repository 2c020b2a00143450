package org.noisebook.web;

/** Stands for {@link java.lang.reflect.Method} and {@link java.lang.reflect.Constructor}: of a component, or of the class if the index is negative. */
public record Member(Class<?> type, Known of, int index) {
    static final int STANDARD = -1;
    static final int MAKE = -2;
    private static final int STATIC = 8;

    /** Everything is accessible. */
    public void setAccessible(boolean yes) {}

    public int getModifiers() {
        return STATIC;
    }

    public Class<?> getReturnType() {
        return type;
    }

    /** Reads the component, or calls {@code standard()}. */
    public Object invoke(Object target, Object... none) {
        return index == STANDARD ? of.standard() : of.get(target, index);
    }

    public Object newInstance(Object... values) {
        return of.make(values);
    }
}
