package org.noisebook.web;

import java.util.Arrays;

/** Stand for classes of {@code java.util.concurrent} where there is one thread. */
public final class Locks {
    private Locks() {}

    /** Stands for {@link java.util.concurrent.locks.ReentrantLock}. */
    public static final class One {
        public void lock() {}

        public void lockInterruptibly() {}

        public void unlock() {}
    }

    /** Stands for {@link java.util.concurrent.atomic.AtomicReferenceArray}. */
    public static final class Values {
        private final Object[] values;

        public Values(int length) {
            values = new Object[length];
        }

        public Object get(int index) {
            return values[index];
        }

        public void set(int index, Object value) {
            values[index] = value;
        }

        public int length() {
            return values.length;
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }
}
