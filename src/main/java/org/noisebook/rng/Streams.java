package org.noisebook.rng;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The random streams of one replica of an experiment, each addressed by name.
 *
 * <p>The state of a stream is SHA-256 of (root seed, name, replica), so streams of different names, replicas or seeds
 * are unrelated, consecutive seeds included, and a new draw in one never shifts another. Streams do not depend on the
 * cell of a sweep: equal replicas share their draws across cells and comparisons are paired.
 *
 * <p><b>Names in use</b>: {@code init}, {@code data}, {@code order}, {@code noise}, {@code test}, {@code bootstrap}.
 * <b>Special cases</b>: a name in {@code fixed} gives every replica the stream of replica 0, which fixes that source of
 * randomness. A name in {@code pinned} draws from the replica it is pinned to, even if it is also in {@code fixed}: one
 * source can be redrawn while the others stay. <b>Cost</b>: one SHA-256 (about a microsecond) per stream.
 *
 * @param rootSeed the single seed of the experiment
 * @param replica the replica these streams belong to, 0 or larger
 * @param fixed names that draw from replica 0, sorted
 * @param pinned names with a replica of their own, sorted
 */
public record Streams(long rootSeed, int replica, Set<String> fixed, Map<String, Integer> pinned) {

    public Streams {
        check(replica);
        fixed = Collections.unmodifiableSet(new TreeSet<>(fixed));
        pinned = Collections.unmodifiableMap(new TreeMap<>(pinned));
        pinned.values().forEach(Streams::check);
    }

    private static void check(int replica) {
        if (replica < 0) {
            throw new IllegalArgumentException("replica must be in [0, 2147483647], got " + replica);
        }
    }

    /** Streams of replica 0 under a root seed. */
    public static Streams of(long rootSeed) {
        return new Streams(rootSeed, 0, Set.of(), Map.of());
    }

    /** The same experiment's streams for another replica. */
    public Streams withReplica(int newReplica) {
        return new Streams(rootSeed, newReplica, fixed, pinned);
    }

    /**
     * The same streams, except that {@link #at(String)} of this name draws from another replica, even if it is fixed.
     */
    public Streams withReplica(String name, int ownReplica) {
        Map<String, Integer> more = new TreeMap<>(pinned);
        more.put(name, ownReplica);
        return new Streams(rootSeed, replica, fixed, more);
    }

    /** The same streams, with the given names fixed to replica 0. */
    public Streams withFixed(Set<String> names) {
        return new Streams(rootSeed, replica, names, pinned);
    }

    /** The stream of this name, from its beginning; for a pinned name, that of the replica it is pinned to. */
    public Stream at(String name) {
        check(name);
        return pinned.containsKey(name) ? stream(name, pinned.get(name)) : at(name, replica);
    }

    /**
     * The stream of this name for another replica, from its beginning, ignoring pins; replica 0's if the name is fixed.
     */
    public Stream at(String name, int ofReplica) {
        check(name);
        return stream(name, fixed.contains(name) ? 0 : ofReplica);
    }

    private static void check(String name) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("the name of a stream must not be empty, got '" + name + "'");
        }
    }

    private Stream stream(String name, int source) {
        return new Stream(hash("noisebook/" + rootSeed + "/" + name + "/" + source));
    }

    static byte[] hash(String text) {
        return digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256 in hexadecimal. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
