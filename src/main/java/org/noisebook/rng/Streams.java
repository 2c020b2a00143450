package org.noisebook.rng;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The random streams of one replica of an experiment, each addressed by name.
 *
 * <p>The state of a stream is SHA-256 of (root seed, name, replica), so streams of different names, replicas or seeds
 * are unrelated, consecutive seeds included, and a new draw in one never shifts another. Streams do not depend on the
 * cell of a sweep: equal replicas share their draws across cells and comparisons are paired.
 *
 * <p><b>Names in use</b>: {@code init}, {@code data}, {@code order}, {@code noise}, {@code test}, {@code bootstrap}.
 *
 * <p><b>Special cases</b>: a name in {@code fixed} gives replica 0's stream to every replica, which pins that source of
 * variation.
 *
 * <p><b>Cost</b>: one SHA-256 (about a microsecond) a stream.
 *
 * @param rootSeed the experiment's one seed
 * @param replica the replica these streams belong to, 0 or larger
 * @param fixed names pinned to replica 0, sorted
 */
public record Streams(long rootSeed, int replica, Set<String> fixed) {

    /** Validates and sorts. */
    public Streams {
        if (replica < 0) {
            throw new IllegalArgumentException("replica must be in [0, 2147483647], got " + replica);
        }
        fixed = java.util.Collections.unmodifiableSet(new TreeSet<>(fixed));
    }

    /** Streams of replica 0 under a root seed. */
    public static Streams of(long rootSeed) {
        return new Streams(rootSeed, 0, Set.of());
    }

    /** The same experiment's streams for another replica. */
    public Streams withReplica(int newReplica) {
        return new Streams(rootSeed, newReplica, fixed);
    }

    /** The same streams with the named ones pinned to replica 0. */
    public Streams withFixed(Set<String> names) {
        return new Streams(rootSeed, replica, names);
    }

    /** This replica's stream of a name, at its beginning. */
    public Stream at(String name) {
        return at(name, replica);
    }

    /** Another replica's stream of a name, at its beginning; replica 0's if the name is fixed. */
    public Stream at(String name, int ofReplica) {
        Objects.requireNonNull(name, "name");
        int source = fixed.contains(name) ? 0 : ofReplica;
        return new Stream(hash("noisebook/" + rootSeed + "/" + name + "/" + source));
    }

    static byte[] hash(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
