package org.noisebook.seeds;

import org.noisebook.rng.Stream;

/** Random permutations by the Fisher–Yates algorithm. */
public final class Shuffle {
    private Shuffle() {}

    /** A uniform permutation of 0, …, size − 1. */
    public static int[] of(int size, Stream stream) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = stream.nextIndex(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
