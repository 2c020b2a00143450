package org.noisebook.diffusion;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A cache of values shared by many runs of a replica, such as learned initial noise; it is cleared when full.
 *
 * @param <K> everything that determines the value
 * @param <V> type of the value
 */
public final class ValueCache<K, V> {
    private static final int MOST = 64;
    private final Map<K, V> known = new ConcurrentHashMap<>();

    /** The value for a key, computed at first use. */
    public V of(K key, Function<K, V> made) {
        if (known.size() > MOST) {
            known.clear();
        }
        return known.computeIfAbsent(key, made);
    }
}
