package org.noisebook.diffusion;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Values made once for many runs of a replica, by key, such as learned initial noise; a full store is cleared.
 *
 * @param <K> all that the value is a function of
 * @param <V> the value
 */
public final class Kept<K, V> {
    private static final int MOST = 64;
    private final Map<K, V> known = new ConcurrentHashMap<>();

    /** The value of a key. */
    public V of(K key, Function<K, V> made) {
        if (known.size() > MOST) {
            known.clear();
        }
        return known.computeIfAbsent(key, made);
    }
}
